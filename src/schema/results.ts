/** What commands leave in a build folder for the report: ranges, accuracy, verification, waves; and the cache's files. */
import Type from 'typebox';
import { CONFIG_SCHEMA } from './config.js';
import {
  aboveZero,
  count,
  cycles,
  type DocumentOf,
  mapOf,
  name,
  nullOr,
  oneOf,
  record,
  text,
  wholeNumber,
} from './parts.js';

const number = Type.Number({ description: 'a number' });
const fraction = Type.Number({ minimum: 0, maximum: 1, description: 'a share from 0 to 1' });
const isOk = Type.Boolean({ description: 'true or false' });

/** ranges.json: what calibration saw, smallest and largest real value by tensor. */
export const RANGES_SCHEMA = record({
  method: CONFIG_SCHEMA.properties.calibration,
  images: count,
  tensors: mapOf(
    Type.Array(number, { minItems: 2, maxItems: 2, description: 'a smallest and a largest value' }),
  ),
});

/** accuracy.json: what `blnet accuracy --json` prints. */
export const ACCURACY_SCHEMA = record({
  images: count,
  labelled: count,
  floatTop1: nullOr(fraction, 'a share from 0 to 1, or null'),
  integerTop1: nullOr(fraction, 'a share from 0 to 1, or null'),
  agreement: fraction,
  answers: Type.Optional(count),
  equal: Type.Optional(fraction),
  classes: Type.Optional(Type.Array(record({ class: count, images: count, right: count, answered: count }))),
  golden: Type.Optional(text),
  layers: Type.Array(record({ tensor: name, sqnrDb: nullOr(number, 'a number of dB, or null') })),
});

const pair = record({
  latency: nullOr(number, 'cycles, or null'),
  interval: nullOr(number, 'cycles, or null'),
  total: nullOr(number, 'cycles, or null'),
});

/** verify.json: what `blnet verify --json` prints. */
export const VERIFICATION_SCHEMA = record({
  ok: isOk,
  frames: count,
  mismatches: count,
  cycles: record({ simulator: pair, rtl: pair }),
  streams: count,
  differingTraces: Type.Array(name),
  problems: Type.Array(text),
  simulator: name,
  /** Absent in documents of earlier versions: the RTL. */
  design: Type.Optional(oneOf(['rtl', 'netlist'])),
  stalls: record({ seed: count, input: wholeNumber(0, 256), output: wholeNumber(0, 256) }),
  seconds: record({ simulator: number, rtlBuild: number, rtlRun: number }),
  mismatchedBeats: Type.Array(record({ output: name, beat: count })),
});

const share = record({ resource: name, used: count, available: count });
const megahertz = aboveZero('a clock in MHz');

/** A path between two registers of the routed design, as its slowest. */
const PATH_SCHEMA = record({
  ns: number,
  routing: fraction,
  from: nullOr(name, 'a block, or null outside of the accelerator'),
  to: nullOr(name, 'a block, or null outside of the accelerator'),
  start: text,
  end: text,
  crosses: Type.Array(text),
});

/** route/route.json: what `blnet route` found. */
export const ROUTING_SCHEMA = record({
  part: name,
  speedGrade: name,
  package: name,
  targetMhz: megahertz,
  synthesis: text,
  placeAndRoute: text,
  /** Of the netlist that was placed: `blnet verify --netlist` simulates it. */
  netlist: name,
  /** Of the seed that is the median. */
  resources: Type.Array(share),
  seeds: Type.Array(
    record({
      seed: count,
      clockMhz: nullOr(megahertz, 'a clock in MHz, or null'),
      problem: nullOr(text, 'a text, or null'),
      slowest: nullOr(PATH_SCHEMA, 'a path, or null'),
    }),
  ),
  /** Of the seeds that were routed. */
  clockMhz: record({ least: megahertz, median: megahertz, best: megahertz }),
  intervalCycles: cycles,
  /** At the median clock. */
  framesPerSecond: number,
  /** With the clock that its PLL makes; absent in documents of earlier versions. */
  board: Type.Optional(nullOr(record({ name, clockMhz: megahertz }), 'a board, or null')),
  /** None where no seed reaches the board's clock. */
  bitstream: nullOr(text, 'a file, or null'),
});

/** One drawing of wave/waves.json; its name is that of a file beside it. */
const WAVE_SCHEMA = record({
  name: Type.String({
    pattern: '^[a-z0-9][a-z0-9-]{0,63}$',
    description: 'a name of small letters, digits and -',
  }),
  title: text,
  story: text,
  cycle: cycles,
  from: cycles,
  to: cycles,
  rtl: nullOr(name, 'the name of an RTL simulator, or null'),
});

/** wave/waves.json: what `blnet wave` has drawn. */
export const WAVES_SCHEMA = Type.Array(WAVE_SCHEMA, { maxItems: 1024 });

/** A file of the synthesis cache: cells of one block by type. */
export const CELLS_SCHEMA = mapOf(count);

export type AccuracyDocument = DocumentOf<typeof ACCURACY_SCHEMA>;
export type VerificationDocument = DocumentOf<typeof VERIFICATION_SCHEMA>;
export type RoutingDocument = DocumentOf<typeof ROUTING_SCHEMA>;

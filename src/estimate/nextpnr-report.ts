/**
 * Reads the report of nextpnr-ecp5 (`--report`): utilisation, the clock that the routed design reaches, and its slowest
 * path, told by blocks of the accelerator and by what lies between its two registers.
 */
import Type from 'typebox';
import { BlnetError } from '../diagnostics.js';
import { type DocumentOf, mapOf } from '../schema/parts.js';
import { validate } from '../schema/validate.js';

const number = Type.Number({ description: 'a number' });
const text = Type.String({ description: 'a text' });
const pin = Type.Object({ cell: text, port: text });

const REPORT_SCHEMA = Type.Object({
  utilization: mapOf(Type.Object({ used: number, available: number })),
  fmax: mapOf(Type.Object({ achieved: number })),
  critical_paths: Type.Array(
    Type.Object({
      from: text,
      to: text,
      path: Type.Array(Type.Object({ type: text, delay: number, from: pin, to: pin })),
    }),
  ),
});

/** Resource → cell of nextpnr, in the order in which they are told. */
const RESOURCES = [
  ['LUT4', 'TRELLIS_COMB'],
  ['flip-flop', 'TRELLIS_FF'],
  ['MULT18X18D', 'MULT18X18D'],
  ['DP16KD', 'DP16KD'],
] as const;

export interface RoutedResource {
  readonly resource: string;
  readonly used: number;
  readonly available: number;
}

export interface RoutedPath {
  readonly ns: number;
  /** Share of it that is wires. */
  readonly routing: number;
  /** Block of the accelerator in which it starts, and ends; null outside of it. */
  readonly from: string | null;
  readonly to: string | null;
  /** Registers at its ends, by their names in the RTL. */
  readonly start: string;
  readonly end: string;
  /** `block RAM`, `2 LUTs`, `carry`, in order. */
  readonly crosses: readonly string[];
}

export interface RoutedDesign {
  readonly clockMhz: number;
  readonly resources: readonly RoutedResource[];
  readonly slowest: RoutedPath;
}

/** What a pin that drives a net belongs to. Ports of ECP5's cells, as nextpnr packs them. */
const DRIVERS: ReadonlyArray<readonly [RegExp, string]> = [
  [/^Q[01]?$/, 'register'],
  [/^DO[AB]?\d*$/, 'block RAM'],
  [/^P\d+$/, 'multiplier'],
  [/^FCO$/, 'carry'],
  [/^(F|OFX|Z|Y)$/, 'LUT'],
];

const driverOf = (port: string): string => DRIVERS.find(([p]) => p.test(port))?.[1] ?? port;

/** `LUT`, `LUT`, `carry`, `carry` -> `2 LUTs`, `carry`; a chain of carries is one thing. */
function joined(drivers: readonly string[]): string[] {
  const runs: { name: string; count: number }[] = [];
  for (const name of drivers) {
    const last = runs.at(-1);
    if (last?.name === name) last.count++;
    else runs.push({ name, count: 1 });
  }
  return runs.map(({ name, count }) => (name === 'LUT' && count > 1 ? `${count} LUTs` : name));
}

type Step = DocumentOf<typeof REPORT_SCHEMA>['critical_paths'][number]['path'][number];

/** The RTL's name of a register: without the place of the accelerator, and without what Yosys put behind. */
const registerName = (cell: string): string =>
  cell.replace(/^.*?\bu_/, '').replace(/_(TRELLIS_FF|LUT4|PFUMX|L6MUX21|CCU2C|DP16KD|MULT18X18D)_.*$/, '');

function pathOf(steps: readonly Step[], blocks: ReadonlySet<string>): RoutedPath {
  const blockOf = (cell: string): string | null => {
    const name = /\bu_(\w+)/.exec(cell)?.[1];
    return name !== undefined && blocks.has(name) ? name : null;
  };
  const first = steps[0].from.cell;
  const last = steps[steps.length - 1].to.cell;
  const ns = steps.reduce((sum, s) => sum + s.delay, 0);
  const routing = steps.reduce((sum, s) => sum + (s.type === 'routing' ? s.delay : 0), 0);
  const drivers = steps
    .filter((s) => s.type === 'logic' || s.type === 'clk-to-q')
    .map((s) => driverOf(s.to.port));
  return {
    ns,
    routing: ns > 0 ? routing / ns : 0,
    from: blockOf(first),
    to: blockOf(last),
    start: registerName(first),
    end: registerName(last),
    crosses: joined(drivers),
  };
}

/** @param blocks names of the accelerator's blocks. Errors: BLN402 for a report that is none. */
export function parseNextpnrReport(report: string, blocks: ReadonlySet<string>): RoutedDesign {
  const source = { where: 'report of nextpnr', code: 'BLN402' } as const;
  let document: unknown;
  try {
    document = JSON.parse(report);
  } catch (error) {
    throw new BlnetError('BLN402', { where: source.where, found: String(error), need: 'a JSON document' });
  }
  const r = validate(REPORT_SCHEMA, document, source);
  const clocks = Object.values(r.fmax).map((f) => f.achieved);
  // From a clock edge to a clock edge: paths that start or end at a pin have no clock to prove.
  const within = r.critical_paths.filter((p) => p.from.includes('edge ') && p.to.includes('edge '));
  const slowest = within.map((p) => pathOf(p.path, blocks)).sort((a, b) => b.ns - a.ns)[0];
  if (clocks.length === 0 || slowest === undefined) {
    throw new BlnetError('BLN402', {
      where: source.where,
      found: 'no clock in it',
      hint: 'see the log of nextpnr',
    });
  }
  return {
    clockMhz: Math.min(...clocks),
    resources: RESOURCES.map(([resource, cell]) => ({
      resource,
      used: r.utilization[cell]?.used ?? 0,
      available: r.utilization[cell]?.available ?? 0,
    })),
    slowest,
  };
}

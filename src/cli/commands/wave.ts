/** `blnet wave`: handshakes around chosen events as SVG and VCD, simulator and RTL together. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { BlnetError } from '../../diagnostics.js';
import { readBuildFolder } from '../../io/build/build-folder.js';
import { inFolder, writeIntoBuild } from '../../io/build/lock-build.js';
import { writeFiles } from '../../io/files.js';
import { SIMULATORS, type Simulator } from '../../io/simulators/rtl-simulation.js';
import { WAVE_FOLDER, waveBuild, waveFiles, waveFolder } from '../../io/simulators/wave-build.js';
import { EVENTS, type EventName } from '../../report/wave-events.js';
import { emit, facts, withJson } from '../terminal/output.js';
import { Progress } from '../terminal/progress.js';
import { type AccessOptions, accessOf, withWait } from './access.js';
import { backpressureOption, framesOf, framesOption, imagesOption, stallsOf } from './arguments.js';

interface WaveOptions extends AccessOptions {
  readonly output?: string;
  readonly events: readonly EventName[];
  readonly cycle: readonly number[];
  readonly streams?: readonly string[];
  readonly width: number;
  readonly frames: number;
  readonly images?: string;
  readonly simulator: Simulator | 'none';
  readonly backpressure?: number;
  readonly json?: boolean;
}

const [WIDTH_MIN, WIDTH_MAX] = [8, 200];

function width(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= WIDTH_MIN && value <= WIDTH_MAX) return value;
  throw new InvalidArgumentError(`It must be an integer from ${WIDTH_MIN} to ${WIDTH_MAX}.`);
}

function cycleList(text: string): number[] {
  const values = text.split(',').map(Number);
  if (values.every((v) => Number.isInteger(v) && v >= 0)) return values;
  throw new InvalidArgumentError('It must be cycles, from 0 on, with commas between.');
}

function eventList(text: string): EventName[] {
  const names = text.split(',').filter((n) => n !== '');
  const wrong = names.find((n) => !(EVENTS as readonly string[]).includes(n));
  if (wrong === undefined) return names as EventName[];
  throw new InvalidArgumentError(`'${wrong}' is none of ${EVENTS.join(', ')}.`);
}

export function waveCommand(): Command {
  const command = new Command('wave')
    .argument('<dir>', 'build folder')
    .option('-o, --output <dir>', 'folder for the files (default: DIR/wave)')
    .addOption(
      new Option('--events <list>', `any of ${EVENTS.join(', ')}`)
        .argParser(eventList)
        .default([...EVENTS], 'all'),
    )
    .addOption(
      new Option('--cycle <list>', 'more windows, around these cycles')
        .argParser(cycleList)
        .default([], 'none'),
    )
    .addOption(
      new Option('--streams <list>', 'show these instead of the streams next to the event').argParser(
        (text) => text.split(','),
      ),
    )
    .addOption(new Option('--width <n>', 'cycles of a window').argParser(width).default(40))
    .addOption(framesOption(2))
    .addOption(imagesOption())
    .addOption(
      new Option('--simulator <name>', 'RTL simulator; none draws the cycle simulator alone')
        .choices([...SIMULATORS, 'none'])
        .default('verilator'),
    )
    .addOption(backpressureOption())
    .addHelpText(
      'after',
      `
Writes EVENT.svg, simulator.vcd and rtl.vcd. In the VCDs cycle c begins at 10c
ns and signals are named as in the generated top module. "make vcd" in the
build folder writes one of every signal inside.`,
    );
  return withJson(withWait(command)).action(async (folder: string, o: WaveOptions) => {
    const progress = new Progress(o.json);
    try {
      const build = readBuildFolder(folder);
      const access = accessOf('wave', o, progress);
      const result = await waveBuild({
        build,
        frames: framesOf(build, o.frames, o.images).values,
        stalls: stallsOf(o.backpressure),
        events: o.events,
        cycles: o.cycle,
        streams: o.streams,
        width: o.width,
        simulator: o.simulator === 'none' ? null : o.simulator,
        onStage: progress.stage,
        access,
      });
      progress.clear();
      const target = o.output ?? waveFolder(build);
      const files = waveFiles(result);
      if (o.output) writeFiles(target, files);
      else await writeIntoBuild(build, access, inFolder(WAVE_FOLDER, files));
      const { streams } = build.hardware;
      const waves = result.waves.map(({ svg: _, summary: __, ...wave }) => ({
        ...wave,
        streams: wave.streams.map((s) => streams[s]?.name),
      }));
      emit(o, { folder: target, files: [...files.keys()], waves }, () =>
        facts([
          ...result.waves.map((w) => [`${w.name}.svg`, w.story] as const),
          ['in', target],
          ['VCD', [...files.keys()].filter((f) => f.endsWith('.vcd')).join(', ')],
        ]),
      );
      const differing = result.waves.filter((w) => (w.differingCycles?.length ?? 0) > 0);
      if (differing.length === 0) return;
      throw new BlnetError('BLN501', {
        where: folder,
        found: `simulator and RTL differ in ${differing.map((w) => `${w.name} (cycle ${w.differingCycles?.[0]})`).join(', ')}`,
        hint: 'the diagram marks the cycles; blnet verify compares the whole run',
      });
    } finally {
      progress.clear();
    }
  });
}

/** `blnet verify`: the generated RTL (or HLS code) against the integer reference and the cycle simulator. */

import { Command, Option } from 'commander';
import { deviceOf } from '../../config.js';
import { BlnetError } from '../../diagnostics.js';
import { type Build, readBuildFolder } from '../../io/build/build-folder.js';
import { interruptible } from '../../io/interrupt.js';
import { cellModels } from '../../io/routing/cell-models.js';
import { makeNetlist } from '../../io/routing/netlist.js';
import { diskTextCache } from '../../io/routing/text-cache.js';
import { type HlsVerification, verifyHls } from '../../io/simulators/hls-simulation.js';
import { SIMULATORS, type Simulator } from '../../io/simulators/rtl-simulation.js';
import { type VerifyResult, verifyBuild } from '../../io/simulators/verify-build.js';
import { findYosys } from '../../io/synthesis/yosys.js';
import { paint } from '../terminal/colour.js';
import { emit, facts, fail, grouped, withJson } from '../terminal/output.js';
import { Progress } from '../terminal/progress.js';
import { type AccessOptions, accessOf, withWait } from './access.js';
import { backpressureOption, framesOf, framesOption, imagesOption, stallsOf } from './arguments.js';

interface VerifyOptions extends AccessOptions {
  readonly frames: number;
  readonly images?: string;
  readonly simulator: Simulator | 'hls';
  readonly backpressure?: number;
  readonly netlist?: boolean;
  readonly json?: boolean;
}

const EPILOGUE = `
With --netlist the whole accelerator is synthesised for its part (minutes; kept
in BLNET_CACHE, as blnet route keeps it) and simulated with Yosys's models of
the family's cells: the same beats, and the same cycle of every handshake. On
ECP5 it is the netlist that blnet route places.`;

export function verifyCommand(): Command {
  const command = new Command('verify')
    .argument('<dir>', 'build folder')
    .addOption(framesOption(4))
    .addOption(imagesOption())
    .addOption(
      new Option(
        '--simulator <name>',
        'RTL simulator, or hls: the HLS code under g++, values and deadlocks only',
      )
        .choices([...SIMULATORS, 'hls'])
        .default('verilator'),
    )
    .addOption(backpressureOption())
    .option('--netlist', 'simulate what Yosys made of the RTL, cell by cell, in place of the RTL itself')
    .addHelpText('after', EPILOGUE);
  return withJson(withWait(command)).action(async (folder: string, options: VerifyOptions) => {
    const progress = new Progress(options.json);
    try {
      const build = readBuildFolder(folder);
      const frames = framesOf(build, options.frames, options.images).values;
      const { simulator } = options;
      const access = accessOf('verify', options, progress);
      if (simulator === 'hls') {
        if (options.netlist) {
          throw new BlnetError('BLN001', {
            where: '--netlist',
            found: 'HLS code has no netlist',
            need: `--simulator ${SIMULATORS.join(' or ')}`,
          });
        }
        const result = await verifyHls(build, frames, progress.stage, access);
        progress.clear();
        emit(options, result, () => hlsText(result));
        if (!result.ok) fail(new BlnetError('BLN501', { where: folder, found: result.problems.join('; ') }));
        return;
      }
      if (build.manifest.config.backend === 'hls') {
        throw new BlnetError('BLN303', {
          where: folder,
          found: 'no RTL in this build',
          hint: 'verify its HLS code with --simulator hls, or compile with --backend both',
        });
      }
      const stalls = stallsOf(options.backpressure);
      const netlist = options.netlist ? await netlistOf(build, progress) : undefined;
      const onStage = progress.stage;
      const result = await verifyBuild({ build, frames, simulator, stalls, netlist, onStage, access });
      progress.clear();
      emit(options, verifyDocument(result), () => verifyText(result));
      if (!result.ok) {
        fail(
          new BlnetError('BLN501', {
            where: folder,
            found: result.problems.join('; '),
            hint: 'a build whose RTL was edited by hand fails here: compile again',
          }),
        );
      }
    } finally {
      progress.clear();
    }
  });
}

/** The netlist with models of its cells, by file name. */
async function netlistOf(build: Build, progress: Progress): Promise<ReadonlyMap<string, string>> {
  const yosys = await findYosys();
  const { family } = deviceOf(build.manifest.config);
  progress.stage('Yosys, the whole accelerator');
  return interruptible(async (signal) => {
    const netlist = await makeNetlist({ build, family, yosys, cache: diskTextCache(), signal });
    return new Map([
      ['netlist.v', netlist.verilog],
      ['cells.v', cellModels(netlist.verilog, family, yosys)],
    ]);
  });
}

/** The result without its bulk. */
export const verifyDocument = ({ outputs: _, ...rest }: VerifyResult): object => rest;

export function verifyText(r: VerifyResult): string {
  const pair = (key: 'latency' | 'interval' | 'total') => {
    const [a, b] = [r.cycles.simulator[key], r.cycles.rtl[key]];
    const show = (v: number | null) => (v === null ? '-' : grouped(v));
    return a === b
      ? `${show(a)} cycles in simulator and RTL`
      : paint.red(`simulator ${show(a)}, RTL ${show(b)} cycles`);
  };
  return facts([
    ['result', r.ok ? paint.green('bit-exact and cycle-exact') : paint.red('FAILED')],
    [
      'frames',
      `${r.frames} (${r.design === 'netlist' ? 'netlist in ' : ''}${r.simulator}${r.stalls.input + r.stalls.output > 0 ? `, stalls from seed ${r.stalls.seed}` : ''})`,
    ],
    ['mismatches', `${r.mismatches}`],
    ['streams', `${r.streams}, ${r.differingTraces.length} of them move in other cycles than simulated`],
    ['latency', pair('latency')],
    ['interval', pair('interval')],
    ['total', pair('total')],
    [
      'time',
      `simulator ${r.seconds.simulator.toFixed(2)} s, RTL ${r.seconds.rtlRun.toFixed(2)} s + build ${r.seconds.rtlBuild.toFixed(1)} s`,
    ],
  ]);
}

export function hlsText(r: HlsVerification): string {
  return facts([
    ['result', r.ok ? paint.green('bit-exact, no deadlock') : paint.red('FAILED')],
    ['frames', `${r.frames} (HLS code under g++, built in ${r.buildSeconds.toFixed(1)} s)`],
    ...r.runs.map((run): [string, string] => [
      run.mode,
      `${run.output.split('\n').at(-1)}, ${run.seconds.toFixed(2)} s`,
    ]),
  ]);
}

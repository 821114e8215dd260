/** `blnet verify`: the generated RTL (or HLS code) against the integer reference and the cycle simulator. */

import { Command, Option } from 'commander';
import { BlnetError } from '../../diagnostics.js';
import { readBuildFolder } from '../../io/build/build-folder.js';
import { type HlsVerification, verifyHls } from '../../io/simulators/hls-simulation.js';
import { SIMULATORS, type Simulator } from '../../io/simulators/rtl-simulation.js';
import { type VerifyResult, verifyBuild } from '../../io/simulators/verify-build.js';
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
  readonly json?: boolean;
}

export function verifyCommand(): Command {
  const command = new Command('verify')
    .description('run frames through the RTL; compare every output beat and the cycle of every handshake')
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
    .addOption(backpressureOption());
  return withJson(withWait(command)).action(async (folder: string, options: VerifyOptions) => {
    const progress = new Progress(options.json);
    try {
      const build = readBuildFolder(folder);
      const frames = framesOf(build, options.frames, options.images).values;
      const { simulator } = options;
      const access = accessOf('verify', options, progress);
      if (simulator === 'hls') {
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
      const result = await verifyBuild({ build, frames, simulator, stalls, onStage: progress.stage, access });
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
      `${r.frames} (${r.simulator}${r.stalls.input + r.stalls.output > 0 ? `, stalls from seed ${r.stalls.seed}` : ''})`,
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

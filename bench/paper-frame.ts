/**
 * One Food101-size frame (224x224) through the RTL: the pruned network of the paper with seeded weights, compiled for an
 * xczu7ev (its weights exceed the block RAM of smaller parts) at a rate that keeps Verilator's build short, against
 * integer reference and cycle simulator. Part of `make soak`; runs the command line as a user would (dist/ must be
 * built).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CLI = 'dist/cli/main.js';

function run(command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${stdout}${stderr}`);
  return stdout;
}

interface Verified {
  readonly ok: boolean;
  readonly problems: readonly string[];
  readonly cycles: { readonly rtl: { readonly latency: number | null } };
}

/** Returns whether all three agree; prints one line. */
function paperFrame(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'blnet-food101-'));
  const build = join(folder, 'build');
  try {
    const noise = ['--calibration', 'noise:1', '--calibration-images', '1'];
    const target = ['--part', 'xczu7ev', '--fps', '1000'];
    run('node', CLI, 'compile', 'models/specs/mobile-blnet-food101.json', '-o', build, ...target, ...noise);
    const verified = JSON.parse(run('node', CLI, 'verify', build, '--frames', '1', '--json')) as Verified;
    const verdict = verified.ok ? 'ok' : `FAILED ${verified.problems.join('; ')}`;
    console.log(
      `mobile-blnet-food101, one 3x224x224 frame, ${verified.cycles.rtl.latency} cycles: ${verdict}`,
    );
    return verified.ok;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

console.log('make soak: node build/bench-js/bench/paper-frame.js\n');
process.exitCode = paperFrame() ? 0 : 1;

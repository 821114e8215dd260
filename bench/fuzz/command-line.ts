/**
 * A sample of the cases through the real command line: it ends with a known code, says why in a coded diagnostic, and
 * leaves a whole build folder or none, and nothing beside it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT } from '../../src/diagnostics.js';
import { readBuildFolder } from '../../src/io/build/build-folder.js';
import { Prng } from '../../src/ir/prng.js';
import type { Ground } from './cases.js';

const TIMEOUT_MS = 300_000;
const KNOWN: ReadonlySet<number> = new Set([
  0,
  EXIT.usage,
  EXIT.input,
  EXIT.unsupported,
  EXIT.io,
  EXIT.tool,
  EXIT.mismatch,
]);

export interface CommandLineReport {
  readonly runs: number;
  readonly accepted: number;
  readonly faults: readonly string[];
}

/** What is wrong with the end of a run, in words. */
function endFaults(status: number | null, stderr: string): string[] {
  const faults: string[] = [];
  if (status === null || !KNOWN.has(status)) faults.push(`exit code ${status}: ${stderr.slice(-500)}`);
  if (status !== 0 && !/BLN\d{3}/.test(stderr)) faults.push(`no code in: ${stderr.slice(-300)}`);
  if (/^\s+at .*[:(]\d+:\d+\)?$/m.test(stderr)) faults.push(`a stack trace: ${stderr.slice(-500)}`);
  return faults;
}

/** Mutated models from `first` on, through `blnet compile` into a folder that must then be whole or absent. */
export function compileByCommand(
  ground: Ground,
  cli: string,
  first: number,
  count: number,
): CommandLineReport {
  const place = mkdtempSync(join(tmpdir(), 'blnet-fuzz-cli-'));
  const faults: string[] = [];
  let accepted = 0;
  for (let seed = first; seed < first + count; seed++) {
    const { bytes, extension, isSmall } = ground.modelOf(new Prng(seed));
    if (!isSmall) continue;
    const folder = join(place, 'run');
    mkdirSync(folder);
    const [model, output] = [join(folder, `model${extension}`), join(folder, 'out')];
    writeFileSync(model, bytes);
    const args = [cli, 'compile', model, '-o', output, '--calibration', 'noise', '--calibration-images', '2'];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: TIMEOUT_MS });
    const wrong = endFaults(status, stderr);
    const left = readdirSync(folder).filter((name) => name !== `model${extension}` && name !== 'out');
    if (left.length > 0) wrong.push(`left ${left.join(', ')}`);
    if (status !== 0 && existsSync(output)) wrong.push('a folder of a compilation that failed');
    if (status === 0) {
      accepted++;
      try {
        readBuildFolder(output);
      } catch (error) {
        wrong.push(`a build that cannot be read: ${error}`);
      }
    }
    faults.push(...wrong.map((w) => `command line, model ${seed}: ${w}`));
    rmSync(folder, { recursive: true, force: true });
  }
  rmSync(place, { recursive: true, force: true });
  return { runs: count, accepted, faults };
}

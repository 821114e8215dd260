/**
 * Kills compilations at random moments: whatever the moment, the folder holds the old or the new build whole, files of
 * the user stay, and the next run leaves no litter. `node build/bench-js/bench/fuzz/kills.js [KILLS [SEED]]` after `make build`.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Prng } from '../../src/ir/prng.js';

export interface KillRequest {
  /** The command line's own file: dist/cli/main.js. */
  readonly cli: string;
  /** A network spec that compiles in a moment. */
  readonly spec: object;
  readonly kills: number;
  readonly seed: number;
  readonly signal?: NodeJS.Signals;
}

export interface KillReport {
  readonly kills: number;
  /** Runs that were through before their kill came. */
  readonly tooLate: number;
  /** Which build lay there afterwards. */
  readonly old: number;
  readonly fresh: number;
  /** What was not as it must be, with the moment of the kill. */
  readonly faults: readonly string[];
}

const NOTE = 'a note of the user';

interface Ended {
  readonly code: number | null;
  readonly killed: boolean;
  readonly milliseconds: number;
}

function run(cli: string, args: readonly string[], kill?: { afterMs: number; signal: NodeJS.Signals }) {
  return new Promise<Ended>((resolve, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, [cli, ...args], { stdio: 'ignore' });
    const timer = kill && setTimeout(() => child.kill(kill.signal), kill.afterMs);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      // Signals that the program catches end it with a code above 128.
      const killed = signal !== null || (code ?? 0) > 128;
      resolve({ code, killed, milliseconds: performance.now() - started });
    });
  });
}

/** Paths and contents of a build, without what the user put there, and without a lock that waits to be taken over. */
function contents(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name))
    .filter((path) => !/note\.txt$|\.blnet-lock$/.test(path))
    .sort();
  return files.map((path) => `${relative(folder, path)}\n${readFileSync(path, 'latin1')}\n`).join('');
}

const contentsIfAny = (folder: string): string => {
  try {
    return contents(folder);
  } catch {
    return '';
  }
};

export async function killRuns(r: KillRequest): Promise<KillReport> {
  const root = mkdtempSync(join(tmpdir(), 'blnet-kills-'));
  try {
    return await killIn(root, r);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function killIn(root: string, r: KillRequest): Promise<KillReport> {
  const spec = join(root, 'spec.json');
  writeFileSync(spec, JSON.stringify(r.spec));
  const place = join(root, 'builds');
  const folder = join(place, 'net');
  mkdirSync(place);
  const compile = (dsps: number, kill?: { afterMs: number; signal: NodeJS.Signals }) =>
    run(r.cli, ['compile', spec, '-o', folder, '--calibration', 'noise', '--max-dsp', `${dsps}`], kill);

  // Two builds that differ, and how long each takes.
  const builds: string[] = [];
  let wholeMs = 0;
  for (const dsps of [20, 40]) {
    const { code, milliseconds } = await compile(dsps);
    if (code !== 0) throw new Error(`the network does not compile: exit code ${code}`);
    builds.push(contents(folder));
    wholeMs = milliseconds;
  }
  if (builds[0] === builds[1]) throw new Error('the two builds are equal, so nothing could be told');
  writeFileSync(join(folder, 'note.txt'), NOTE);

  const prng = new Prng(r.seed);
  const faults: string[] = [];
  const count = { tooLate: 0, old: 0, fresh: 0 };
  let current = 1;
  for (let i = 0; i < r.kills; i++) {
    const next = 1 - current;
    const afterMs = prng.int(0, Math.ceil(1.1 * wholeMs));
    const say = (what: string) => faults.push(`kill ${i} after ${afterMs} ms: ${what}`);
    const end = await compile(next === 0 ? 20 : 40, { afterMs, signal: r.signal ?? 'SIGKILL' });
    if (!end.killed) {
      count.tooLate++;
      if (end.code !== 0) say(`exit code ${end.code}`);
    }
    // Whoever comes next puts in order what was cut off.
    if ((await run(r.cli, ['inspect', folder])).code !== 0) say('the build cannot be read');
    const found = builds.indexOf(contentsIfAny(folder));
    if (found < 0)
      say(`neither the old nor the new build is there whole: ${readdirSync(place)}; ${readdirSync(folder)}`);
    else if (found === current) count.old++;
    else count.fresh++;
    if (!end.killed && found !== next) say('a run that was through has left the old build');
    if (!readdirSync(folder).includes('note.txt')) say('a file of the user is gone');
    current = found < 0 ? current : found;
  }
  const last = await compile(20);
  if (last.code !== 0) faults.push(`the last run: exit code ${last.code}`);
  if (contentsIfAny(folder) !== builds[0]) faults.push('the last run: not its build');
  if (readFileSync(join(folder, 'note.txt'), 'utf8') !== NOTE) faults.push('the last run: another note');
  const litter = [...readdirSync(place), ...readdirSync(folder)].filter((n) => n.startsWith('.'));
  if (litter.length > 0) faults.push(`the last run: left ${litter.join(', ')}`);
  return { kills: r.kills, ...count, faults };
}

/** Six blocks. */
export const KILL_SPEC = {
  name: 'tiniest',
  input: { channels: 3, height: 8, width: 8, mean: 128, std: 64 },
  classes: 4,
  stages: [
    { type: 'conv', name: 'stem', out: 5, kernel: 3, stride: 1 },
    { type: 'classifier', name: 'classifier' },
  ],
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [kills = 100, seed = 1] = process.argv.slice(2).map(Number);
  const report = await killRuns({ cli: 'dist/cli/main.js', spec: KILL_SPEC, kills, seed });
  const { tooLate, old, fresh, faults } = report;
  console.log(`${kills} compilations killed at random (seed ${seed}; ${tooLate} were through before):`);
  console.log(`  the old build was there ${old} times, the new one ${fresh} times; ${faults.length} faults`);
  for (const fault of faults) console.log(`  ${fault}`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

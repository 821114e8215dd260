/**
 * `make fuzz`: mutated models, build folders, configurations and image files through the library in worker processes
 * under a watchdog, a sample through the real command line, compiled mutants in RTL, and kills at random moments.
 * `node build/bench-js/bench/fuzz/fuzz.js --models N --builds N --configs N --images N --cli N --rtl N --kills N
 * --seed S --jobs J` after `make build bench-build`; `--only model:SEED` runs one case and prints what it throws.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type CaseKind, Ground } from './cases.js';
import { compileByCommand } from './command-line.js';
import { KILL_SPEC, killRuns } from './kills.js';
import { runCases } from './pool.js';
import { verifyMutants } from './rtl-sample.js';
import { Tally } from './tally.js';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const CLI = fileURLToPath(new URL('../../../../dist/cli/main.js', import.meta.url));
const WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));

const DEFAULTS = { models: 10_000, builds: 2000, configs: 1000, images: 1000, cli: 60, rtl: 40, kills: 30 };

const { values } = parseArgs({
  options: {
    ...Object.fromEntries(Object.keys(DEFAULTS).map((key) => [key, { type: 'string' as const }])),
    seed: { type: 'string' },
    jobs: { type: 'string' },
    only: { type: 'string' },
  },
});
const numberOf = (key: string, fallback: number): number =>
  Number((values as Record<string, string | undefined>)[key] ?? fallback);
const seed = numberOf('seed', 1);
const jobs = numberOf('jobs', availableParallelism());
const count = (key: keyof typeof DEFAULTS): number => numberOf(key, DEFAULTS[key]);

if (typeof values.only === 'string') {
  const [kind, number] = values.only.split(':') as [CaseKind, string];
  const ground = new Ground(ROOT);
  try {
    console.log(await ground.run(kind, Number(number)));
  } finally {
    ground.remove();
  }
  process.exit(0);
}

let faults = 0;
const say = (lines: readonly string[]): void => console.log(lines.join('\n'));
const started = new Ground(ROOT);
say([
  `make fuzz: seed ${seed}, ${jobs} processes, ${started.corpus.models.length} models to start from`,
  ...started.corpus.absent.map((folder) => `skipped: no ${folder} beside this checkout`),
]);

for (const [title, kind, key] of [
  ['models', 'model', 'models'],
  ['build folders', 'build', 'builds'],
  ['configurations and specs', 'config', 'configs'],
  ['image files', 'image', 'images'],
] as const) {
  const tally = new Tally();
  await runCases(WORKER, kind, seed, count(key), jobs, (a) => {
    tally.add(a);
    if (tally.total % 500 === 0) process.stderr.write(`${title}: ${tally.total}, ${tally.faulty} faults\n`);
  });
  faults += tally.faulty;
  say(tally.lines(title));
}

if (count('cli') > 0) {
  const r = compileByCommand(started, CLI, seed, count('cli'));
  faults += r.faults.length;
  say([
    `command line: ${r.runs} models, ${r.accepted} compiled; ${r.faults.length} half-written or wrong`,
    ...r.faults.map((f) => `  FAULT ${f}`),
  ]);
}
if (count('rtl') > 0) {
  const r = verifyMutants(started, seed, count('rtl'));
  faults += r.faults.length;
  say([
    `RTL: ${r.networks} compiled mutants, ${r.beats} output beats compared; ${r.faults.length} differences`,
    ...r.faults.map((f) => `  FAULT ${f}`),
  ]);
}
if (count('kills') > 0) {
  const r = await killRuns({ cli: CLI, spec: KILL_SPEC, kills: count('kills'), seed });
  faults += r.faults.length;
  say([
    `kills: ${r.kills} compilations killed at random, ${r.tooLate} of them were through; the old build was there ${r.old} times, the new one ${r.fresh}; ${r.faults.length} lost or half-written`,
    ...r.faults.map((f) => `  FAULT ${f}`),
  ]);
}
started.remove();
say([`${faults} faults`]);
process.exit(faults === 0 ? 0 : 1);

/** `blnet sweep`: models x parts x rates x widths x options of one document, here or as a Snakemake workflow. */
import { cpus } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { BlnetError } from '../../diagnostics.js';
import { writeWhole } from '../../io/files.js';
import { modelOf, readSweep, type Sweep } from '../../io/sweep/read-sweep.js';
import { rowsOf, writeResult, writeTable } from '../../io/sweep/results.js';
import { runPoint } from '../../io/sweep/run-point.js';
import { runSweep } from '../../io/sweep/run-sweep.js';
import type { SweepPoint } from '../../report/sweep/points.js';
import { snakefile } from '../../report/sweep/snakefile.js';
import type { SweepRow } from '../../report/sweep/table.js';
import { emit, facts, grouped, table, withJson } from '../terminal/output.js';
import { Progress } from '../terminal/progress.js';
import { positiveInteger } from './arguments.js';

interface SweepOptions {
  readonly output: string;
  readonly jobs: number;
  readonly snakemake?: boolean;
  readonly point?: string;
  readonly table?: boolean;
  readonly json?: boolean;
}

const EPILOGUE = `
FILE is JSON; schemas/sweep.schema.json describes it:
  {"models": ["a.onnx", "b.json"], "parts": ["xc7z020", "xczu7ev"],
   "rates": [null, 1000], "widths": [{"activationBits": 8, "weightBits": 8}],
   "options": [{"name": "default"}, {"name": "luts", "requantizeIn": "luts"}],
   "calibration": "noise"}
Models and images are found from its folder; rates are frames per second, null
the fastest. Every combination is a point, planned as \`blnet compile\` plans it.
DIR gets points/*.json, table.csv, plots/*.svg and index.html. A run that was
ended is resumed by the same command: finished points are kept, those of
changed settings or models are made again.`;

export function sweepCommand(): Command {
  const command = new Command('sweep')
    .argument('<file>', 'what to combine, a JSON document')
    .requiredOption('-o, --output <dir>', 'folder of the results')
    .addOption(
      new Option('--jobs <n>', 'points side by side')
        .argParser(positiveInteger)
        .default(cpus().length, 'all processors'),
    )
    .addOption(
      new Option('--snakemake', 'run nothing, write DIR/Snakefile for a cluster').conflicts([
        'point',
        'table',
      ]),
    )
    .addOption(new Option('--point <name>', 'make one point').conflicts('table'))
    .option('--table', 'make table, plots and page of finished points')
    .addHelpText('after', EPILOGUE);
  return withJson(command).action(async (file: string, o: SweepOptions) => {
    const sweep = readSweep(file);
    if (o.snakemake) return writeWorkflow(sweep, o);
    if (o.point !== undefined) return makePoint(sweep, o.point, o);
    if (!o.table) await runAll(sweep, o);
    const rows = rowsOf(o.output, sweep);
    writeTable(o.output, rows);
    emit(o, { points: rows.map(documentOf) }, () => sweepText(rows, o.output));
  });
}

const documentOf = ({ point: { id, model, option, config }, result }: SweepRow) => {
  const { part, fps, activationBits, weightBits } = config;
  const { status, figures, refusal } = result;
  return { id, model, part, fps, activationBits, weightBits, option, status, figures, refusal };
};

function writeWorkflow(sweep: Sweep, o: SweepOptions): void {
  const from = (path: string): string => relative(o.output, resolve(path));
  const models = new Map(sweep.points.map((p) => [p.id, from(modelOf(sweep, p))]));
  const file = join(o.output, 'Snakefile');
  writeWhole(file, snakefile(from(sweep.file), models));
  emit(o, { snakefile: file, points: sweep.points.length }, () =>
    facts([
      ['workflow', file],
      ['points', `${sweep.points.length}`],
      ['run it', `snakemake --directory ${o.output} --snakefile ${file} --cores 4`],
    ]),
  );
}

/** Errors: BLN001 for a name that is none. */
function makePoint(sweep: Sweep, id: string, o: SweepOptions): void {
  const point = sweep.points.find((p) => p.id === id);
  if (!point) {
    throw new BlnetError('BLN001', {
      where: '--point',
      found: id,
      need: `a point of ${sweep.file}, such as ${sweep.points[0].id}`,
    });
  }
  const result = runPoint(sweep, point);
  writeResult(o.output, point, result);
  emit(o, documentOf({ point, result }), () => facts([[id, result.refusal ?? 'done']]));
}

async function runAll(sweep: Sweep, o: SweepOptions): Promise<void> {
  const progress = new Progress(o.json);
  const program = [process.execPath, process.argv[1]] as const;
  const command = (point: SweepPoint): [string, ...string[]] => [
    ...program,
    'sweep',
    sweep.file,
    '--output',
    o.output,
    '--point',
    point.id,
  ];
  try {
    await runSweep(sweep, o.output, o.jobs, command, (done, total) => progress.count('sweep', done, total));
  } finally {
    progress.clear();
  }
}

function sweepText(rows: readonly SweepRow[], folder: string): string {
  const cells = rows.map(({ point: { model, config, option }, result: { figures: f, refusal } }) => [
    model,
    config.part,
    config.fps === null ? 'fastest' : grouped(config.fps),
    `${config.activationBits}/${config.weightBits}`,
    option,
    ...(f
      ? [f.framesPerSecond.toFixed(1), grouped(f.intervalCycles), grouped(f.dsp), grouped(f.lut), `${f.bram}`]
      : ['-', '-', '-', '-', (refusal ?? '').slice(0, 6)]),
  ]);
  const head = ['model', 'part', 'asked>', 'bits', 'option', 'frames/s>', 'cycles>', 'DSP>', 'LUT>', 'BRAM>'];
  return `${table(head, cells)}\n\n${facts([['page', join(folder, 'index.html')]])}`;
}

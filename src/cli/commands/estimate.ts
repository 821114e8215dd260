/** `blnet estimate`: LUTs, flip-flops, DSPs and memories of every block, their share of a part, what limits it. */
import { Command } from 'commander';
import { deviceOf } from '../../config.js';
import { type Estimate, estimateHardware } from '../../estimate/estimate.js';
import { readBuildFolder } from '../../io/build/build-folder.js';
import type { Resources } from '../../ir/resources.js';
import { KINDS } from '../../kinds/index.js';
import { FAMILY_DATA } from '../../targets/index.js';
import { chalk, paint } from '../terminal/colour.js';
import { emit, grouped, percent, table, withJson } from '../terminal/output.js';
import { topOption } from './arguments.js';

interface EstimateOptions {
  readonly part?: string;
  readonly top?: number;
  readonly json?: boolean;
}

const EPILOGUE = `
The numbers predict Yosys (synth_xilinx, synth_ecp5), not Vivado or Diamond.
docs/estimates.md says what is fitted, what is not yet proven, and how far off
it is. LUTs count those used as memory; MEM says how many.
\`blnet synth DIR\` checks them.`;

export function estimateCommand(): Command {
  const command = new Command('estimate')
    .argument('<dir>', 'build folder')
    .option('--part <name>', "another part than the build's")
    .addOption(topOption())
    .addHelpText('after', EPILOGUE);
  return withJson(command).action((folder: string, options: EstimateOptions) => {
    const build = readBuildFolder(folder);
    const device = deviceOf({ part: options.part ?? build.manifest.config.part });
    const estimate = estimateHardware(KINDS, build.hardware, device);
    emit(options, estimate, () => estimateText(estimate, options.top));
  });
}

/** Heads and cells of a resource row. */
const resourceHeads = (family: Estimate['family']): string[] =>
  ['LUT', 'MEM', 'FF', 'DSP', ...FAMILY_DATA[family].blockRams.map(([, head]) => head)].map((h) => `${h}>`);

const resourceCells = (r: Resources, family: Estimate['family']): string[] =>
  [r.lut, r.lutram, r.ff, r.dsp, ...FAMILY_DATA[family].blockRams.map(([name]) => r[name])].map((n) =>
    n === 0 ? '' : grouped(n),
  );

const RESOURCE_WORDS = { lut: 'LUTs', ff: 'flip-flops', dsp: 'DSPs', blockMemory: 'block RAM' } as const;

function estimateText(e: Estimate, top: number | undefined): string {
  const { family } = e;
  // With --top the largest come first, else the order is that of the stream.
  const largest = [...e.blocks].sort((a, b) => b.resources.lut - a.resources.lut).slice(0, top);
  const rows = [
    ...(top === undefined ? e.blocks : largest).map((b) => [
      b.name,
      b.kind,
      ...resourceCells(b.resources, family),
    ]),
    [paint.bold('whole'), '', ...resourceCells(e.total, family)],
  ];
  const shares = e.shares.map((s) => [
    RESOURCE_WORDS[s.resource],
    grouped(s.used),
    grouped(s.available),
    s.share > 1 ? paint.red(percent(s.share)) : percent(s.share),
  ]);
  const limit = `${RESOURCE_WORDS[e.limit.resource]}, ${percent(e.limit.share)} of ${e.part}`;
  return [
    table(['block', 'kind', ...resourceHeads(family)], rows),
    '',
    table([e.part, 'takes>', 'has>', 'share>'], shares),
    '',
    e.fits ? `limited by ${limit}` : chalk.red(`does not fit: ${limit}`),
    chalk.dim('Predicts Yosys, not Vivado; `blnet synth` checks it.'),
  ].join('\n');
}

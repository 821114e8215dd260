/** `blnet synth`: what Yosys (or Vivado) makes of every block, beside what the estimate said. */
import { Command, Option } from 'commander';
import { deviceOf } from '../config.js';
import { estimateHardware } from '../estimate/estimate.js';
import type { Family, Resources } from '../estimate/resources.js';
import type { VivadoInstance } from '../estimate/vivado-report.js';
import { type Build, readBuildFolder } from '../io/build-folder.js';
import { diskCache, noCache } from '../io/synthesis-cache.js';
import { type BuildSynthesis, synthesizeBuild } from '../io/synthesize-build.js';
import { synthesizeWithVivado } from '../io/vivado-synthesis.js';
import { findYosys, type YosysChoice } from '../io/yosys.js';
import { KINDS } from '../kinds/index.js';
import { chalk } from './colour.js';
import { emit, facts, grouped, table, withJson } from './output.js';
import { Progress } from './progress.js';

interface SynthOptions {
  readonly tool: 'yosys' | 'vivado';
  readonly yosys?: YosysChoice;
  readonly part?: string;
  readonly flat?: boolean;
  readonly cache: boolean;
  readonly json?: boolean;
}

const EPILOGUE = `
Each block is synthesised by itself (synth_xilinx or synth_ecp5, without pads),
equal ones once. Results are kept in BLNET_CACHE (~/.cache/blnet), so that a
second run pays only for what changed. A large network takes minutes. Without a
native yosys the npm package @yowasp/yosys serves: the same program as
WebAssembly, slower. Yosys and Vivado differ: only \`--tool vivado\` speaks for
Vivado, and neither says what place and route will do.`;

export function synthCommand(): Command {
  const command = new Command('synth')
    .description('synthesise every block with Yosys or Vivado and hold the estimate against it')
    .argument('<dir>', 'build folder')
    .addOption(new Option('--tool <name>', 'synthesis tool').choices(['yosys', 'vivado']).default('yosys'))
    .addOption(
      new Option('--yosys <which>', 'native or WebAssembly (default: native when found)').choices([
        'native',
        'wasm',
      ]),
    )
    .option('--part <name>', "another part than the build's")
    .option('--flat', 'also synthesise the whole accelerator as one (minutes)')
    .option('--no-cache', 'synthesise everything anew')
    .addHelpText('after', EPILOGUE);
  return withJson(command).action(async (folder: string, options: SynthOptions) => {
    const progress = new Progress(options.json);
    try {
      const build = readBuildFolder(folder);
      if (options.tool === 'vivado') {
        progress.stage('Vivado');
        const document = await vivadoDocument(build);
        progress.clear();
        emit(options, document, () => vivadoText(document));
        return;
      }
      const result = await synthesizeBuild({
        build,
        ...(options.part ? { part: options.part } : {}),
        yosys: await findYosys(options.yosys),
        cache: options.cache ? diskCache() : noCache,
        flat: options.flat === true,
        onStage: progress.stage,
        onProgress: (done) => progress.count('Yosys', Math.round(100 * done), 100),
      });
      progress.clear();
      emit(options, result, () => synthText(result));
    } finally {
      progress.clear();
    }
  });
}

/** Columns shown: estimate and synthesis side by side. */
const heads = (family: Family): string[] =>
  ['LUT', '', 'FF', '', 'DSP', '', ...(family === 'ecp5' ? ['EBR', ''] : ['B18', '', 'B36', ''])].map(
    (h) => `${h}>`,
  );

function pairs(estimate: Resources, synthesis: Resources, family: Family): string[] {
  const names = ['lut', 'ff', 'dsp', 'ramb18', ...(family === 'ecp5' ? [] : ['ramb36'])] as Array<
    keyof Resources
  >;
  return names.flatMap((name) => {
    const [e, s] = [estimate[name], synthesis[name]];
    if (e === 0 && s === 0) return ['', ''];
    return [chalk.dim(grouped(e)), grouped(s)];
  });
}

/** Signed difference of an estimate, or nothing where there is nothing to compare. */
export const errorText = (estimate: number, synthesis: number): string => {
  if (synthesis === 0) return estimate === 0 ? 'exact' : `${grouped(estimate)} of none`;
  if (estimate === synthesis) return 'exact';
  const error = (100 * (estimate - synthesis)) / synthesis;
  return `${error > 0 ? '+' : ''}${error.toFixed(1)} %`;
};

function errorFacts(estimate: Resources, synthesis: Resources): Array<readonly [string, string]> {
  const blocks = (r: Resources): number => r.ramb36 + r.ramb18 / 2;
  return [
    ['LUT', errorText(estimate.lut, synthesis.lut)],
    ['FF', errorText(estimate.ff, synthesis.ff)],
    ['DSP', errorText(estimate.dsp, synthesis.dsp)],
    ['block RAM', errorText(blocks(estimate), blocks(synthesis))],
  ];
}

function synthText(r: BuildSynthesis): string {
  const { family } = r;
  const rows = [
    ...r.blocks.map((b) => [b.name, ...pairs(b.estimate, b.synthesis, family)]),
    [chalk.bold('sum'), ...pairs(r.total.estimate, r.total.synthesis, family)],
    ...(r.flat ? [[chalk.bold('as one'), ...pairs(r.total.estimate, r.flat, family)]] : []),
  ];
  return [
    chalk.dim('estimate (left) against synthesis (right)'),
    table(['block', ...heads(family)], rows),
    '',
    facts([
      ['tool', `${r.tool}, ${family}, ${r.seconds.toFixed(0)} s`],
      ...errorFacts(r.total.estimate, r.flat ?? r.total.synthesis),
    ]),
    chalk.dim('This speaks for Yosys, not for Vivado.'),
  ].join('\n');
}

interface VivadoDocument {
  readonly tool: 'vivado';
  readonly part: string;
  readonly clockMhz: number;
  readonly worstSlackNs: number | null;
  readonly failingEndpoints: number;
  readonly blocks: ReadonlyArray<{
    readonly name: string;
    readonly estimate: Resources;
    readonly synthesis: Resources;
  }>;
  readonly total: { readonly estimate: Resources; readonly synthesis: Resources };
  readonly seconds: number;
}

async function vivadoDocument(build: Build): Promise<VivadoDocument> {
  const device = deviceOf(build.manifest.config);
  const run = await synthesizeWithVivado(build);
  const estimate = estimateHardware(KINDS, build.hardware, device);
  const found = new Map(run.instances.filter((i) => i.depth === 1).map((i) => [i.instance, i.resources]));
  const top = run.instances.find((i) => i.depth === 0) as VivadoInstance;
  return {
    tool: 'vivado',
    part: device.name,
    clockMhz: build.manifest.clockMhz,
    worstSlackNs: run.timing.worstSlackNs,
    failingEndpoints: run.timing.failingEndpoints,
    blocks: estimate.blocks.flatMap((b) => {
      const synthesis = found.get(`u_${b.name}`);
      // Vivado may dissolve a small block into its neighbours.
      return synthesis ? [{ name: b.name, estimate: b.resources, synthesis }] : [];
    }),
    total: { estimate: estimate.total, synthesis: top.resources },
    seconds: run.seconds,
  };
}

function vivadoText(d: VivadoDocument): string {
  const slack = d.worstSlackNs;
  const timing =
    slack === null
      ? 'no constrained path'
      : `${slack.toFixed(3)} ns slack, ${d.failingEndpoints} endpoints fail`;
  return [
    chalk.dim('estimate for Yosys (left) against Vivado (right)'),
    table(
      ['block', ...heads('xc7')],
      [
        ...d.blocks.map((b) => [b.name, ...pairs(b.estimate, b.synthesis, 'xc7')]),
        [chalk.bold('whole'), ...pairs(d.total.estimate, d.total.synthesis, 'xc7')],
      ],
    ),
    '',
    facts([
      ['tool', `Vivado, ${d.part}, ${d.seconds.toFixed(0)} s`],
      ['timing', `${timing} at ${d.clockMhz} MHz, before place and route`],
      ...errorFacts(d.total.estimate, d.total.synthesis),
    ]),
  ].join('\n');
}

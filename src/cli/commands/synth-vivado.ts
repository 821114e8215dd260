/** `blnet synth --tool vivado`: Vivado out of context, block by block where it keeps them apart, with its timing. */
import { deviceOf } from '../../config.js';
import { estimateHardware } from '../../estimate/estimate.js';
import type { VivadoInstance } from '../../estimate/vivado-report.js';
import type { Build } from '../../io/build/build-folder.js';
import type { Access } from '../../io/build/lock-build.js';
import { synthesizeWithVivado } from '../../io/synthesis/vivado-synthesis.js';
import type { Resources } from '../../ir/resources.js';
import { KINDS } from '../../kinds/index.js';
import { chalk, paint } from '../terminal/colour.js';
import { facts, table } from '../terminal/output.js';
import { errorFacts, heads, pairs } from './compare-resources.js';

export interface VivadoDocument {
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

export async function vivadoDocument(build: Build, access: Access): Promise<VivadoDocument> {
  const device = deviceOf(build.manifest.config);
  const run = await synthesizeWithVivado(build, access);
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

export function vivadoText(d: VivadoDocument): string {
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
        [paint.bold('whole'), ...pairs(d.total.estimate, d.total.synthesis, 'xc7')],
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

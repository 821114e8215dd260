/**
 * Estimate against synthesis for every block of a build. The sum over blocks is what `blnet synth` calls whole; the
 * accelerator synthesised as one, where asked for, tells what blocks gain from each other.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { deviceOf } from '../config.js';
import { type Estimate, estimateHardware } from '../estimate/estimate.js';
import { addResources, type Family, type Resources, resourcesOf } from '../estimate/resources.js';
import { parseStat } from '../estimate/yosys-stat.js';
import { bind, KINDS } from '../kinds/index.js';
import type { Build } from './build-folder.js';
import { readText } from './files.js';
import { type SynthesisUnit, synthesisScript } from './synthesis-batch.js';
import type { SynthesisCache } from './synthesis-cache.js';
import { sourcesOf, synthesizeUnits } from './synthesize.js';
import type { Yosys } from './yosys.js';

export interface BlockSynthesis {
  readonly name: string;
  readonly kind: string;
  readonly estimate: Resources;
  readonly synthesis: Resources;
}

export interface BuildSynthesis {
  readonly tool: string;
  readonly part: string;
  readonly family: Family;
  readonly blocks: readonly BlockSynthesis[];
  /** Sums over the blocks. */
  readonly total: { readonly estimate: Resources; readonly synthesis: Resources };
  /** The whole accelerator flattened into one; null unless asked for. */
  readonly flat: Resources | null;
  readonly seconds: number;
}

export interface BuildSynthesisRequest {
  readonly build: Build;
  readonly part?: string;
  readonly yosys: Yosys;
  readonly cache: SynthesisCache;
  readonly flat?: boolean;
  readonly onStage?: (stage: string) => void;
  /** Share of the blocks' work that is done, 0..1. */
  readonly onProgress?: (done: number) => void;
}

/** Every file of a folder of the build that a tool may read, by path relative to the build. */
function buildFiles(build: Build, folder: string): Map<string, string> {
  const names = readdirSync(join(build.folder, folder)).sort();
  return new Map(names.map((name) => [`${folder}/${name}`, readText(join(build.folder, folder, name))]));
}

/** Library modules as they lie in the build, by file name. */
function libraryOf(build: Build): Map<string, string> {
  const files = buildFiles(build, 'rtl');
  files.delete(`rtl/${build.manifest.top}.v`);
  return new Map([...files].map(([path, text]) => [path.slice('rtl/'.length), text]));
}

async function synthesizeFlat(request: BuildSynthesisRequest, family: Family): Promise<Resources> {
  const { build, yosys } = request;
  const files = new Map([...buildFiles(build, 'rtl'), ...buildFiles(build, 'weights')]);
  const { top } = build.manifest;
  const script = synthesisScript(sourcesOf(files.keys()), top, family);
  const stat = parseStat(await yosys.run({ files, script }));
  return resourcesOf(stat.get(top) ?? {}, family, top);
}

/** Errors: BLN402 when Yosys fails. */
export async function synthesizeBuild(request: BuildSynthesisRequest): Promise<BuildSynthesis> {
  const { build, yosys, cache, onStage = () => {} } = request;
  const started = performance.now();
  const device = deviceOf({ part: request.part ?? build.manifest.config.part });
  const { family } = device;
  const { hardware } = build;
  const estimate: Estimate = estimateHardware(KINDS, hardware, device);
  const units = hardware.blocks.map(
    (block): SynthesisUnit => ({ block, rtl: bind(KINDS, block).rtl(), streams: hardware.streams }),
  );
  const expected = new Map(estimate.blocks.map((b) => [b.name, b.resources.lut]));
  onStage('Yosys');
  const results = await synthesizeUnits(units, {
    yosys,
    family,
    library: libraryOf(build),
    cache,
    weightOf: (unit) => expected.get(unit.block.name) ?? 0,
    ...(request.onProgress ? { onProgress: request.onProgress } : {}),
  });
  const blocks = hardware.blocks.map(
    (b, i): BlockSynthesis => ({
      name: b.name,
      kind: b.params.kind,
      estimate: (estimate.blocks[i] as Estimate['blocks'][number]).resources,
      synthesis: results[i] as Resources,
    }),
  );
  let flat: Resources | null = null;
  if (request.flat) {
    onStage('Yosys, the whole accelerator as one');
    flat = await synthesizeFlat(request, family);
  }
  return {
    tool: yosys.version,
    part: device.name,
    family,
    blocks,
    total: {
      estimate: addResources(...blocks.map((b) => b.estimate)),
      synthesis: addResources(...results),
    },
    flat,
    seconds: (performance.now() - started) / 1000,
  };
}

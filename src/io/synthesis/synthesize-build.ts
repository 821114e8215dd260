/**
 * Estimate against synthesis for every block of a build, or for those asked for. The sum over blocks is what `blnet synth` calls whole; the
 * accelerator synthesised as one, where asked for, tells what blocks gain from each other.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { deviceOf } from '../../config.js';
import { estimateHardware } from '../../estimate/estimate.js';
import { parseStat } from '../../estimate/yosys-stat.js';
import type { Block } from '../../ir/hardware.js';
import { addResources, type Family, type Resources } from '../../ir/resources.js';
import { bind, KINDS } from '../../kinds/index.js';
import { resourcesOf } from '../../targets/cells.js';
import type { Build } from '../build/build-folder.js';
import { readText } from '../files.js';
import { statOf, synthesisScript } from './synthesis-batch.js';
import type { SynthesisCache } from './synthesis-cache.js';
import type { SynthesisProgress } from './synthesis-progress.js';
import { jobsOf, sourcesOf, synthesizeEach } from './synthesize.js';
import type { Yosys } from './yosys.js';

export interface BlockSynthesis {
  readonly name: string;
  readonly kind: string;
  readonly estimate: Resources;
  /** Null where Yosys failed or took too long. */
  readonly synthesis: Resources | null;
  /** Why there is no synthesis; null where there is one. */
  readonly problem: string | null;
  /** Known from an earlier run. */
  readonly cached: boolean;
}

export interface BuildSynthesis {
  readonly tool: string;
  readonly part: string;
  readonly family: Family;
  readonly blocks: readonly BlockSynthesis[];
  /** Sums over the blocks that have a synthesis. */
  readonly total: { readonly estimate: Resources; readonly synthesis: Resources };
  /** The whole accelerator flattened into one; null unless asked for. */
  readonly flat: Resources | null;
  /** Most runs of Yosys at a time. */
  readonly jobs: number;
  readonly seconds: number;
}

export interface BuildSynthesisRequest {
  readonly build: Build;
  readonly part?: string;
  readonly yosys: Yosys;
  readonly cache: SynthesisCache;
  readonly flat?: boolean;
  /** Which blocks; all where absent. */
  readonly isWanted?: (block: Block) => boolean;
  /** Runs of Yosys side by side; 1 where absent. */
  readonly jobs?: number;
  /** Seconds that a block may take. */
  readonly limitSeconds?: number;
  readonly signal?: AbortSignal;
  readonly onStage?: (stage: string) => void;
  readonly onProgress?: (progress: SynthesisProgress) => void;
}

/** Every file of a folder of the build that a tool may read, by path relative to the build. */
export function buildFiles(build: Build, folder: string): Map<string, string> {
  const names = readdirSync(join(build.folder, folder)).sort();
  return new Map(names.map((name) => [`${folder}/${name}`, readText(join(build.folder, folder, name))]));
}

/** Library modules as they lie in the build, by file name. */
function libraryOf(build: Build): Map<string, string> {
  const files = buildFiles(build, 'rtl');
  files.delete(`rtl/${build.hardware.name}.v`);
  return new Map([...files].map(([path, text]) => [path.slice('rtl/'.length), text]));
}

async function synthesizeFlat(request: BuildSynthesisRequest, family: Family): Promise<Resources> {
  const { build, yosys } = request;
  const files = new Map([...buildFiles(build, 'rtl'), ...buildFiles(build, 'weights')]);
  const top = build.hardware.name;
  const script = synthesisScript(sourcesOf(files.keys()), top, family);
  const stat = parseStat(await statOf(yosys, { files, script, signal: request.signal }));
  return resourcesOf(stat.get(top) ?? {}, family, top);
}

/**
 * A block without a result is part of the answer, with its problem.
 * Errors: BLN402 when Yosys fails on the whole as one; the signal's reason.
 */
export async function synthesizeBuild(request: BuildSynthesisRequest): Promise<BuildSynthesis> {
  const { build, yosys, cache, limitSeconds, signal, onProgress, onStage = () => {} } = request;
  const started = performance.now();
  const device = deviceOf({ part: request.part ?? build.manifest.config.part });
  const { family } = device;
  const { hardware } = build;
  const estimates = new Map(
    estimateHardware(KINDS, hardware, device).blocks.map((b) => [b.name, b.resources]),
  );
  const estimateOf = (block: Block): Resources => estimates.get(block.name) as Resources;
  const wanted = hardware.blocks.filter(request.isWanted ?? (() => true));
  const jobs = jobsOf(yosys, request.jobs);
  const results = await synthesizeEach(
    wanted.map((block) => ({ block, rtl: bind(KINDS, block).rtl(), streams: hardware.streams })),
    {
      yosys,
      family,
      library: libraryOf(build),
      cache,
      weightOf: (unit) => estimateOf(unit.block).lut,
      jobs,
      limitSeconds,
      signal,
      onProgress,
    },
  );
  const blocks = wanted.map((b, i): BlockSynthesis => {
    const { resources: synthesis, problem, cached } = results[i];
    return { name: b.name, kind: b.params.kind, estimate: estimateOf(b), synthesis, problem, cached };
  });
  let flat: Resources | null = null;
  if (request.flat) {
    onStage('Yosys, the whole accelerator as one');
    flat = await synthesizeFlat(request, family);
  }
  const counted = blocks.filter((b) => b.synthesis !== null);
  return {
    tool: yosys.version,
    part: device.name,
    family,
    blocks,
    total: {
      estimate: addResources(...counted.map((b) => b.estimate)),
      synthesis: addResources(...counted.map((b) => b.synthesis as Resources)),
    },
    flat,
    jobs,
    seconds: (performance.now() - started) / 1000,
  };
}

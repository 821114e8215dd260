/**
 * Synthesis, place and route of a build: one netlist, placed from several seeds side by side, and what came of it. A
 * seed that fails is part of the answer, with its problem.
 */
import { deviceOf } from '../../config.js';
import { BlnetError } from '../../diagnostics.js';
import { parseNextpnrReport, type RoutedDesign } from '../../estimate/nextpnr-report.js';
import type { RoutingDocument } from '../../schema/results.js';
import { NEXTPNR_PART_NAMES, type NextpnrPart, nextpnrPart, type SpeedGrade } from '../../targets/nextpnr.js';
import type { Build } from '../build/build-folder.js';
import { cacheKey } from '../cache.js';
import { drain } from '../drain.js';
import type { Nextpnr } from '../nextpnr.js';
import { resultOf, type Yosys } from '../synthesis/yosys-job.js';
import { type RunLimits, runTool } from '../tool-run.js';
import { makeNetlist, type Netlist, surround } from './netlist.js';
import { packBitstream } from './pack.js';
import { boardToRoute, type Placement, surroundingsOf } from './surroundings.js';
import type { TextCache } from './text-cache.js';

export interface RouteRequest extends Omit<RunLimits, 'onLine'> {
  readonly build: Build;
  readonly yosys: Yosys;
  readonly nextpnr: Nextpnr;
  readonly cache: TextCache;
  readonly seeds: readonly number[];
  /** Runs of nextpnr side by side. */
  readonly jobs: number;
  /** What nextpnr works towards, and a board's PLL makes; it stops at nothing better. */
  readonly targetMhz: number;
  readonly speedGrade: SpeedGrade;
  readonly onStage?: (stage: string) => void;
  readonly onSeeds?: (seeds: ReadonlyMap<number, string>) => void;
}

export interface Route {
  readonly document: RoutingDocument;
  readonly netlist: Netlist;
  /** Design of the best seed in Trellis's text form. */
  readonly config: string;
  /** Of a board's build whose best seed reaches the clock that the board makes. */
  readonly bitstream: Uint8Array | null;
  readonly cached: boolean;
}

/** Errors: BLN001 for a part without open timing data. */
export function partToRoute(build: Build): NextpnrPart & { readonly name: string } {
  const device = deviceOf(build.manifest.config);
  const part = nextpnrPart(device.name);
  if (part) return { ...part, name: device.name };
  throw new BlnetError('BLN001', {
    where: build.folder,
    found: `a build for ${device.name}, whose delays no open tool knows`,
    need: NEXTPNR_PART_NAMES.join(', '),
    hint: `compile for one of them: blnet compile MODEL -o DIR --part ${NEXTPNR_PART_NAMES.at(-1)}`,
  });
}

const JSON_FILE = 'design.json';
const REPORT_FILE = 'report.json';
const CONFIG_FILE = 'design.config';
const LPF_FILE = 'board.lpf';

interface Routed {
  readonly seed: number;
  readonly design: RoutedDesign | null;
  readonly problem: string | null;
  readonly config: string | null;
  readonly cached: boolean;
}

/** Lines of nextpnr's log that begin a part of its work. */
const STAGES: ReadonlyArray<readonly [RegExp, string]> = [
  [/Packing /, 'packing'],
  [/Creating initial analytic placement/, 'placing'],
  [/simulated annealing placer for refinement/, 'refining the placement'],
  [/Routing\.\./, 'routing'],
];

/** What every seed begins with. */
interface Prepared extends Pick<Placement, 'constraints'> {
  /** Netlist in its surroundings. */
  readonly placed: string;
  readonly part: NextpnrPart;
  readonly blocks: ReadonlySet<string>;
}

/** Errors: the signal's reason. */
async function routeSeed(
  seed: number,
  { placed, constraints, part, blocks }: Prepared,
  r: RouteRequest,
  onStage: (stage: string) => void,
): Promise<Routed> {
  const { nextpnr, cache, limitSeconds, signal } = r;
  // Relative names: as WebAssembly it sees the folder in which it runs, and no /tmp.
  const args = [
    ...[part.flag, '--package', part.package, '--speed', r.speedGrade],
    ...['--freq', `${r.targetMhz}`, '--seed', `${seed}`, '--json', JSON_FILE],
    ...['--report', REPORT_FILE, '--textcfg', CONFIG_FILE],
    ...(constraints === null ? ['--lpf-allow-unconstrained'] : ['--lpf', LPF_FILE]),
    '--timing-allow-fail',
  ];
  const results = [REPORT_FILE, CONFIG_FILE];
  const key = cacheKey([nextpnr.version, ...args, placed, constraints ?? '']);
  const known = cache.get(key, results);
  try {
    const onLine = (line: string): void => {
      const stage = STAGES.find(([p]) => p.test(line));
      if (stage) onStage(stage[1]);
    };
    const files = new Map([[JSON_FILE, placed]]);
    if (constraints !== null) files.set(LPF_FILE, constraints);
    const run = {
      tool: 'nextpnr-ecp5',
      command: nextpnr.command,
      args,
      files,
      results,
      onLine,
      limitSeconds,
      signal,
    };
    const texts = known ?? (await runTool(run));
    if (!known) cache.set(key, texts);
    return {
      seed,
      design: parseNextpnrReport(resultOf(texts, REPORT_FILE), blocks),
      problem: null,
      config: resultOf(texts, CONFIG_FILE),
      cached: known !== undefined,
    };
  } catch (error) {
    if (signal?.aborted || !(error instanceof BlnetError)) throw error;
    return { seed, design: null, problem: error.diagnostic.found, config: null, cached: false };
  }
}

type Success = Routed & { readonly design: RoutedDesign; readonly config: string };

/** Errors: BLN402 when Yosys fails or no seed is routed; the signal's reason. */
export async function routeBuild(r: RouteRequest): Promise<Route> {
  const { build, onStage = () => {} } = r;
  const { hardware, manifest } = build;
  const board = boardToRoute(build, r.speedGrade);
  const around = surroundingsOf(build, board, r.targetMhz);
  const part = { ...partToRoute(build), ...(board ? { package: board.package } : {}) };
  const { family } = deviceOf(manifest.config);
  const yosysRequest = { yosys: r.yosys, family, limitSeconds: r.limitSeconds, signal: r.signal };
  onStage('Yosys, the whole accelerator');
  const netlist = await makeNetlist({ ...yosysRequest, build, cache: r.cache });
  onStage('Yosys, what surrounds it');
  const placed = await surround(netlist, around, hardware.name, yosysRequest);
  const blocks = new Set(hardware.blocks.map((b) => b.name));
  const prepared = { placed, constraints: around.constraints, part, blocks };
  const running = new Map<number, string>();
  const routed: Routed[] = [];
  await drain([...r.seeds.entries()], r.jobs, async ([place, seed]) => {
    const say = (stage: string): void => {
      running.set(seed, stage);
      r.onSeeds?.(running);
    };
    say('starting');
    const result = await routeSeed(seed, prepared, r, say);
    say(result.design ? `${result.design.clockMhz.toFixed(1)} MHz` : 'failed');
    routed[place] = result;
  });
  const good = routed
    .filter((x): x is Success => x.design !== null)
    .sort((a, b) => a.design.clockMhz - b.design.clockMhz);
  if (good.length === 0) {
    throw new BlnetError('BLN402', {
      where: 'nextpnr-ecp5',
      found: `no seed was routed\n${routed[0].problem}`,
      hint: '--timeout <seconds> gives it more time; a design that fills its part may not route: lower --max-lut',
    });
  }
  const median = good[(good.length - 1) >> 1];
  const best = good[good.length - 1];
  const { intervalCycles } = manifest.simulated;
  const isReached = around.clockMhz !== null && best.design.clockMhz >= around.clockMhz;
  if (isReached) onStage('ecppack');
  const limits = { limitSeconds: r.limitSeconds, signal: r.signal };
  const bitstream = isReached ? await packBitstream(r.nextpnr, best.config, limits) : null;
  const document: RoutingDocument = {
    part: part.name,
    speedGrade: r.speedGrade,
    package: part.package,
    targetMhz: r.targetMhz,
    synthesis: r.yosys.version,
    placeAndRoute: r.nextpnr.version,
    netlist: netlist.key,
    resources: median.design.resources,
    seeds: routed.map(({ seed, design, problem }) => ({
      seed,
      clockMhz: design?.clockMhz ?? null,
      problem,
      slowest: design?.slowest ?? null,
    })),
    clockMhz: { least: good[0].design.clockMhz, median: median.design.clockMhz, best: best.design.clockMhz },
    intervalCycles,
    framesPerSecond: (median.design.clockMhz * 1e6) / intervalCycles,
    board: board && around.clockMhz !== null ? { name: board.name, clockMhz: around.clockMhz } : null,
    bitstream: bitstream === null ? null : `route/${hardware.name}.bit`,
  };
  return { document, netlist, config: best.config, bitstream, cached: routed.every((x) => x.cached) };
}

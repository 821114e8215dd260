/**
 * Copies of the pipeline where one is too slow: a stream brings a pixel a cycle at most, so no plan of one pipeline takes
 * fewer cycles than its input has pixels. Of n copies each takes every n-th frame, has an n-th of the limits, and n times as
 * long. The number is chosen like a folding: the one whose fullest resource is the least full.
 */
import { BlnetError } from '../diagnostics.js';
import { estimateHardware } from '../estimate/estimate.js';
import { largestOf } from '../ir/extremes.js';
import { type End, type Hardware, inputsOf, outputsOf } from '../ir/hardware.js';
import { type QuantGraph, tensorOf } from '../ir/quant-graph.js';
import { KINDS } from '../kinds/index.js';
import { type Copies, copyPipeline, ONE_COPY, packsOf } from '../passes/copy-pipeline.js';
import { intervalCycles } from '../sim/engine.js';
import { simulateFast } from '../sim/fast-engine.js';
import { targetOf } from '../targets/index.js';
import { limitsOf } from './budget.js';
import { type CostWithFlipFlops, costOf } from './cost.js';
import { type Design, type DesignRequest, isWithin, Planner, refuse } from './plan-design.js';
import type { SizedHardware } from './size-fifos.js';

/** More are hardly worth their splitter, and cost search time. */
const MOST_COPIES = 16;

/** A plan of all copies together; `sized` tells depths and rows of one of them, `sized.hardware` is the whole. */
export interface CopiedDesign extends Design {
  readonly copies: Copies;
  /** Cycles per frame of one pipeline. */
  readonly pipelineCycles: number;
}

export interface CopiesRequest extends DesignRequest {
  /** How many; null for one, or as many as the interval needs. */
  readonly copies: number | null;
}

/** Errors: those of `Planner.plan`; BLN206 where no number of copies reaches the interval. */
export function planCopies(graph: QuantGraph, r: CopiesRequest): CopiedDesign {
  const planner = new Planner(graph, r);
  const { interval, copies } = r;
  if (copies === 1) return single(planner, interval);
  // How fast a pipeline can be at all.
  const floor = largestOf([...planner.fastest()]);
  if (copies === null && (interval === null || interval >= floor)) return single(planner, interval);
  const counts = copies === null ? choices(planner, r, Math.ceil(floor / (interval as number))) : [copies];
  let first: unknown;
  for (const count of counts) {
    try {
      return new Copier(graph, planner, r, count).plan();
    } catch (error) {
      if (!(error instanceof BlnetError)) throw error;
      first ??= error;
    }
  }
  // The words of one pipeline, whose layers are known to the reader.
  if (first === undefined) return single(planner, interval);
  throw first;
}

function single(planner: Planner, interval: number | null): CopiedDesign {
  const design = planner.plan(interval);
  return { ...design, copies: ONE_COPY, pipelineCycles: design.folding.cycles };
}

/** Numbers of copies, the one of the least full plan first; foldings alone tell. @param least that are fast enough */
function choices(planner: Planner, r: CopiesRequest, least: number): number[] {
  const { device } = r;
  const part = { dsp: device.dsp, lut: device.lut };
  const found: { count: number; fullest: number }[] = [];
  for (let count = least; count <= Math.min(MOST_COPIES, least + 4); count++) {
    const cost = planner.cheapest(count * (r.interval as number));
    if (!cost) continue;
    const share = largestOf([cost.dsp / part.dsp, cost.lut / part.lut]);
    found.push({ count, fullest: count * share });
  }
  return found.sort((a, b) => a.fullest - b.fullest || a.count - b.count).map((f) => f.count);
}

/** Searches before a number of copies is refused. */
const ROUNDS = 6;
/** Frames of every copy that are simulated. */
const FRAMES = 4;

class Copier {
  constructor(
    private readonly graph: QuantGraph,
    private readonly planner: Planner,
    private readonly r: CopiesRequest,
    private readonly count: number,
  ) {}

  plan(): CopiedDesign {
    const { r, count } = this;
    const most = limitsOf(r.device, r);
    let beside: CostWithFlipFlops = { dsp: 0, lut: 0, bram: 0, ff: 0 };
    for (let round = 1; ; round++) {
      const own = this.planner.within(shareOf(most, beside, count, targetOf(r.device).blockKbit / 18));
      const design = own.plan(r.interval === null ? null : count * r.interval);
      const copied = this.copied(design);
      const used = costOf(copied.estimate.total);
      if (isWithin(used, most)) return this.fastEnough(copied);
      if (round === ROUNDS) throw refuse(used, most, r);
      const excess = (key: keyof CostWithFlipFlops): number => Math.max(0, used[key] - most[key]);
      const more = (key: keyof CostWithFlipFlops): number => beside[key] + Math.ceil(1.1 * excess(key));
      beside = { dsp: more('dsp'), lut: more('lut'), bram: more('bram'), ff: more('ff') };
    }
  }

  /** Errors: BLN206 where an end of the network is slower than its copies. */
  private fastEnough(design: CopiedDesign): CopiedDesign {
    const { r, count } = this;
    const { simulation, hardware } = design.sized;
    const cycles = Math.ceil(intervalCycles(simulation, count));
    if (r.interval === null || cycles <= r.interval) return design;
    const beats = (e: End): number => hardware.streams[e.stream].beatsPerFrame;
    const slowest = hardware.ends.reduce((a, b) => (beats(b) > beats(a) ? b : a));
    throw new BlnetError('BLN206', {
      where: slowest.tensor,
      found: `${count} copies take a frame every ${cycles} cycles, ${r.interval} are asked for; ${beats(slowest)} beats a frame pass ${slowest.port}`,
      hint: 'lower --fps, or raise --clock',
    });
  }

  /** The whole, with the smallest FIFOs in front of the copies that keep the rate. */
  private copied(design: Design): CopiedDesign {
    const { graph, count, r } = this;
    const { sized, folding } = design;
    const one = sized.hardware;
    const input = one.streams[inputsOf(one)[0].stream];
    const pace = folding.cycles / count;
    const packs = packsOf(input, tensorOf(graph, graph.input).shape.channels);
    const pack = packs.find((n) => input.beatsPerFrame / n <= pace) ?? (packs.at(-1) as number);
    const beats = input.beatsPerFrame / pack;
    r.onStage?.('copy the pipeline');
    const hardwareOf = (depth: number): Hardware => copyPipeline(one, { count, pack, depth });
    const measured = (depth: number) => {
      const hardware = hardwareOf(depth);
      return { depth, hardware, simulation: simulateFast(KINDS, hardware, { frames: FRAMES * count + 1 }) };
    };
    const intervalOf = ({ simulation: s }: ReturnType<typeof measured>): number =>
      s.deadlock ? Number.POSITIVE_INFINITY : intervalCycles(s, count);
    // As fast as the copies together, or as frames come and leave.
    const ends = outputsOf(one).map((e) => one.streams[e.stream].beatsPerFrame);
    const goal = largestOf([intervalCycles(sized.simulation) / count, beats, ...ends]);
    let best = measured(Math.ceil(((count - 1) / count) * beats));
    for (const more of [1, 2]) {
      if (intervalOf(best) <= goal) break;
      const next = measured(more * beats);
      if (intervalOf(next) < intervalOf(best)) best = next;
    }
    const { hardware, simulation, depth } = best;
    const whole: SizedHardware = { ...sized, hardware, simulation };
    return {
      folding,
      sized: whole,
      estimate: estimateHardware(KINDS, hardware, r.device),
      copies: { count, pack, depth },
      pipelineCycles: folding.cycles,
    };
  }
}

/** Limits of one copy; block RAM in the part's blocks. */
function shareOf(most: CostWithFlipFlops, beside: CostWithFlipFlops, count: number, unitsPerBlock: number) {
  const of = (key: keyof CostWithFlipFlops, per = 1): number =>
    Math.max(key === 'lut' ? 1 : 0, Math.floor((most[key] - beside[key]) / count / per));
  return { maxDsp: of('dsp'), maxLut: of('lut'), maxBram: of('bram', unitsPerBlock), fillPercent: null };
}

/** Lanes, beats and the foldings of layers that work on a pixel at a time. */
import { ceilDiv, type LaneFolding } from '../../ir/folding.js';
import type { LayerTensors, QuantTensor } from '../../ir/quant-graph.js';
import type { FoldingGroup, PlannedBlock } from '../layer-kind.js';
import { laneFoldingProblems, laneFoldingSchema } from './documents.js';

export const pixelsOf = (t: QuantTensor): number => t.shape.height * t.shape.width;
/** Beats per pixel. */
export const groupsOf = (t: QuantTensor, lanes: number): number => ceilDiv(t.shape.channels, lanes);

const divisors = new Map<number, readonly number[]>();

export function divisorsOf(n: number): readonly number[] {
  const known = divisors.get(n);
  if (known) return known;
  const found = Array.from({ length: n }, (_, i) => i + 1).filter((d) => n % d === 0);
  divisors.set(n, found);
  return found;
}

/** The smallest lane count for every distinct number of beats. */
export function laneCounts(channels: number): number[] {
  const counts = new Set<number>();
  for (let beats = 1; beats <= channels; beats++) counts.add(ceilDiv(channels, beats));
  return [...counts].sort((a, b) => a - b);
}

function isSmooth(n: number): boolean {
  let rest = n;
  while (rest % 2 === 0) rest /= 2;
  while (rest % 3 === 0) rest /= 3;
  return rest === 1;
}

/** Lane counts of streams: few prime factors, so that neighbours convert cheaply, or all channels at once. */
export const streamLanes = (channels: number): number[] =>
  Array.from({ length: channels }, (_, i) => i + 1).filter((n) => n === channels || isSmooth(n));

/** Inputs are a, b, c ... in names. */
export const letterOf = (input: number): string => String.fromCharCode('a'.charCodeAt(0) + input);

/** A group of one folding. */
export const single = <G>(folding: G): FoldingGroup<G> => ({ first: folding, all: () => [folding] });

/** Answers of a layer whose only choice is how many channels of a pixel it takes at once, on all its inputs. */
export const laneFoldings = {
  foldings: (_: unknown, { inputs }: LayerTensors): FoldingGroup<LaneFolding>[] =>
    streamLanes(inputs[0].shape.channels).map((lanes) => single({ op: 'lanes', lanes })),
  foldingSchema: laneFoldingSchema,
  foldingProblems: laneFoldingProblems,
  parallel: (f: LaneFolding): number => f.lanes,
  lanesIn: (_: unknown, f: LaneFolding): number[] => [f.lanes],
} as const;

/** The stream of a layer's output. */
export const outputOf = (y: QuantTensor, lanes: number): PlannedBlock['output'] => ({
  role: 'out',
  lanes,
  bits: y.bits,
  signed: y.signed,
  beatsPerFrame: pixelsOf(y) * groupsOf(y, lanes),
});

/** Sources of a block that takes all inputs of its layer. */
export const allInputs = (count: number): PlannedBlock['sources'] =>
  Array.from({ length: count }, (_, input) => ({ input }));

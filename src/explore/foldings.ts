/**
 * Legal foldings of each layer with their cycles per frame and their cost: the blocks that the layer says it becomes,
 * with the bills that these blocks write, priced by the target. The estimate of the design asks the same bills.
 */
import type { BlockKind } from '../ir/block-kind.js';
import type { Folding } from '../ir/folding.js';
import type { BilledOf, BlockShape, KindName } from '../ir/hardware.js';
import { type LayerTensors, type QuantGraph, type QuantNode, tensorsOf } from '../ir/quant-graph.js';
import type { Target } from '../ir/target.js';
import { KINDS } from '../kinds/index.js';
import { cyclesOf, usualBlocks } from '../layers/cycles.js';
import { quantLayer } from '../layers/index.js';
import type { PlannedBlock } from '../layers/layer-kind.js';
import { groupsOf, pixelsOf } from '../layers/shared/lanes.js';
import { TARGETS } from '../targets/index.js';
import { type CostWithFlipFlops, costOf, sumCosts, sumFlipFlops } from './cost.js';

export interface FoldingOption extends CostWithFlipFlops {
  /** LUTs, where `lut` is weighed with flip-flops. */
  readonly ownLut?: number;
  readonly folding: Folding;
  /** Cycles per frame of the slowest block that this layer becomes. */
  readonly cycles: number;
  /** Products computed in a cycle. */
  readonly multipliers: number;
}

/** Foldings that differ in how they are built and not in speed; they are made, and priced, when asked for. */
export interface FoldingGroup {
  readonly cycles: number;
  options(): FoldingOption[];
}

/** What foldings are priced for, and what they may use. */
export interface Fabric {
  readonly target: Target;
  /** Whether DSPs may requantize too; where not, all of them are left to the network's own products. */
  readonly requantize: boolean;
}

export const fabricOf = (family: keyof typeof TARGETS, requantizeIn: 'any' | 'luts' = 'any'): Fabric => ({
  target: TARGETS[family],
  requantize: requantizeIn === 'any',
});

const XC7 = fabricOf('xc7');

/** All legal foldings of a layer. */
export const foldingOptions = (graph: QuantGraph, node: QuantNode, fabric?: Fabric): FoldingOption[] =>
  foldingGroups(graph, node, fabric).flatMap((group) => group.options());

/** What a block costs by its bill. */
export function blockCost(params: BilledOf<KindName>, target: Target): CostWithFlipFlops {
  // As in `bind`, which would make more than is asked here some hundred thousand times.
  const kind = KINDS[params.kind] as BlockKind<KindName>;
  return costOf(target.price(kind.bill(params as never, target)));
}

/** What joins single channels in front of a layer that does not do it itself, as is usual. */
function joinCost({ inputs: [x] }: LayerTensors, lanes: number, target: Target): CostWithFlipFlops[] {
  if (lanes === 1) return [];
  const beats = { pixels: pixelsOf(x), lanesIn: 1, bits: x.bits, groupsIn: groupsOf(x, 1) };
  return [blockCost({ kind: 'widthUp', ...beats, ratio: lanes }, target)];
}

/** Whether two blocks are built alike; the key of the same field of one kind is the same. */
const isSame = (a: BlockShape, b: BlockShape, keys: readonly string[]): boolean =>
  keys.every((key) => a[key as keyof BlockShape] === b[key as keyof BlockShape]);

/** Prices the foldings of a group, whose blocks hold the same contents. */
function groupPricer(
  first: readonly PlannedBlock[],
  target: Target,
): (blocks: readonly PlannedBlock[]) => CostWithFlipFlops[] {
  const contents = first.map((b) => b.billed());
  const keys = first.map((b) => Object.keys(b.shape));
  const costs: Array<CostWithFlipFlops | undefined> = [];
  const priced = (shape: BlockShape, i: number): CostWithFlipFlops =>
    blockCost({ ...shape, ...contents[i] } as BilledOf<KindName>, target);
  const costOfFirst = (i: number): CostWithFlipFlops => {
    const known = costs[i] ?? priced(first[i].shape, i);
    costs[i] = known;
    return known;
  };
  return (blocks) =>
    blocks.map((b, i) =>
      b === first[i] || isSame(b.shape, first[i].shape, keys[i]) ? costOfFirst(i) : priced(b.shape, i),
    );
}

export function foldingGroups(graph: QuantGraph, node: QuantNode, fabric: Fabric = XC7): FoldingGroup[] {
  const { target, requantize } = fabric;
  const layer = quantLayer(node);
  const tensors = tensorsOf(graph, node);
  const dsps = { widePortBits: target.dsp.widePortBits, requantize };
  return layer.foldings(node, tensors, dsps).map((group) => {
    const first = usualBlocks(node, tensors, group.first);
    const cycles = cyclesOf(first);
    const options = (): FoldingOption[] => {
      const price = groupPricer(first, target);
      return group.all().map((folding) => {
        const lanes = layer.lanesIn(node, folding, 0);
        const costs = [
          ...price(usualBlocks(node, tensors, folding)),
          ...(lanes.length > 1 ? [] : joinCost(tensors, lanes[0], target)),
        ];
        const multipliers = layer.parallel(folding);
        return { folding, cycles, multipliers, ...sumCosts(costs), ff: sumFlipFlops(costs) };
      });
    };
    return { cycles, options };
  });
}

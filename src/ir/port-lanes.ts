/**
 * How wide the ends of a design are, said in the metadata of its graph, so that a plan cannot change them and a build that
 * is read back has the same ports.
 */
import { BlnetError } from '../diagnostics.js';
import type { Graph, Shape } from './graph.js';

export interface PortLanes {
  /** Channels of a beat: of a whole pixel of up to `WHOLE_PIXEL`, as the first layer likes it, or so many. */
  readonly inputLanes: number | 'pixel' | 'plan';
  readonly outputLanes: number | 'plan';
}

const KEYS = { in: 'blnet.input.lanes', out: 'blnet.output.lanes' } as const;

/** Channels that come as one beat whatever the plan: grey, colour, colour with a fourth. */
const WHOLE_PIXEL = 4;

/** The graph with the widths stated. Errors: BLN107 for more lanes than a tensor has channels. */
export function withPortLanes(graph: Graph, { inputLanes, outputLanes }: PortLanes): Graph {
  const channelsOf = (tensor: string): number => (graph.shapes.get(tensor) as Shape).channels;
  const metadata: Record<string, string> = { ...graph.metadata };
  const state = (key: string, option: string, lanes: number, tensors: readonly string[]): void => {
    for (const tensor of tensors) {
      const channels = channelsOf(tensor);
      if (lanes <= channels) continue;
      const found = `${lanes} channels a beat for '${tensor}', which has ${channels}`;
      throw new BlnetError('BLN107', { where: option, found, need: `1 to ${channels}` });
    }
    metadata[key] = String(lanes);
  };
  const channels = channelsOf(graph.input);
  const wanted = inputLanes === 'pixel' ? (channels <= WHOLE_PIXEL ? channels : 'plan') : inputLanes;
  if (wanted !== 'plan') state(KEYS.in, '--input-lanes', wanted, [graph.input]);
  if (outputLanes !== 'plan') state(KEYS.out, '--output-lanes', outputLanes, graph.outputs);
  return { ...graph, metadata };
}

/** Channels of a beat that the graph states for its ends; undefined leaves it to the plan. */
export function portLanesOf(
  metadata: Readonly<Record<string, string>>,
  direction: keyof typeof KEYS,
): number | undefined {
  const lanes = Number(metadata[KEYS[direction]]);
  return Number.isSafeInteger(lanes) && lanes >= 1 ? lanes : undefined;
}

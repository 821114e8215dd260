/** What a compilation knows of its integers and a runtime's: layer by layer, channel by channel. */

export interface ChannelDifference {
  readonly channel: number;
  /** Largest difference of its results, in steps of the output, over every value that its accumulator can have. */
  readonly steps: number;
}

export interface LayerProof {
  readonly layer: string;
  /** How many were compared on all that they can compute. */
  readonly channels: number;
  /** Those that are not equal. */
  readonly differing: readonly ChannelDifference[];
  /** Why nothing is proved, where it is not. */
  readonly unproved?: string;
}

/** @param differences of every channel */
export const proofOf = (differences: readonly number[]): Omit<LayerProof, 'layer'> => ({
  channels: differences.length,
  differing: differences.flatMap((steps, channel) => (steps > 0 ? [{ channel, steps }] : [])),
});

export const unproved = (reason: string): Omit<LayerProof, 'layer'> => ({
  channels: 0,
  differing: [],
  unproved: reason,
});

export const isProved = (p: LayerProof): boolean => p.differing.length === 0 && p.unproved === undefined;

/** In words, for those that are not equal. */
export function differenceText(p: LayerProof): string {
  if (p.unproved !== undefined) return p.unproved;
  const largest = p.differing.reduce((most, d) => Math.max(most, d.steps), 0);
  const list = p.differing.slice(0, 4).map((d) => d.channel);
  const more = p.differing.length > list.length ? ' ...' : '';
  return `${p.differing.length} of ${p.channels} channels (${list.join(', ')}${more}) differ by up to ${largest} step${largest === 1 ? '' : 's'} of the output`;
}

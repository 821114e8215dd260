/**
 * What a block says of the streams at its ports, so that both ends of every stream can be compared
 * (`verify-hardware.ts`).
 */

/** One port: how beats look there, and how many pass in a frame. */
export interface Port {
  readonly lanes: number;
  /** Bits of one element. */
  readonly bits: number;
  /** Left out by a block that moves elements as they are: all such ports of a block have one sign. */
  readonly signed?: boolean;
  /** Smallest and largest value that a computing block sends: the stream's format must hold both. */
  readonly values?: readonly [min: number, max: number];
  readonly beats: number;
}

/** In the order of the block's streams. */
export interface BlockPorts {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/** One problem in words for every named parameter that is no whole number of at least `least`. */
export function checkCounts<P extends object>(
  p: P,
  names: readonly (keyof P & string)[],
  least = 1,
): string[] {
  return names.flatMap((name) => {
    const value: unknown = p[name];
    if (Number.isSafeInteger(value) && (value as number) >= least) return [];
    return [`${name} is ${value}, not a whole number of at least ${least}`];
  });
}

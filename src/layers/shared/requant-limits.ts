/** What the numbers of a requantizer or a sum may be, in a graph and in its file. */

export const MOST_MULTIPLIER = 2 ** 26 - 1;
/** Of a sum. */
export const MOST_OFFSET = 2 ** 47 - 1;
export const MOST_BIAS = 2 ** 47 - 1;

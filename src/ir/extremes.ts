/** Largest and smallest of lists of any length: `Math.max(...list)` overflows the stack beyond some 100,000. */

export function largestOf(values: Iterable<number>, atLeast = Number.NEGATIVE_INFINITY): number {
  let largest = atLeast;
  for (const v of values) largest = Math.max(largest, v);
  return largest;
}

export function smallestOf(values: Iterable<number>, atMost = Number.POSITIVE_INFINITY): number {
  let smallest = atMost;
  for (const v of values) smallest = Math.min(smallest, v);
  return smallest;
}

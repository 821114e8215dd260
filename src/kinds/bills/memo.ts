/**
 * Sub-bills are asked again and again by a search, for foldings that differ elsewhere: each is made once for the
 * object that its contents come from.
 */
const known = new WeakMap<object, Map<string, unknown>>();

/** @param key what else `make` depends on, the caller's name included */
export function once<T>(source: object, key: string, make: () => T): T {
  let results = known.get(source);
  if (!results) {
    results = new Map();
    known.set(source, results);
  }
  const found = results.get(key) as T | undefined;
  if (found !== undefined) return found;
  const made = make();
  results.set(key, made);
  return made;
}

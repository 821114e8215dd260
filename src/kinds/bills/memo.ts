/**
 * Sub-bills are asked again and again by a search, for foldings that differ elsewhere: each is made once for the
 * object that its contents come from.
 */
type Key = number | string | boolean;
/** Results by the first part of their key, by the next one, and so on. */
type Tree = Map<Key, unknown>;

const known = new WeakMap<object, Tree>();

/** @param key what else `make` depends on, the caller's name first */
export function once<T>(source: object, key: readonly [string, ...Key[]], make: () => T): T {
  let tree = known.get(source);
  if (!tree) {
    tree = new Map();
    known.set(source, tree);
  }
  const last = key.length - 1;
  for (let i = 0; i < last; i++) {
    let next = tree.get(key[i]) as Tree | undefined;
    if (!next) {
      next = new Map();
      tree.set(key[i], next);
    }
    tree = next;
  }
  const found = tree.get(key[last]) as T | undefined;
  if (found !== undefined) return found;
  const made = make();
  tree.set(key[last], made);
  return made;
}

/**
 * Identifiers made of a model's names, for Verilog, C++, Python, Tcl and file names alike: letters, digits and single
 * underscores, a letter first, no keyword, never longer than `LONGEST`. A name that is too long keeps its two ends
 * around a hash of the whole, so that it stays the same from run to run.
 */
import { VERILOG_KEYWORDS } from './verilog-keywords.js';

/**
 * Characters of an identifier at most; with the suffixes of generated names it stays below what file systems (255)
 * and tools take.
 */
export const LONGEST = 96;
const [HEAD, TAIL] = [60, 26];

/** FNV-1a, 32 bits, as eight hexadecimal digits. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

const trimmed = (id: string): string => id.replace(/^_+|_+$/g, '');

/** Turns a name into an identifier. */
export function identifierOf(name: string): string {
  const clean = trimmed(name.replace(/[^A-Za-z0-9]+/g, '_'));
  const id = /^[A-Za-z]/.test(clean) ? clean : trimmed(`n_${clean}`);
  if (VERILOG_KEYWORDS.has(id.toLowerCase())) return `${id}_layer`;
  if (id.length <= LONGEST) return id;
  return `${trimmed(id.slice(0, HEAD))}_${hashOf(name)}_${trimmed(id.slice(-TAIL))}`;
}

/** Whether a text is what `identifierOf` makes, counters of `NameScope` included. */
export const isIdentifier = (text: string): boolean => /^[A-Za-z][A-Za-z0-9_]{0,127}$/.test(text);

/**
 * Names of one scope. Each name is claimed together with all that is derived from it, so that neither a name nor a
 * derived one is ever another's; case makes no difference, since files are named after them.
 */
export class NameScope {
  private readonly taken: Set<string>;
  /** The first number to try behind a name; a layer's name may come a thousand times. */
  private readonly next = new Map<string, number>();

  constructor(reserved: Iterable<string> = []) {
    this.taken = new Set([...reserved].map((name) => name.toLowerCase()));
  }

  /** First free one of name, name_1, name_2 ...; `derived` says what else goes by it. */
  claim(name: string, derived: (id: string) => readonly string[] = () => []): string {
    const base = identifierOf(name);
    for (let i = this.next.get(base) ?? 0; ; i++) {
      const id = i === 0 ? base : `${base}_${i}`;
      const all = [id, ...derived(id)].map((n) => n.toLowerCase());
      if (all.some((n) => this.taken.has(n))) continue;
      for (const n of all) this.taken.add(n);
      this.next.set(base, i + 1);
      return id;
    }
  }
}

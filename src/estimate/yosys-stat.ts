/**
 * Reads what `stat -json` of Yosys prints: cells by type for every module.
 */
import { BlnetError } from '../diagnostics.js';
import type { CellCounts } from '../targets/cells.js';

interface StatModule {
  readonly num_cells_by_type: CellCounts;
}

const isObject = (x: unknown): x is Record<string, unknown> => typeof x === 'object' && x !== null;

function isStatModule(x: unknown): x is StatModule {
  if (!isObject(x) || !isObject(x.num_cells_by_type)) return false;
  return Object.values(x.num_cells_by_type).every((n) => Number.isInteger(n));
}

/** Module name without Yosys's backslash → its cells, instances of other modules included. Errors: BLN402. */
export function parseStat(text: string): Map<string, CellCounts> {
  const unreadable = (why: string) =>
    new BlnetError('BLN402', {
      where: 'yosys stat -json',
      found: why,
      hint: 'Yosys 0.23 to 0.55 are known to work; see its version with yosys -V',
    });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw unreadable(`no JSON: "${text.slice(0, 60)}"`);
  }
  const modules = isObject(parsed) ? parsed.modules : undefined;
  if (!isObject(modules)) throw unreadable('no list of modules');
  const found = new Map<string, CellCounts>();
  for (const [name, module] of Object.entries(modules)) {
    // An empty module has no list of cells.
    const cells =
      isObject(module) && module.num_cells === 0
        ? {}
        : isStatModule(module)
          ? module.num_cells_by_type
          : null;
    if (!cells) throw unreadable(`module ${name} without cell counts`);
    found.set(name.replace(/^\\/, ''), cells);
  }
  return found;
}

/**
 * How the cells of a Yosys netlist add up to resources, by family.
 */
import { BlnetError } from '../diagnostics.js';
import { type Family, NO_RESOURCES, RESOURCE_NAMES, type Resources } from '../ir/resources.js';
import { FAMILY_DATA } from './index.js';

export type CellCounts = Readonly<Record<string, number>>;

/** Sums a netlist's cells. Errors: BLN402 for a cell type that the family's table does not know. */
export function resourcesOf(cells: CellCounts, family: Family, where = 'netlist'): Resources {
  const sum = { ...NO_RESOURCES };
  for (const [type, count] of Object.entries(cells)) {
    // Yosys marks scopes and assertions with cells of its own, which are no hardware.
    if (type.startsWith('$')) continue;
    const one = FAMILY_DATA[family].cells[type];
    if (!one) {
      throw new BlnetError('BLN402', {
        where,
        found: `Yosys reports ${count} cells of the type ${type}, which ${family} is not known to have`,
        hint: 'this version of Yosys maps differently: report it with the version',
      });
    }
    for (const name of RESOURCE_NAMES) sum[name] += count * (one[name] ?? 0);
  }
  return sum;
}

/**
 * Size of a function of one value as logic, in tables of a LUT. Bits of the result are cut at the top input until what
 * is left depends on no more inputs than a LUT has; functions of smooth shape come to the same rests again and again,
 * and each is made once. LUT4s stand side by side behind wide multiplexers where that takes fewer.
 */

/** Inputs that a column of 2^n results depends on, as distances between results. */
function supportOf(column: string): number[] {
  const found: number[] = [];
  for (let step = 1; step < column.length; step *= 2) {
    for (let i = 0; i < column.length; i++) {
      if (!(i & step) && column[i] !== column[i + step]) {
        found.push(step);
        break;
      }
    }
  }
  return found;
}

/** Of a column and its inverse the one that begins with 0: an inverter costs nothing. */
const upright = (column: string): string =>
  column[0] === '0' ? column : column.replace(/./g, (c) => (c === '0' ? '1' : '0'));

const halvesOf = (column: string): readonly [low: string, high: string] => {
  const half = column.length / 2;
  return [column.slice(0, half), column.slice(half)];
};

/** Distinct functions of so many inputs, at most, that the columns are cut into; constants and wires are none. */
function distinctTables(columns: readonly string[], lutInputs: number): number {
  const tables = new Set<string>();
  const cut = (column: string): void => {
    const support = supportOf(column);
    if (support.length > lutInputs) for (const half of halvesOf(column)) cut(half);
    else if (support.length > 1) tables.add(`${column.length} ${support.join()} ${upright(column)}`);
  };
  for (const column of columns) cut(column);
  return tables.size;
}

/** Inputs that PFUMX and L6MUX21 widen a LUT4 to. */
const WIDEST = 7;

/** LUT4s where wide multiplexers join them, or a LUT selects between halves; a part that comes again costs nothing. */
function wideTables(columns: readonly string[]): number {
  const made = new Set<string>();
  const cost = (column: string): number => {
    const inputs = supportOf(column).length;
    const name = `${column.length} ${upright(column)}`;
    if (inputs < 2 || made.has(name)) return 0;
    const before = [...made];
    made.add(name);
    const wide = inputs <= WIDEST ? 2 ** Math.max(0, inputs - 4) : Number.POSITIVE_INFINITY;
    const [low, high] = halvesOf(column);
    if (wide === 1) return 1;
    if (low === high) return cost(low);
    const cut = cost(low) + cost(high) + 1;
    if (cut < wide) return cut;
    // Its halves are no signals of their own.
    made.clear();
    for (const known of [...before, name]) made.add(known);
    return wide;
  };
  return columns.reduce((sum, column) => sum + cost(column), 0);
}

/** LUT4s of a distinct table, what selects among them included: found in the grid. */
const SELECTED = 1.8;

/** @param columns results of every input as text of 0 and 1, 2^n of them, none twice */
export const functionTables = (columns: readonly string[], lutInputs: 4 | 6): number => {
  const tables = distinctTables(columns, lutInputs);
  return lutInputs === 6 ? tables : Math.min(SELECTED * tables, wideTables(columns));
};

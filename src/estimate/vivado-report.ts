/**
 * Reads the two reports that `blnet synth --tool vivado` asks for: `report_utilization -hierarchical` and
 * `report_timing_summary`, in the text form that Vivado documents (UG906). Columns are found by their heads, since
 * versions add some.
 */
import { BlnetError } from '../diagnostics.js';
import type { Resources } from '../ir/resources.js';

/** What a row of the hierarchical report says of one instance, its children included. */
export interface VivadoInstance {
  readonly instance: string;
  readonly module: string;
  /** 0 is the top. */
  readonly depth: number;
  readonly resources: Resources;
}

export interface VivadoTiming {
  /** Worst negative slack in ns; null when no path is constrained. */
  readonly worstSlackNs: number | null;
  readonly failingEndpoints: number;
  readonly endpoints: number;
}

const HINT =
  'the report was made by a version of Vivado whose format is not known; see its text in the build folder';

/** Cells of a `| a | b |` line, or null for any other. The first cell keeps its indentation. */
const cellsOf = (line: string): string[] | null =>
  line.startsWith('|') && line.trimEnd().endsWith('|') ? line.trimEnd().slice(1, -1).split('|') : null;

/** Head of a column → the resource it counts. DSP columns are called by the primitive in some versions. */
const COLUMNS: ReadonlyArray<readonly [RegExp, keyof Resources, number]> = [
  [/^Total LUTs$/, 'lut', 1],
  [/^(LUTRAMs|SRLs)$/, 'lutram', 1],
  [/^FFs$/, 'ff', 1],
  [/^RAMB36$/, 'ramb36', 1],
  [/^RAMB18$/, 'ramb18', 1],
  [/^DSP( |48 |58 )?(Blocks|Slices)?$/, 'dsp', 1],
];

/** Two blanks of indentation a level. Errors: BLN402 for text without such a table. */
export function parseVivadoUtilization(text: string): VivadoInstance[] {
  const fail = (found: string) =>
    new BlnetError('BLN402', { where: 'report_utilization', found, hint: HINT });
  let head: string[] | null = null;
  const instances: VivadoInstance[] = [];
  for (const line of text.split('\n')) {
    const cells = cellsOf(line);
    if (!cells) continue;
    const trimmed = cells.map((c) => c.trim());
    if (trimmed[0] === 'Instance') {
      head = trimmed;
      continue;
    }
    if (!head || trimmed.length !== head.length) continue;
    const resources = { lut: 0, lutram: 0, ff: 0, dsp: 0, ramb18: 0, ramb36: 0 };
    head.forEach((name, i) => {
      const column = COLUMNS.find(([pattern]) => pattern.test(name));
      if (!column) return;
      const value = Number(trimmed[i]);
      if (!Number.isFinite(value)) throw fail(`'${trimmed[i]}' in the column ${name}`);
      resources[column[1]] += value;
    });
    // `(name)` is what an instance has beside its children; the row above holds both.
    if (trimmed[0].startsWith('(')) continue;
    const first = cells[0];
    const indent = first.length - first.trimStart().length - 1;
    instances.push({
      instance: trimmed[0],
      module: trimmed[1],
      depth: Math.max(0, Math.floor(indent / 2)),
      resources,
    });
  }
  if (instances.length === 0) throw fail('no table with a column Instance');
  return instances;
}

/** Errors: BLN402 for text without a design timing summary. */
export function parseVivadoTiming(text: string): VivadoTiming {
  const lines = text.split('\n');
  const head = lines.findIndex((line) => /WNS\(ns\)\s+TNS\(ns\)/.test(line));
  const values = (lines[head + 2] ?? '').trim().split(/\s+/);
  if (head < 0 || values.length < 4) {
    throw new BlnetError('BLN402', {
      where: 'report_timing_summary',
      found: 'no line of WNS and TNS',
      hint: HINT,
    });
  }
  const number = (i: number): number | null => (values[i] === 'NA' ? null : Number(values[i]));
  return { worstSlackNs: number(0), failingEndpoints: number(2) ?? 0, endpoints: number(3) ?? 0 };
}

/** The table of a sweep: a row for every point, as text with commas and for the terminal. It holds no time. */
import type { PointResult } from '../../schema/sweep.js';
import { visible } from '../../text/visible.js';
import type { SweepPoint } from './points.js';

/** A point with what became of it. */
export interface SweepRow {
  readonly point: SweepPoint;
  readonly result: PointResult;
}

type Cell = string | number;

const HEAD = [
  'model',
  'part',
  'asked frames/s',
  'activation bits',
  'weight bits',
  'option',
  'MHz',
  'frames/s',
  'interval',
  'latency',
  'DSPs',
  'LUTs',
  'FFs',
  'block RAMs',
  'bounded by',
  'refused',
] as const;

function cellsOf({ point, result: { figures: f, refusal } }: SweepRow): Cell[] {
  const { part, fps, activationBits, weightBits } = point.config;
  const asked = [point.model, part, fps ?? 'fastest', activationBits, weightBits, point.option];
  if (!f) return [...asked, ...Array.from({ length: 9 }, () => ''), refusal ?? ''];
  const speed = [f.clockMhz, f.framesPerSecond.toFixed(2), f.intervalCycles, f.latencyCycles];
  return [...asked, ...speed, f.dsp, f.lut, f.ff, f.bram, f.bound, ''];
}

/** A foreign text is one cell, and no formula to a spreadsheet. */
function csvCell(cell: Cell): string {
  if (typeof cell === 'number') return `${cell}`;
  const text = visible(cell).replace(/^[=+@-]/, "'$&");
  return /[",;]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** RFC 4180, with line feeds. */
export const sweepCsv = (rows: readonly SweepRow[]): string =>
  [HEAD, ...rows.map(cellsOf)].map((cells) => `${cells.map(csvCell).join(',')}\n`).join('');

/** Head and cells for readers. */
export const sweepTable = (rows: readonly SweepRow[]) => ({ head: HEAD, cells: rows.map(cellsOf) });

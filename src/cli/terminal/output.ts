/**
 * What every command shares of the terminal: one JSON document or text on stdout, progress on stderr. Colour comes
 * from chalk, which is silent on pipes and under NO_COLOR.
 */

import Table from 'cli-table3';
import type { Command } from 'commander';
import { type BlnetError, formatDiagnostic } from '../../diagnostics.js';
import { cellText, type Painted } from '../../text/terminal.js';
import { visibleLines } from '../../text/visible.js';
import { chalk, chalkStderr } from './colour.js';
import { writeDocument, writeStderr, writeStdout } from './streams.js';
import { fitColumns, visibleLength, wrap } from './wrap.js';

/** Thrown when a command has said everything itself and only the exit code is left. */
export class ExitWith extends Error {
  constructor(readonly exitCode: number) {
    super(`exit ${exitCode}`);
  }
}

/** An error on stderr: nothing of it is acted on by a terminal, whatever was found. */
export const complain = (error: BlnetError): void =>
  writeStderr(`${chalkStderr.red('error')} ${visibleLines(formatDiagnostic(error.diagnostic))}\n`);

/** A result that is bad news: printed like any other, then its diagnostic on stderr, then its exit code. */
export function fail(error: BlnetError): never {
  complain(error);
  throw new ExitWith(error.exitCode);
}

export interface OutputOptions {
  readonly json?: boolean;
}

/** `--json` on a command. */
export const withJson = (command: Command): Command =>
  command.option('--json', 'print one JSON document on stdout, nothing else');

/** JSON knows no infinity; a perfect SQNR becomes null. */
export function emit(options: OutputOptions, document: unknown, text: () => string): void {
  if (options.json) writeDocument(document);
  else writeStdout(`${text()}\n`);
}

/** Columns of a terminal that does not say how many it has, or says none. */
const USUAL_COLUMNS = 80;

/**
 * Columns to write within: the terminal's. Where stdout is none there is no end, so that names stay whole in a pipe, unless
 * the environment says COLUMNS.
 */
export function textWidth(): number {
  const columns = process.stdout.isTTY
    ? process.stdout.columns || USUAL_COLUMNS
    : Number(process.env.COLUMNS) || Number.POSITIVE_INFINITY;
  return Math.max(40, columns);
}

/** What a cell may hold: a string, which is escaped, or one in colour. */
export type Cell = string | Painted;

/** Two columns: what, value. */
export function facts(rows: ReadonlyArray<readonly [string, Cell]>, width = textWidth()): string {
  const escaped = rows.map(([key, value]) => [cellText(key), cellText(value)] as const);
  const keys = Math.max(...escaped.map(([key]) => key.length));
  const indent = ' '.repeat(keys + 2);
  return escaped
    .map(([key, value]) => {
      const lines = wrap(value, Math.max(20, width - keys - 2));
      return `${chalk.dim(key.padEnd(keys))}  ${lines.join(`\n${indent}`)}`;
    })
    .join('\n');
}

const NO_BORDER = Object.fromEntries(
  ['top', 'bottom', 'left', 'mid', 'right']
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
    .map((key) => [key, ''] as const),
);

/** A plain table; columns whose head ends with `>` are right-aligned. Text that is too wide goes on in a new line. */
export function table(
  head: readonly string[],
  rows: ReadonlyArray<readonly Cell[]>,
  width = textWidth(),
): string {
  const titles = head.map((h) => cellText(h.replace(/>$/, '')));
  const cells = rows.map((row) => row.map(cellText));
  const isText = head.map((h) => !h.endsWith('>'));
  const widths = fitColumns(
    titles.map((title, i) => Math.max(...[title, ...cells.map((r) => r[i] ?? '')].map(visibleLength))),
    isText,
    width,
  );
  const t = new Table({
    head: titles.map((title) => chalk.bold(title)),
    colAligns: isText.map((text) => (text ? 'left' : 'right')),
    chars: { ...NO_BORDER, middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  t.push(...cells.map((r) => r.map((cell, i) => wrap(cell, widths[i]).join('\n'))));
  return t.toString().replaceAll(/ +$/gm, '');
}

/** 1234567 -> 1,234,567. */
export const grouped = (n: number): string => Math.round(n).toLocaleString('en-US');

export const percent = (fraction: number | null): string =>
  fraction === null ? '-' : `${(100 * fraction).toFixed(2)} %`;

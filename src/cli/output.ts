/**
 * What every command shares of the terminal: one JSON document or text on stdout, progress on stderr. Colour comes
 * from chalk, which is silent on pipes and under NO_COLOR.
 */

import chalk from 'chalk';
import Table from 'cli-table3';
import type { Command } from 'commander';

export interface OutputOptions {
  readonly json?: boolean;
}

/** `--json` on a command. */
export const withJson = (command: Command): Command =>
  command.option('--json', 'print one JSON document on stdout, nothing else');

/** JSON knows no infinity; a perfect SQNR becomes null. */
export function emit(options: OutputOptions, document: unknown, text: () => string): void {
  process.stdout.write(options.json ? `${JSON.stringify(document, null, 2)}\n` : `${text()}\n`);
}

/** Two columns: what, value. */
export function facts(rows: ReadonlyArray<readonly [string, string]>): string {
  const width = Math.max(...rows.map(([key]) => key.length));
  return rows.map(([key, value]) => `${chalk.dim(key.padEnd(width))}  ${value}`).join('\n');
}

/** A plain table; columns whose head ends with `>` are right-aligned. */
export function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const t = new Table({
    head: head.map((h) => chalk.bold(h.replace(/>$/, ''))),
    colAligns: head.map((h) => (h.endsWith('>') ? 'right' : 'left')),
    chars: Object.fromEntries(
      [
        'top',
        'top-mid',
        'top-left',
        'top-right',
        'bottom',
        'bottom-mid',
        'bottom-left',
        'bottom-right',
        'left',
        'left-mid',
        'mid',
        'mid-mid',
        'right',
        'right-mid',
      ]
        .map((k) => [k, ''])
        .concat([['middle', '  ']]),
    ),
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  t.push(...rows.map((r) => [...r]));
  return t.toString();
}

/** 1234567 -> 1,234,567. */
export const grouped = (n: number): string => Math.round(n).toLocaleString('en-US');

export const percent = (fraction: number | null): string =>
  fraction === null ? '-' : `${(100 * fraction).toFixed(2)} %`;

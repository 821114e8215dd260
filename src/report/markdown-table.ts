/** Tables in Markdown: of reports, whose cells are escaped, and of this project's own documentation. */
import { type Markdown, type MarkdownHole, markdown, ourMarkdown, stacked } from '../text/markdown.js';

const lineOf = (cells: readonly MarkdownHole[]): Markdown => markdown`| ${stacked(cells, ' | ')} |`;

/** Columns whose head ends with `>` are right-aligned. */
export function markdownTable(
  head: readonly string[],
  rows: ReadonlyArray<readonly MarkdownHole[]>,
): Markdown {
  const rule = head.map((h) => (h.endsWith('>') ? markdown`---:` : markdown`---`));
  const titles = head.map((h) => h.replace(/>$/, ''));
  return stacked([titles, rule, ...rows].map(lineOf), '\n');
}

/** The same for pages of this project's documentation: cells are Markdown as they stand. */
export const docsTable = (head: readonly string[], rows: ReadonlyArray<readonly string[]>): string =>
  markdownTable(
    head,
    rows.map((cells) => cells.map((cell) => ourMarkdown(cell.replaceAll('|', '\\|')))),
  ).in('markdown');

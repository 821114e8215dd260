/**
 * Markdown (CommonMark and GitHub's): a tag that escapes every string in a hole, so that it shows as it is: no
 * emphasis, code, link, mention, formula, HTML or table cell comes of a name.
 */
import { joined, literalOf, type Safe, Text } from './text.js';
import { visible } from './visible.js';

export type Markdown = Text<'markdown'>;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  $: '&#36;',
  '@': '&#64;',
};

const escapeMarkdown = (text: string): string =>
  visible(text)
    .replace(/[\\`*[\]|~]/g, '\\$&')
    // Within a word it is no emphasis.
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\_')
    .replace(/[&<>$@]/g, (c) => ENTITIES[c])
    .replace(/:(?=\/\/)/g, '&#58;')
    .replace(/(?<=\bwww)\./gi, '&#46;')
    // What opens a block where it stands at the beginning of a line.
    .replace(/^\s+/, '')
    .replace(/^[-#+=](?=[-#=\s])/, '\\$&')
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2');

export type MarkdownHole = string | number | Markdown;

const filledMarkdown = (hole: MarkdownHole): string =>
  typeof hole === 'string' ? escapeMarkdown(hole) : literalOf('markdown', hole as Safe<never>);

/** markdown`# ${name}`. */
export const markdown = (parts: TemplateStringsArray, ...holes: readonly MarkdownHole[]): Markdown =>
  joined('markdown', parts, holes.map(filledMarkdown));

/** Parts with `separator` between them. */
export const stacked = (
  items: readonly MarkdownHole[],
  separator: '\n' | '\n\n' | ' | ' | ', ' | '',
): Markdown => new Text(items.map(filledMarkdown).join(separator), ['markdown']);

/** Text that this project wrote as Markdown: headers of its modules, help of its commands. Never a model's. */
export const ourMarkdown = (text: string): Markdown => new Text(text, ['markdown']);

/** What a frontend rewrote, assumed or left to the host, as lines for the terminal. */
import type { GraphNote } from '../../ir/graph.js';

const HEADS: Readonly<Record<GraphNote['kind'], string>> = {
  assumed: 'assumed',
  rewritten: 'rewritten',
  host: 'on the host',
};

/** Assumptions first, since a wrong one spoils everything; one line for layers that share a text. */
export function noteFacts(notes: readonly GraphNote[]): [string, string][] {
  const facts: [string, string][] = [];
  for (const kind of ['assumed', 'rewritten', 'host'] as const) {
    const mine = notes.filter((n) => n.kind === kind);
    for (const text of new Set(mine.map((n) => n.text))) {
      const group = mine.filter((n) => n.text === text);
      const others = group.length > 1 ? ` and ${group.length - 1} more` : '';
      facts.push([HEADS[kind], `${group[0]?.where}${others}: ${text}`]);
    }
  }
  return facts;
}

/** What the page is at, and what went wrong. */
import type { Diagnostic } from 'blnet';
import { byId, make } from './dom.js';

export function say(text: string): void {
  byId('progress').textContent = text;
}

export function sayStage(stage: string, done: number, total: number): void {
  const bar = make('progress', { max: total, value: done });
  bar.setAttribute('aria-label', stage);
  byId('progress').replaceChildren(bar, ` ${stage} …`);
}

export const clearError = (): void => byId('error').replaceChildren();

/** An error as the command line says it: code, place, what was found, what is supported, what to try. */
export function sayError(d: Diagnostic): void {
  const head = make('p');
  head.append(
    make('strong', { textContent: `${d.code} ${d.title}` }),
    d.where ? ` at ${d.where}: ` : ': ',
    d.found,
  );
  const more = [
    ['Supported', d.need],
    ['Try', d.hint],
  ].flatMap(([key, text]) => (text ? [make('p', { textContent: `${key}: ${text}` })] : []));
  byId('error').replaceChildren(head, ...more);
}

/** What is no error of blnet's. */
export function sayTrouble(error: unknown): void {
  byId('error').replaceChildren(
    make('p', { textContent: error instanceof Error ? error.message : String(error) }),
  );
}

/** Public models and small cases that lie beside the checkout, in ../shared; tests that need them skip aloud without. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { it } from 'vitest';
import { skipAloud } from './tools.js';

export const SHARED = fileURLToPath(new URL('../../../shared/', import.meta.url));

/** One test on a file of ../shared/models. */
export function itWithModel(file: string, title: string, body: (path: string) => void | Promise<void>): void {
  itWithFile(`models/${file}`, title, body);
}

/** One test on a file of ../shared. */
export function itWithFile(file: string, title: string, body: (path: string) => void | Promise<void>): void {
  const path = `${SHARED}${file}`;
  if (existsSync(path)) it(title, () => body(path));
  else
    it.skip(
      title,
      { meta: { skipReason: skipAloud(title, `../shared/${file} is not there`) } },
      () => undefined,
    );
}

/** The report's script is what web/src/views says now. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('src/report/html/script.ts is up to date', async () => {
  const generator = new URL('../../scripts/write-report-script.mjs', import.meta.url).href;
  const { reportScript } = (await import(generator)) as { reportScript(): Promise<string> };
  const file = new URL('../../src/report/html/script.ts', import.meta.url);
  expect(readFileSync(file, 'utf8'), 'run: node scripts/write-report-script.mjs').toBe(await reportScript());
});

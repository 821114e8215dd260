import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** An indexed access that is cast to what it is anyway: the compiler takes elements as present (tsconfig.json). */
const CAST_ELEMENT = /\w\[[^\]]*\]\)? as (number|string|boolean)\b/;

const castsIn = (text: string): string[] =>
  text.split('\n').filter((line) => CAST_ELEMENT.test(line) && !line.includes('?.'));

test('no source casts an element of an array to the type that it has', () => {
  const files = ['src', 'bench', 'test'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((f) => f.endsWith('.ts') && !f.endsWith('no-op-casts.test.ts'))
      .map((f) => `${folder}/${f}`),
  );
  expect(files.length).toBeGreaterThan(300);
  const found = files.flatMap((f) => castsIn(readFileSync(f, 'utf8')).map((line) => `${f}: ${line.trim()}`));
  expect(found).toEqual([]);
});

test('such a cast would be found', () => {
  expect(castsIn('const a = values[i] as number;\nconst b = (found[2] as string).trim();')).toHaveLength(2);
});

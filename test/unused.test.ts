/** Exports, files and packages that nothing uses are found by knip, and there are none. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const REPOSITORY = fileURLToPath(new URL('../', import.meta.url));
const KNIP = join(REPOSITORY, 'node_modules', 'knip', 'bin', 'knip.js');

function knip(directory: string): string {
  const run = spawnSync(process.execPath, [KNIP, '--no-progress', '--no-config-hints'], {
    cwd: directory,
    encoding: 'utf8',
  });
  return `${run.stdout}${run.stderr}`.trim();
}

it('everything that is exported, and every package, has a use', () => {
  expect(knip(REPOSITORY)).toBe('');
});

it('an export without a use is seen', () => {
  const folder = mkdtempSync(join(tmpdir(), 'blnet-unused-'));
  try {
    const files = {
      'package.json': '{ "name": "x", "type": "module" }',
      'knip.json': '{ "entry": ["a.ts"], "project": ["*.ts"] }',
      'a.ts': "import { used } from './b.js';\nconsole.log(used);\n",
      'b.ts': 'export const used = 1;\nexport const spare = 2;\n',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    expect(knip(folder)).toMatch(/spare.*b\.ts/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

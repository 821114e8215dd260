/** The Python package's own tests, against the built command. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { CLI } from '../support/built-cli.js';
import { itWithTool, PYTHON } from '../support/tools.js';

const FOLDER = fileURLToPath(new URL('../../python', import.meta.url));

itWithTool('numpy', 'the Python package compiles, simulates, verifies and reports on arrays', () => {
  const { status, stderr } = spawnSync(PYTHON, ['-m', 'unittest', 'discover', 'tests'], {
    cwd: FOLDER,
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: 'src', BLNET: `${process.execPath} ${CLI}` },
  });
  expect(stderr).toMatch(/^Ran [1-9]\d* tests/m);
  expect(status, stderr).toBe(0);
});

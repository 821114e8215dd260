/**
 * A writer killed at every single change it makes to the file system, in the middle of it: the old or the new build is
 * whole, what the user had is there, and the next run leaves nothing behind.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { prepareOutput, settleBeside, writeBuildFolder } from '../../src/io/build/write-build-folder.js';
import { KILL_AT, requireBuilt, startNode } from '../support/built-cli.js';
import { folderText } from '../support/folder-text.js';

beforeAll(requireBuilt);

const WRITER = fileURLToPath(new URL('../support/write-build.mjs', import.meta.url));
const NAMES = ['manifest.json', 'network.json', 'rtl/top.v', 'weights/a.hex'];
const MORE_CALLS = 200;

function write(folder: string, word: string): void {
  prepareOutput(folder, []);
  const files = [...NAMES, `rtl/${word}.v`].map((name) => [name, `${word} ${name}\n`] as const);
  writeBuildFolder(folder, new Map(files));
}

/** The same in a process of its own, which comes to a bad end. */
const killed = (folder: string, word: string, at: number, calls?: string) =>
  startNode(['--import', KILL_AT, WRITER, folder, word], {
    env: { ...process.env, KILL_AT: `${at}`, ...(calls ? { KILL_CALLS: calls } : {}) },
  }).end;

/** Which build lies there whole; undefined for none. */
function wholeBuild(text: Record<string, string>, words: readonly string[]): string | undefined {
  return words.find((word) => [...NAMES, `rtl/${word}.v`].every((n) => text[n] === `${word} ${n}\n`));
}

function scenario(root: string, hasOld: boolean): void {
  mkdirSync(root);
  if (!hasOld) return;
  write(join(root, 'net'), 'old');
  writeFileSync(join(root, 'net/notes.txt'), 'notes');
  mkdirSync(join(root, 'net/project'));
  writeFileSync(join(root, 'net/project/a'), 'project');
}

const survives = (text: Record<string, string>, hasOld: boolean): void => {
  if (!hasOld) return;
  expect([text['notes.txt'], text['project/a']]).toEqual(['notes', 'project']);
};

describe.each([
  ['a new folder', false, undefined],
  ['an earlier build', true, undefined],
  ['an earlier build, at each rename', true, 'renameSync'],
] as const)('a writer of %s', (_, hasOld, calls) => {
  it('may be killed anywhere', async () => {
    const root = mkdtempSync(join(tmpdir(), 'blnet-killed-'));
    let moments = 0;
    try {
      for (let at = 1; ; at++) {
        expect(at).toBeLessThan(MORE_CALLS);
        const place = join(root, `${at}`);
        const folder = join(place, 'net');
        scenario(place, hasOld);
        const { signal, code } = await killed(folder, 'new', at, calls);
        if (signal === null) {
          expect(code).toBe(0);
          break;
        }
        moments++;
        // Whoever comes next, even a reader, puts it in order.
        settleBeside(place);
        const text = readdirSync(place).includes('net') ? folderText(folder) : {};
        const build = wholeBuild(text, ['old', 'new']);
        if (hasOld) expect(build, `killed at ${at}`).toBeDefined();
        else if (Object.keys(text).length > 0) expect(build, `killed at ${at}`).toBe('new');
        if (build === 'old') expect(text['rtl/new.v']).toBeUndefined();
        if (build === 'new') expect(text['rtl/old.v']).toBeUndefined();
        survives(text, hasOld);
        // The next writer leaves its own build, what was the user's, and nothing else.
        write(folder, 'next');
        const after = folderText(folder);
        expect(wholeBuild(after, ['next'])).toBe('next');
        expect(after['rtl/old.v'] ?? after['rtl/new.v']).toBeUndefined();
        survives(after, hasOld);
        expect(readdirSync(place)).toEqual(['net']);
        expect(readdirSync(folder).filter((n) => n.startsWith('.'))).toEqual([]);
      }
      expect(moments).toBeGreaterThanOrEqual(calls ? 5 : 15);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});

/** Where a build may be written, what of an earlier one goes, and what of the user's stays. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noteFiles } from '../../src/io/build/mark.js';
import { prepareOutput, writeBuildFolder } from '../../src/io/build/write-build-folder.js';
import { MARK_FILE } from '../../src/report/build-files.js';
import { diagnosticOf } from '../support/errors.js';
import { folderText } from '../support/folder-text.js';

let root: string;
let before: string;
beforeEach(() => {
  before = process.cwd();
  root = realpathSync(mkdtempSync(join(tmpdir(), 'blnet-out-')));
  mkdirSync(join(root, 'work'));
  process.chdir(join(root, 'work'));
  save('precious.txt');
});
afterEach(() => {
  process.chdir(before);
  rmSync(root, { recursive: true, force: true });
});

function save(path: string, text = `the user's ${path}`): void {
  mkdirSync(dirname(join(root, 'work', path)), { recursive: true });
  writeFileSync(join(root, 'work', path), text);
}

const files = (word: string, ...names: string[]) =>
  new Map(['manifest.json', 'rtl/top.v', 'weights/w.hex', ...names].map((n) => [n, `${word} ${n}`]));
const write = (path: string, word: string, ...names: string[]) =>
  writeBuildFolder(path, files(word, ...names));

/** Both the early check and the writing refuse, and nothing has changed. */
function refuses(path: string, message: RegExp, inputs: readonly string[] = []): void {
  const state = folderText(root);
  for (const attempt of [
    () => prepareOutput(path, inputs),
    () => writeBuildFolder(path, files('new'), inputs),
  ]) {
    const d = diagnosticOf(attempt);
    expect(d.code).toBe('BLN302');
    expect(`${d.where} ${d.found} ${d.hint}`).toMatch(message);
    expect(folderText(root)).toEqual(state);
  }
}

describe('names that lead to something of the user', () => {
  it.each([
    ['', /no name of a folder/],
    ['.', /no name of a folder/],
    ['..', /no name of a folder/],
    ['/', /no name of a folder/],
    ['nosuch/..', /no name of a folder/],
    ['nosuch/../keep', /there is no folder nosuch/],
    ['nosuch/deeper/../../keep', /there is no folder/],
    ['keep/..', /no name of a folder/],
    ['keep/.', /no name of a folder/],
    ['../work', /working directory/],
    ['precious.txt', /a file of this name/],
    ['precious.txt/out', /precious.txt/],
    ['link', /a link/],
    ['dangling', /a link/],
    ['keep', /not a blnet build/],
    ['/proc/x', /\/proc/],
    ['/proc/x/y', /\/proc/],
    ['/sys/x', /\/sys/],
    ['/proc', /mount point/],
    ['/dev', /mount point/],
    ['/usr', /not a blnet build|around|mount/],
    [`long/${'n'.repeat(256)}`, /256 bytes.*shorten/],
    [`${'ä'.repeat(128)}`, /256 bytes.*shorten/],
    ['nul\0', /no name of a folder/],
  ])('%j is refused', (path, message) => {
    save('keep/manifest.json', '{"format": 1}');
    symlinkSync('keep', 'link');
    symlinkSync('nowhere', 'dangling');
    refuses(path, message);
  });

  it('a folder that looks like a build of before the mark is refused with advice', () => {
    save('old/manifest.json', '{"format": 1}');
    save('old/network.json', '{}');
    refuses('old', /without blnet-build.json.*remove it yourself/);
    save(`old/${MARK_FILE}`, '{"blnet": "build folder", "format": 2, "files": {}}');
    refuses('old', /this version cannot read/);
  });

  it('a folder around the working directory or an input is refused, even if blnet made it', () => {
    write('build', 'one');
    process.chdir('build/rtl');
    refuses(join(root, 'work/build'), /working directory/);
    process.chdir(join(root, 'work'));
    save('build/models/m.onnx');
    refuses('build', /models\/m\.onnx lies in it/, ['build/models/m.onnx']);
    symlinkSync('build/models/m.onnx', 'm.onnx');
    refuses('build', /m\.onnx lies in it/, ['absent', 'm.onnx']);
    refuses('build', /build lies in it/, ['build']);
  });

  it('a mount point, or a folder around one, is refused', () => {
    mkdirSync('mounted/inner', { recursive: true });
    if (spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', 'mounted/inner']).status !== 0) return;
    try {
      refuses('mounted/inner', /mount point/);
      refuses('mounted', /mount point/);
      write('mounted/inner/build', 'one');
      expect(existsSync('mounted/inner/build/rtl/top.v')).toBe(true);
    } finally {
      spawnSync('umount', ['mounted/inner']);
    }
  });

  it('folders above are made, and go again where the build cannot be written', () => {
    write('a/b/c', 'one');
    expect(readdirSync('a/b')).toEqual(['c']);
    // A file and a folder of one name.
    const d = diagnosticOf(() => writeBuildFolder('d/e/f', files('one', 'rtl')));
    expect(d.code).toBe('BLN302');
    expect(readdirSync('.')).toEqual(['a', 'precious.txt']);
  });

  it('names of layers that no file system takes are refused, with what to do', () => {
    const d = diagnosticOf(() => write('build', 'one', `weights/${'l'.repeat(260)}.hex`));
    expect(d.code).toBe('BLN302');
    expect(d.hint).toContain('names of layers');
    expect(existsSync('build')).toBe(false);
  });
});

describe('what is in an earlier build', () => {
  it("blnet's own goes, the user's stays where it is or goes to kept/", () => {
    write('build', 'one', 'rtl/gone.v');
    const own = ['obj_dir/Vtop.o', 'obj_dir_vcd/x', 'testbench.vvp', 'sim/result.txt', 'hls/top_csim'];
    for (const name of own) save(`build/${name}`);
    save('build/verify.json', '{"ok": true, "differingTraces": []}');
    const theirs = ['notes.txt', 'vivado/project/a/b.xpr', 'rtl/mine.v', 'sim/my.hex', 'accuracy.json'];
    for (const name of theirs) save(`build/${name}`);
    mkdirSync('build/vivado/empty');
    save('build/rtl/top.v', 'edited by hand');
    symlinkSync('../precious.txt', 'build/link');
    noteFiles('build', new Map([['report.md', 'a report']]));
    save('build/report.md', 'a report');

    const kept = write('build', 'two');
    expect(kept.sort()).toEqual(
      ['accuracy.json', 'kept/rtl/top.v', 'link', 'notes.txt', 'rtl/mine.v', 'sim/my.hex', 'vivado'].sort(),
    );
    const text = folderText('build');
    for (const [name, content] of files('two')) expect(text[name]).toBe(content);
    for (const name of theirs) expect(text[name]).toBe(`the user's build/${name}`);
    expect(text['kept/rtl/top.v']).toBe('edited by hand');
    expect(text.link).toBe('-> ../precious.txt');
    expect(existsSync('build/vivado/empty')).toBe(true);
    for (const name of [...own, 'rtl/gone.v', 'verify.json', 'report.md']) expect(text[name]).toBeUndefined();

    // Again, with another edit: nothing of before is lost.
    save('build/rtl/top.v', 'edited again');
    write('build', 'three', 'notes.txt');
    const after = folderText('build');
    expect(after['kept/rtl/top.v']).toBe('edited by hand');
    expect(after['kept-2/rtl/top.v']).toBe('edited again');
    expect(after['notes.txt']).toBe('three notes.txt');
    expect(after['kept/notes.txt']).toBe("the user's build/notes.txt");
    expect(readdirSync('.')).toEqual(['build', 'precious.txt']);
  });

  it('whatever the user puts there, it survives', () => {
    const name = fc.constantFrom('a', 'b', 'rtl', 'top.v', 'kept', 'manifest.json', 'obj_dirs');
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    fc.assert(
      fc.property(fc.array(path, { maxLength: 6 }), fc.array(path, { maxLength: 3 }), (mine, theirs) => {
        rmSync('build', { recursive: true, force: true });
        write('build', 'one', ...theirs.filter((p, i) => isFree(theirs.slice(0, i), p)));
        const texts: string[] = [];
        for (const [i, p] of mine.entries()) {
          try {
            save(`build/${p}`, `user ${i}`);
            texts.push(`user ${i}`);
          } catch {
            // A file is where a folder would have to be.
          }
        }
        const present = new Set(Object.values(folderText('build')));
        write('build', 'two');
        const after = Object.values(folderText('build'));
        for (const t of texts.filter((t) => present.has(t))) expect(after).toContain(t);
        for (const [n, content] of files('two')) expect(readFileSync(join('build', n), 'utf8')).toBe(content);
        expect(readdirSync('.')).toEqual(['build', 'precious.txt']);
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});

/** No file of the build has this path, lies below it or above it. */
const isFree = (others: readonly string[], path: string): boolean =>
  ['manifest.json', 'rtl/top.v', 'weights/w.hex', ...others].every(
    (o) => o !== path && !`${o}/`.startsWith(`${path}/`) && !`${path}/`.startsWith(`${o}/`),
  );

/** Folders with hostile files, and tools that run in them: what they say, and whether anything of the files ran. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { HOSTILE } from './hostile-names.js';
import { PYTHON } from './tools.js';

export const NETWORK = 'begin';
export const TOP = 'begin_layer';
export const MODEL = HOSTILE.slice(0, -1).join(' | ');

/** The hostile name that holds a text. */
export const one = (start: string): string => HOSTILE.find((h) => h.includes(start)) as string;

export const root = mkdtempSync(join(tmpdir(), 'blnet-hostile-'));
export const removeRoom = (): void => rmSync(root, { recursive: true, force: true });

let folders = 0;
/** A folder of its own with the files; what runs in them leaves its mark below it. */
export function written(files: ReadonlyMap<string, string>): string {
  const folder = join(root, `${folders++}`, 'build');
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** What a tool says, and whether anything ran: exit code, text, marks left in the folder or the one above. */
export function run(folder: string, command: string, args: readonly string[], cwd = folder): string[] {
  const result = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ACCELERATOR: `${TOP}_axi` },
  });
  const text = `${result.stdout}${result.stderr}`;
  const all = [folder, dirname(folder)].flatMap((f) => readdirSync(f, { recursive: true, encoding: 'utf8' }));
  return [
    ...(result.status === 0 ? [] : [`${command} ends with ${result.status}: ${text.slice(0, 600)}`]),
    ...(/^PWNED$/m.test(text) ? [`${command} prints PWNED: ${text.slice(0, 300)}`] : []),
    ...all.filter((f) => basename(f) === 'PWNED').map((f) => `${command} makes ${f}`),
  ];
}

export const python = (folder: string, script: string, ...args: string[]): string[] =>
  run(folder, PYTHON, ['-c', script, ...args]);

/** All files below a folder with their text, and links with where they lead, by path: what tests compare folders by. */
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, relative } from 'node:path';

export function folderText(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((e) => !e.isDirectory())
    .map((e) => join(e.parentPath, e.name))
    .sort();
  const textOf = (path: string): string =>
    lstatSync(path).isSymbolicLink() ? `-> ${readlinkSync(path)}` : readFileSync(path, 'latin1');
  return Object.fromEntries(entries.map((path) => [relative(folder, path), textOf(path)] as const));
}

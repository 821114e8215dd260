/**
 * Builds of simulators that were cut off: a killed compiler leaves half a file that make would take for a whole one.
 * A note lies in the folder while a build runs; a build that finds one begins anew.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { entryAt, makeFolders, removeFile } from '../folders.js';

/** @param products files and folders that the build makes, relative to `folder` */
export async function wholeBuild<T>(
  folder: string,
  name: string,
  products: readonly string[],
  build: () => Promise<T>,
): Promise<T> {
  const note = join(folder, 'sim', `${name}.unfinished`);
  makeFolders(join(folder, 'sim'));
  if (entryAt(note))
    for (const product of products) rmSync(join(folder, product), { recursive: true, force: true });
  writeFileSync(note, '');
  const result = await build();
  removeFile(note);
  return result;
}

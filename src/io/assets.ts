/** The library's own files: RTL modules and templates, read from the installed package. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Assets } from '../compile.js';

/** Nearest folder above this file that holds the RTL library: from src/, dist/ and the compiled benchmarks alike. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(`${folder}/hw/rtl`) && folder !== dirname(folder)) folder = dirname(folder);
  return `${folder}/`;
}

/** Root of the package, with a slash at the end. */
export const PACKAGE_ROOT = packageRoot();

/** Files of one folder by path below it, in alphabetical order. */
function filesOf(folder: string, isWanted: (name: string) => boolean): Map<string, string> {
  const path = `${PACKAGE_ROOT}${folder}`;
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter(isWanted)
    .sort();
  return new Map(names.map((name) => [name, readFileSync(`${path}/${name}`, 'utf8')]));
}

let assets: Assets | undefined;

export function loadAssets(): Assets {
  assets ??= {
    rtl: filesOf('hw/rtl', (name) => name.endsWith('.v') || name.endsWith('.vlt')),
    axi: filesOf('hw/axi', (name) => name.endsWith('.v')),
    board: filesOf('hw/board', (name) => name.endsWith('.v') || name.endsWith('.lpf')),
    hls: filesOf('hw/hls', (name) => name.endsWith('.hpp') || name.endsWith('.h')),
    templates: filesOf('templates', (name) => name.endsWith('.hbs')),
  };
  return assets;
}

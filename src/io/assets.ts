/** The library's own files: RTL modules and templates, read from the installed package. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Assets } from '../compile.js';

/** Root of the package, from dist/io/ or src/io/ alike. */
export const PACKAGE_ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Files of one folder by name, in alphabetical order. */
function filesOf(folder: string, isWanted: (name: string) => boolean): Map<string, string> {
  const path = `${PACKAGE_ROOT}${folder}`;
  const names = readdirSync(path).filter(isWanted).sort();
  return new Map(names.map((name) => [name, readFileSync(`${path}/${name}`, 'utf8')]));
}

let assets: Assets | undefined;

export function loadAssets(): Assets {
  assets ??= {
    rtl: filesOf('hw/rtl', (name) => name.endsWith('.v') || name.endsWith('.vlt')),
    templates: filesOf('templates', (name) => name.endsWith('.hbs')),
  };
  return assets;
}

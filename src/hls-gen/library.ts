/**
 * Library modules in a build. They are shared by all networks of a design: whichever build's files a tool takes, they are
 * the same text, or elaboration stops (ADR 0137).
 */
import { hex } from '../text/words.js';
import { render, type Templates } from './render.js';

/** FNV-1a, 32 bits, over paths and texts in order of path: tells two sets of files apart, nothing more. */
export function hashOfFiles(files: ReadonlyMap<string, string>): number {
  let hash = 0x811c9dc5;
  const feed = (text: string): void => {
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ 0xff, 0x01000193);
  };
  for (const path of [...files.keys()].sort()) {
    feed(path);
    feed(files.get(path) as string);
  }
  return hash >>> 0;
}

/** The hash of a library as its check compares it: eight hexadecimal digits. */
export const libraryHex = (library: ReadonlyMap<string, string>) => hex(hashOfFiles(library), 8);

/** Read once where several builds' files come in one compilation unit. */
function guarded(name: string, text: string): string {
  const macro = `${name.replace(/\W/g, '_').toUpperCase()}_GUARD`;
  return `\`ifndef ${macro}\n\`define ${macro}\n${text.trimEnd()}\n\`endif\n`;
}

export type LibraryCheck = 'library' | 'axi-library';
const CHECKS = {
  library: { template: 'library.v.hbs', file: 'blnet_library.v' },
  'axi-library': { template: 'axi-library.v.hbs', file: 'blnet_axi_library.v' },
} as const satisfies Record<LibraryCheck, object>;

/** The modules by file name, guarded, and the one that knows which they are. */
export function libraryFiles(
  library: ReadonlyMap<string, string>,
  check: LibraryCheck,
  templates: Templates,
): Map<string, string> {
  const { template, file } = CHECKS[check];
  const all = new Map([...library, [file, render(templates, template, { hash: libraryHex(library) })]]);
  return new Map(
    [...all].map(([name, text]) => [name, name.endsWith('.v') ? guarded(name, text) : text] as const),
  );
}

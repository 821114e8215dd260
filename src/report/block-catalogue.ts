/**
 * docs/blocks.md: every kind with its RTL module, from the table of kinds and from the headers that the modules
 * carry. What no kind instantiates by itself stands at the end: the parts that engines are made of.
 */
import type { KindTable } from '../ir/block-kind.js';
import type { KindName } from '../ir/hardware.js';
import { docsTable } from './markdown-table.js';

interface Parameter {
  readonly name: string;
  readonly value: string;
  readonly meaning: string;
}

export interface ModuleText {
  readonly name: string;
  /** Header comment, a line a paragraph. */
  readonly purpose: string;
  readonly parameters: readonly Parameter[];
  readonly ports: readonly string[];
}

const snake = (kind: string): string => kind.replaceAll(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

/** Name of the RTL module of a kind, by the project's naming. */
export const moduleOf = (kind: KindName): string => `blnet_${snake(kind)}`;

/** Reads the header, the parameters with the comment above each, and the port prefixes of a library module. */
export function readModule(text: string): ModuleText {
  const lines = text.split('\n');
  const start = lines.findIndex((l) => !l.startsWith('//'));
  const purpose = lines
    .slice(0, start)
    .map((l) => l.replace(/^\/\/ ?/, '').trimEnd())
    .join(' ')
    .replaceAll(/ {2,}/g, '\n\n');
  const name = /^module (\w+)/m.exec(text)?.[1] ?? '';
  const head = text.slice(text.indexOf('module '), text.indexOf(');'));
  const parameters: Parameter[] = [];
  let comment: string[] = [];
  for (const line of head.split('\n').map((l) => l.trim())) {
    const found = /^parameter\s+(?:integer\s+|signed\s+|\[[^\]]*\]\s*)*(\w+)\s*=\s*([^,]*),?/.exec(line);
    if (line.startsWith('//')) comment.push(line.replace(/^\/\/ ?/, ''));
    else {
      if (found)
        parameters.push({
          name: found[1],
          value: found[2].trim(),
          meaning: comment.join(' '),
        });
      comment = [];
    }
  }
  const ports = [...head.matchAll(/\b(\w+)_tvalid\b/g)].map(([, p]) => p);
  return { name, purpose, parameters, ports: [...new Set(ports)] };
}

function moduleMarkdown(m: ModuleText): string {
  const rows = m.parameters.map((p) => [`\`${p.name}\``, `\`${p.value}\``, p.meaning]);
  const parameters = rows.length > 0 ? `\n\n${docsTable(['Parameter', 'Default', 'Meaning'], rows)}` : '';
  const ports = m.ports.length > 0 ? `\n\nStreams: ${m.ports.map((p) => `\`${p}\``).join(', ')}.` : '';
  return `${m.purpose}${ports}${parameters}`;
}

/** `rtl`: library modules by file name. */
export function blockCatalogue(kinds: KindTable, rtl: ReadonlyMap<string, string>): string {
  const modules = new Map(
    [...rtl]
      .filter(([name]) => name.endsWith('.v'))
      .map(([, text]) => {
        const m = readModule(text);
        return [m.name, m] as const;
      }),
  );
  const names = Object.keys(kinds) as KindName[];
  const used = new Set(names.map(moduleOf));
  const overview = docsTable(
    ['Kind', 'Module', 'What it does'],
    names.map((k) => [`[${k}](#${k.toLowerCase()})`, `\`${moduleOf(k)}\``, kinds[k].summary]),
  );
  const sections = names.map((k) => {
    const m = modules.get(moduleOf(k));
    return `### ${k}\n\n${kinds[k].summary}\n\n${m ? `\`hw/rtl/${m.name}.v\`: ${moduleMarkdown(m)}` : ''}`;
  });
  const parts = [...modules.values()].filter((m) => !used.has(m.name));
  return `# Blocks

Written by \`node scripts/write-docs.mjs\` from the table of kinds (\`src/kinds/\`) and the headers of \`hw/rtl/\`: do not edit.

Every stream is AXI4-Stream without side channels: pixels in raster order, channels innermost, some lanes a beat,
lane 0 in the low bits. Clock and synchronous reset are \`clk\` and \`rst\` everywhere.

${overview}

## Kinds

${sections.join('\n\n')}

## Parts

Modules that engines and the top are made of; no block of the hardware graph stands for them.

${parts.map((m) => `### ${m.name}\n\n${moduleMarkdown(m)}`).join('\n\n')}
`;
}

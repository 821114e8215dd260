// Writes docs/commands/*.md, docs/blocks.md, docs/limits.md and schemas/ from the built program: `make build && node scripts/write-docs.mjs`.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { commandPages } from '../dist/cli/command-pages.js';
import { createProgram } from '../dist/cli/main.js';
import { loadAssets } from '../dist/io/assets.js';
import { KINDS } from '../dist/kinds/index.js';
import { blockCatalogue } from '../dist/report/block-catalogue.js';
import { limitsPage } from '../dist/report/limits-page.js';
import { publishedSchemas } from '../dist/report/published-schemas.js';

const docs = new URL('../docs/', import.meta.url);
const pages = commandPages(await createProgram());
mkdirSync(new URL('commands/', docs), { recursive: true });
for (const name of readdirSync(new URL('commands/', docs))) {
  if (!pages.has(name)) rmSync(new URL(`commands/${name}`, docs));
}
for (const [name, text] of pages) writeFileSync(new URL(`commands/${name}`, docs), text);
writeFileSync(new URL('blocks.md', docs), blockCatalogue(KINDS, loadAssets().rtl));
writeFileSync(new URL('limits.md', docs), limitsPage());
for (const [name, text] of publishedSchemas()) writeFileSync(new URL(`../schemas/${name}`, docs), text);

/** The playground from the built package: `npm run build && npm run build:web` writes dist/web/. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const OUT = at('../dist/web');

const STYLE_ID = '/virtual/report.css';

/** The report's own style sheet, as a style sheet of the page. */
const reportStyle = (): Plugin => ({
  name: 'report-style',
  resolveId: (id) => (id === 'virtual:report.css' ? STYLE_ID : undefined),
  load: async (id) => {
    if (id !== STYLE_ID) return undefined;
    const { STYLE } = (await import(at('../dist/report/html/style.js'))) as {
      STYLE: { in(language: 'html'): string };
    };
    return STYLE.in('html');
  },
});

/** The worker that keeps the page, with the list of what there is to keep. */
const serviceWorker = (): Plugin => ({
  name: 'service-worker',
  closeBundle: () => {
    const files = readdirSync(OUT, { recursive: true, withFileTypes: true })
      .filter((e) => e.isFile())
      .map((e) => join(e.parentPath, e.name).slice(OUT.length + 1))
      .filter((name) => name !== 'service-worker.js')
      .sort();
    const hash = createHash('sha256');
    for (const name of files) hash.update(name).update(readFileSync(join(OUT, name)));
    const text = readFileSync(at('service-worker.js'), 'utf8')
      .replace('const FILES = [];', `const FILES = ${JSON.stringify(['./', ...files])};`)
      .replace('blnet-development', `blnet-${hash.digest('hex').slice(0, 16)}`);
    writeFileSync(join(OUT, 'service-worker.js'), text);
  },
});

export default defineConfig({
  root: at('.'),
  base: './',
  plugins: [reportStyle(), serviceWorker()],
  resolve: {
    alias: [
      { find: 'blnet/assets', replacement: at('../dist/assets.js') },
      { find: /^blnet$/, replacement: at('../dist/index.js') },
    ],
  },
  worker: { format: 'es' },
  build: {
    outDir: OUT,
    emptyOutDir: true,
    target: 'es2022',
    // Addresses of data would need a wider policy of the page; the polyfill is a script within it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4096,
  },
});

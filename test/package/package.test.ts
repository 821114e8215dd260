/** The package from the outside: installed into an empty folder, imported by both names, run, and taken into a browser. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type InstalledPackage, installPackage, runIn } from '../support/installed-package.js';
import { openPage } from '../support/page.js';
import { hasTool, itWithTool } from '../support/tools.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

let installed: InstalledPackage;
const inFolder = (name: string) => join(installed.folder, name);
const node = (...args: string[]) => runIn(installed.folder, process.execPath, args);
const blnet = (...args: string[]) =>
  spawnSync(inFolder('node_modules/.bin/blnet'), args, { cwd: installed.folder, encoding: 'utf8' });

beforeAll(() => {
  installed = installPackage();
});
afterAll(() => installed?.remove());

/** What examples/simulate.js makes in Node.js. */
const inNode = () =>
  JSON.parse(
    node(
      '--input-type=module',
      '-e',
      "console.log = () => {}; const { run } = await import('./simulate.js'); process.stdout.write(JSON.stringify(run()));",
    ),
  );

describe('the package', () => {
  it('holds what it needs, and nothing that only the repository needs', () => {
    for (const name of [
      'dist/index.js',
      'dist/node.d.ts',
      'dist/assets.js',
      'dist/web/index.html',
      'templates/top.v.hbs',
      'hw/rtl/blnet_fifo.v',
    ])
      expect(installed.files).toContain(name);
    expect(
      installed.files.filter((n) => /^(src|web|test|bench|training|examples|scripts)\//.test(n)),
    ).toEqual([]);
    const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    for (const target of Object.values(exports).flatMap((e) =>
      typeof e === 'string' ? [e] : Object.values(e as object),
    ))
      if (!target.includes('*')) expect(installed.files).toContain(target.replace('./', ''));
  });

  it('needs no optional package until a command does, which says what to install', () => {
    expect(existsSync(inFolder('node_modules/onnxruntime-node'))).toBe(false);
    writeFileSync(
      inFolder('spec.json'),
      node(
        '--input-type=module',
        '-e',
        "import { network } from './network.js'; process.stdout.write(JSON.stringify(network))",
      ),
    );
    const compiled = blnet('compile', 'spec.json', '-o', 'out', '--calibration', 'noise', '--json');
    expect([compiled.status, compiled.stderr]).toEqual([0, '']);
    const simulated = JSON.parse(blnet('simulate', 'out', '--json').stdout);
    expect(simulated.latencyCycles).toBe(JSON.parse(compiled.stdout).simulated.latencyCycles);
    const accuracy = blnet('accuracy', 'out', '--dataset', 'noise', '--images', '2');
    expect([accuracy.status, accuracy.stderr]).toEqual([
      6,
      expect.stringContaining('npm install onnxruntime-node'),
    ]);
    const synth = blnet('synth', 'out', '--yosys', 'wasm');
    expect([synth.status, synth.stderr]).toEqual([6, expect.stringContaining('npm install @yowasp/yosys')]);
    expect(blnet('--version').stdout.trim()).toBe(
      JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version,
    );
  });

  it('has types that need none of Node.js for the pure entry', () => {
    writeFileSync(
      inFolder('pure.ts'),
      `import { type Answer, BlnetError, classify, compile, type Manifest, readModel, simulate } from 'blnet';
import { assets } from 'blnet/assets';
const model = readModel(new Uint8Array(), { seed: 2 });
const accelerator = compile({ model, images: [], config: { fps: 30 }, assets });
const answers: readonly Answer[] = classify(accelerator, []);
const manifest: Manifest = accelerator.manifest;
const cycles: number = simulate(accelerator, { frames: 2 }).latencyCycles;
// @ts-expect-error: frames are a number
simulate(accelerator, { frames: 'two' });
export const facts = [answers[0]?.class, answers[0]?.outputs.size, manifest.top, cycles, new BlnetError('BLN001', { found: '' }).exitCode];
`,
    );
    const tsc = join(ROOT, 'node_modules/.bin/tsc');
    const options = ['--strict', '--noEmit', '--target', 'es2022', '--lib', 'es2023', '--types', ''];
    runIn(installed.folder, tsc, [...options, '--module', 'nodenext', '--skipLibCheck', 'pure.ts']);
    const pure = installed.files.filter((n) =>
      /^dist\/(api\/.*|index|assets|compile|config)\.d\.ts$/.test(n),
    );
    expect(pure.length).toBeGreaterThan(5);
    for (const name of pure)
      expect(readFileSync(inFolder(`node_modules/blnet/${name}`), 'utf8')).not.toMatch(/node:|Buffer\b/);
  });
});

describe('examples', () => {
  it('simulate.js answers without a file', () => {
    const facts = JSON.parse(node('simulate.js'));
    expect(facts).toMatchObject({
      latencyCycles: expect.any(Number),
      classes: [expect.any(Number), expect.any(Number)],
    });
    expect(facts.files).toBeGreaterThan(15);
    expect(facts.luts).toBeGreaterThan(100);
  });

  it('build-folder.js writes a build that the simulator of the RTL agrees with', () => {
    const text = node('build-folder.js', '.');
    expect(text).toContain(`${JSON.parse(node('simulate.js')).latencyCycles} cycles`);
    expect(text).toContain(hasTool('iverilog') ? 'bit-exact and cycle-exact' : 'BLN401');
    const { files } = inNode();
    for (const [name, content] of Object.entries(files))
      expect(readFileSync(inFolder(`build/${name}`), 'utf8'), name).toBe(content);
  });

  itWithTool('chromium', 'browser.js makes the same files, bit for bit, in a browser', async () => {
    symlinkSync(join(ROOT, 'node_modules/vite'), inFolder('node_modules/vite'));
    writeFileSync(
      inFolder('index.html'),
      '<!doctype html><body><script type="module" src="./browser.js"></script>',
    );
    await build({
      root: installed.folder,
      base: './',
      logLevel: 'error',
      configFile: false,
      build: { outDir: 'page', rollupOptions: { output: { format: 'iife' } } },
    });
    // A module of a file: page may not be loaded; its text may stand in the page.
    const html = readFileSync(inFolder('page/index.html'), 'utf8');
    const source = /<script[^>]*src="(.*?)"[^>]*><\/script>/.exec(html)?.[1] as string;
    const script = readFileSync(join(inFolder('page'), source), 'utf8').replaceAll('</script', '<\\/script');
    writeFileSync(
      inFolder('page/one.html'),
      `<!doctype html><meta charset="utf-8"><body></body><script>${script}</script>`,
    );
    const open = await openPage(inFolder('page/one.html'));
    try {
      expect(open.complaints).toEqual([]);
      expect(open.requests).toEqual([]);
      const { error, ...result } = (await open.page.evaluate('globalThis.example')) as Record<
        string,
        unknown
      >;
      expect(result).toEqual(inNode());
      expect(error).toMatchObject({ code: 'BLN101', title: expect.stringContaining('not a readable') });
    } finally {
      await open.close();
    }
  });
});

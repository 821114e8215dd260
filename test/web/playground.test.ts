/// <reference lib="dom" />
/** The playground in Chromium: its files are the command line's, it talks to nobody, and everyone can use it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Prng } from '../../src/ir/prng.js';
import { requireBuilt } from '../support/built-cli.js';
import { violations } from '../support/page.js';
import {
  drop,
  openPlayground,
  PATIENCE_MS,
  type Playground,
  requirePage,
  said,
} from '../support/playground.js';
import { runCli } from '../support/run-cli.js';
import { TestNetwork } from '../support/tflite-network.js';
import { describeWithTool } from '../support/tools.js';

const MODELS = fileURLToPath(new URL('../../models/', import.meta.url));
const IMAGES = join(MODELS, 'samples/class-prototypes.bin');

function tfliteModel(): Uint8Array {
  const n = new TestNetwork(new Prng(4), [9, 8, 3]);
  const window = { kernel: [3, 3], stride: 1, dilation: [1, 1], padding: 0, fused: 1 } as const;
  const a = n.conv(n.input, 4, window);
  const b = n.depthwise(a, 1, { ...window, fused: 0 });
  return n.bytes(n.dense(n.mean(n.add(a, b, 1)), 5));
}

/** Files of a folder by path. */
const filesIn = (folder: string): Record<string, Uint8Array> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((e) => e.isFile())
      .map((e) => join(e.parentPath, e.name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path)]),
  );

describeWithTool('chromium', 'the playground', () => {
  vi.setConfig({ testTimeout: PATIENCE_MS, hookTimeout: PATIENCE_MS });
  let root: string;
  let open: Playground;
  beforeAll(async () => {
    requireBuilt();
    requirePage();
    root = mkdtempSync(join(tmpdir(), 'blnet-playground-'));
    writeFileSync(join(root, 'net.tflite'), tfliteModel());
    open = await openPlayground();
  });
  afterAll(async () => {
    await open?.close();
    rmSync(root, { recursive: true, force: true });
  });

  const compile = async (settings: Readonly<Record<string, string>> = {}) => {
    const { page } = open;
    for (const [name, value] of Object.entries(settings))
      await page.$eval(`[name=${name}]`, (e, v) => Object.assign(e, { value: v }), value);
    await page.click('#compile');
    await said(page, 'Compiled');
  };

  /** The archive that the page offers, and the folder that the command line writes. */
  const both = async (model: string, top: string, ...options: string[]) => {
    await open.page.click('#download');
    const archive = unzipSync(await open.saved(`${top}.zip`));
    const folder = join(root, top);
    const run = await runCli('compile', model, '-o', folder, ...options);
    expect([run.code, run.stderr]).toEqual([0, '']);
    return { archive, folder: filesIn(folder) };
  };

  const expectEqual = ({ archive, folder }: Awaited<ReturnType<typeof both>>) => {
    expect(Object.keys(archive).sort()).toEqual(Object.keys(folder).sort());
    const different = Object.keys(folder).filter((path) => !Buffer.from(archive[path]).equals(folder[path]));
    expect(different).toEqual([]);
  };

  it.each([
    ['mobile-blnet-cifar10.onnx', { fps: '1500' }, ['--fps', '1500']],
    ['mobile-blnet-cifar10.qdq.onnx', { fps: '900', part: 'xczu3eg' }, ['--part', 'xczu3eg', '--fps', '900']],
  ])('makes of %s, dropped with images, what the command line makes', async (name, settings, options) => {
    const model = join(MODELS, name);
    await drop(
      open.page,
      new Map([
        [name, readFileSync(model)],
        ['class-prototypes.bin', readFileSync(IMAGES)],
      ]),
    );
    await said(open.page, 'Ready');
    await compile(settings);
    const top = (await open.page.$eval('#file-name', (e) => e.textContent ?? '')).replace(/^rtl\/|\.v$/g, '');
    expectEqual(await both(model, top, '--calibration', IMAGES, ...options));
  });

  it('makes of a TFLite file on noise what the command line makes, and sees a byte that differs', async () => {
    await open.page.reload();
    await said(open.page, '');
    const model = join(root, 'net.tflite');
    await drop(open.page, new Map([['net.tflite', readFileSync(model)]]));
    await said(open.page, 'Ready');
    await compile({ part: 'xc7z010', maxDsp: '20', backend: 'both' });
    const top = (await open.page.$eval('#file-name', (e) => e.textContent ?? '')).replace(/^rtl\/|\.v$/g, '');
    const result = await both(
      model,
      top,
      '--calibration',
      'noise:1',
      '--part',
      'xc7z010',
      '--max-dsp',
      '20',
      '--backend',
      'both',
    );
    expectEqual(result);
    result.archive['manifest.json'][9] ^= 1;
    expect(() => expectEqual(result)).toThrow();
  });

  it('shows graph, cycles, resources, FIFOs, waves and coloured Verilog', async () => {
    const seen = await open.page.evaluate(() => ({
      sections: [...document.querySelectorAll('#results section > h2')].map((h) => h.id),
      nodes: document.querySelectorAll('.graph .node').length,
      waves: document.querySelectorAll('#waves img').length,
      broken: [...document.images].filter((i) => !i.complete || i.naturalWidth === 0).length,
      keywords: [...document.querySelectorAll('#file-text .hljs-keyword')].filter(
        (e) => e.textContent === 'module',
      ).length,
      comment: getComputedStyle(document.querySelector('#file-text .hljs-comment') as Element).color,
      text: getComputedStyle(document.querySelector('#file-text') as Element).color,
    }));
    expect(seen.sections).toEqual(
      expect.arrayContaining([
        'bound-title',
        'graph-title',
        'resources-title',
        'fifos-title',
        'waves-title',
        'front-title',
      ]),
    );
    expect(seen.nodes).toBeGreaterThan(5);
    expect([seen.waves, seen.broken, seen.keywords]).toEqual([4, 0, 1]);
    expect(seen.comment).not.toBe(seen.text);
  });

  it('draws the Pareto front', async () => {
    await open.page.click('#explore');
    await said(open.page, 'front is drawn');
    expect(
      await open.page.$eval('#front-body img', (i) => (i as HTMLImageElement).naturalWidth),
    ).toBeGreaterThan(500);
  });

  it('says what is wrong with a file as the command line does', async () => {
    await drop(open.page, new Map([['bad.onnx', new Uint8Array([1, 2, 3])]]));
    await expect(said(open.page, 'Ready')).rejects.toThrow(/BLN101/);
    expect(await open.page.$eval('#compile', (b) => (b as HTMLButtonElement).disabled)).toBe(true);
  });

  it.each([
    ['light', 1200],
    ['dark', 1200],
    ['light', 390],
    ['dark', 390],
  ] as const)('has nothing for axe to find in %s at %d pixels, and fits', async (scheme, width) => {
    const { page } = open;
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.setViewport({ width, height: 900 });
    expect(await violations(page)).toEqual([]);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBe(0);
  });

  it('works by keyboard alone, without its server, and asked nobody for anything', async () => {
    const { page, requests, url } = open;
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
    await open.endServer();
    await page.reload();
    await page.waitForSelector('#samples button');
    await said(page, '');
    await page.focus('#samples button');
    await page.keyboard.press('Enter');
    await said(page, 'Ready');
    await page.$eval('[name=fps]', (e) => Object.assign(e, { value: '1500' }));
    // Back to the form by the keyboard: Enter in a field sends it.
    await page.focus('[name=fps]');
    await page.keyboard.press('Enter');
    await said(page, 'Compiled');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('results');
    expect(requests.filter((r) => !r.startsWith(`GET ${url}`))).toEqual([]);
  });

  it('and the console stayed silent', () => {
    expect(open.complaints).toEqual([]);
  });
});

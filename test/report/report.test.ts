/// <reference lib="dom" />
/** The report: JSON by its schema, Markdown and HTML with the same figures, and the page as a browser sees it. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportHtml } from '../../src/report/html/page.js';
import { SCRIPT, SCRIPT_HASH } from '../../src/report/html/script.js';
import type { ReportData } from '../../src/report/report-data.js';
import { openPage, violations } from '../support/page.js';
import { runCli } from '../support/run-cli.js';
import { type SmallBuild, smallBuild } from '../support/small-build.js';
import { describeWithTool } from '../support/tools.js';

const SCHEMA = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../schemas/report.schema.json', import.meta.url)), 'utf8'),
);

let small: SmallBuild | undefined;
let data: ReportData;
const file = (name: string): string => readFileSync(join((small as SmallBuild).folder, name), 'utf8');
beforeAll(async () => {
  small = smallBuild();
  const run = await runCli(
    'report',
    small.folder,
    ...['--dataset', 'noise', '--images', '3', '--sqnr-images', '2', '--json'],
  );
  expect([run.code, run.stderr]).toEqual([0, '']);
  data = JSON.parse(run.stdout);
});
afterAll(() => small?.remove());

/** The value at a path such as `blocks.3.dsp`. */
const valueAt = (path: string): unknown =>
  path.split('.').reduce((at: unknown, key) => (at as Record<string, unknown>)[key], data);

describe('report.json', () => {
  const validate = new Ajv2020({ allErrors: true }).compile(SCHEMA);

  it('is what --json prints, and follows the published schema', () => {
    expect(JSON.parse(file('report.json'))).toEqual(data);
    expect(validate(data), JSON.stringify(validate.errors)).toBe(true);
  });

  it('a schema that notices what is missing, foreign or of the wrong type', () => {
    const { timing, ...rest } = data;
    expect(validate(rest)).toBe(false);
    expect(validate({ ...data, extra: 1 })).toBe(false);
    expect(validate({ ...data, timing: { ...timing, intervalCycles: '1' } })).toBe(false);
  });

  it('adds up', () => {
    const { timing, blocks, network, roofline } = data;
    expect(timing.framesPerSecond).toBeCloseTo((data.clockMhz * 1e6) / timing.intervalCycles, 6);
    expect(blocks.reduce((sum, b) => sum + b.dsp, 0)).toBe(timing.dsp);
    expect(network.layers.reduce((sum, l) => sum + l.macs, 0)).toBe(network.macs);
    expect(blocks.reduce((sum, b) => sum + b.macs, 0)).toBeGreaterThanOrEqual(network.macs);
    expect(roofline.achieved).toBeLessThanOrEqual(roofline.designRoof);
    expect(roofline.achieved).toBeLessThanOrEqual(roofline.intensity * roofline.portBandwidth * (1 + 1e-9));
    expect(data.accuracy?.images).toBe(3);
    for (const f of data.fifos) expect(f.peak).toBeLessThanOrEqual(f.depth);
    for (const e of data.edges)
      expect(e.from === null || blocks.some((b) => b.name === e.from), e.stream).toBe(true);
  });

  it('is the same, byte for byte, when written again from what it left', async () => {
    const before = ['report.json', 'report.md', 'report.html'].map(file);
    expect((await runCli('report', (small as SmallBuild).folder)).code).toBe(0);
    expect(['report.json', 'report.md', 'report.html'].map(file)).toEqual(before);
  });

  it('takes in verify.json and refuses what is none', async () => {
    const folder = (small as SmallBuild).folder;
    const path = join(folder, 'verify.json');
    const pair = { latency: 100, interval: 50, total: 200 };
    const facts = { ok: true, simulator: 'verilator', frames: 4, mismatches: 0, streams: 9 };
    const document = {
      ...facts,
      cycles: { simulator: pair, rtl: pair },
      differingTraces: [],
      problems: [],
      stalls: { seed: 1, input: 0, output: 0 },
      seconds: { simulator: 0.1, rtlBuild: 3, rtlRun: 0.5 },
      mismatchedBeats: [],
    };
    writeFileSync(path, JSON.stringify(document));
    const out = join(folder, 'other');
    const run = await runCli('report', folder, '--json', '-o', out);
    expect(JSON.parse(run.stdout).verification).toEqual({ ...facts, differingTraces: 0 });
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('bit-exact');
    writeFileSync(path, '{"frames":4}');
    const bad = await runCli('report', folder, '-o', out);
    expect([bad.code, bad.stderr]).toEqual([3, expect.stringMatching(/BLN107.*verify\.json/)]);
    writeFileSync(path, JSON.stringify(document));
  });
});

describe('report.md', () => {
  it('has every block, FIFO and tensor, and the headline figures', () => {
    const text = file('report.md');
    for (const b of data.blocks) expect(text).toContain(`| ${b.name} | ${b.kind} |`);
    for (const l of data.accuracy?.layers ?? []) expect(text).toContain(`| ${l.tensor} |`);
    expect(text).toContain(`| Interval | ${data.timing.intervalCycles.toLocaleString('en-US')} cycles |`);
    for (const w of data.waves) expect(text).toContain(`(wave/${w.name}.svg)`);
  });
});

describe('report.html', () => {
  it('is one file: no script but its own, which its policy names, and no outside reference', () => {
    const whole = file('report.html');
    const [script, ...others] = whole.match(/<script.*?<\/script>/gs) ?? [];
    expect([script, others]).toEqual([SCRIPT.in('html'), []]);
    const text = (script as string).replace(/^<script>|<\/script>$/g, '');
    const hash = `sha256-${createHash('sha256').update(text).digest('base64')}`;
    expect(hash).toBe(SCRIPT_HASH);
    const html = whole.replace(script as string, '').replaceAll(/src="data:[^"]*"/g, 'src="data:"');
    expect(html).toContain(hash.replaceAll("'", '&#39;'));
    expect(html).not.toMatch(/\bon\w+=|\bstyle=|@import|url\((?!#)/i);
    const addresses = [...html.matchAll(/\b(?:src|href)="([^"]*)"/g)].map(([, a]) => a);
    expect(addresses.length).toBeGreaterThan(10);
    for (const a of addresses) expect(a).toMatch(/^(#|data:)/);
  });

  it('escapes what comes from the model', () => {
    const html = reportHtml({ ...data, model: '<img src=x onerror=alert(1)>"&' }, new Map());
    expect(html).not.toContain('<img src=x');
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&amp;');
  });
});

describeWithTool('chromium', 'report.html in Chromium', () => {
  it.each(['light', 'dark'] as const)(
    'opens in %s without a complaint or a request, and fits',
    async (scheme) => {
      const open = await openPage(join((small as SmallBuild).folder, 'report.html'), scheme);
      try {
        const seen = await open.page.evaluate(() => ({
          title: document.title,
          sections: [...document.querySelectorAll('main section h2')].map((h) => h.textContent),
          broken: [...document.images].filter((i) => !i.complete || i.naturalWidth === 0).map((i) => i.alt),
          images: document.images.length,
          unlabelled: [...document.querySelectorAll('svg:not([aria-hidden]),img')].filter(
            (e) => !e.getAttribute('aria-label') && !e.getAttribute('alt'),
          ).length,
          background: getComputedStyle(document.body).backgroundColor,
          ink: getComputedStyle(document.body).color,
          overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
          nodes: document.querySelectorAll('.graph[data-level=layer] .node').length,
        }));
        expect([open.complaints, open.requests, seen.broken]).toEqual([[], [], []]);
        expect(seen.title).toBe(`${data.top} on ${data.part.name}`);
        expect(seen.sections).toHaveLength(10);
        expect(seen.images).toBe(data.waves.length);
        expect([seen.unlabelled, seen.overflow]).toEqual([0, 0]);
        expect(seen.nodes).toBe(new Set(data.blocks.map((b) => b.layer)).size + 2);
        const brightness = (rgb: string) =>
          (rgb.match(/\d+/g) ?? []).slice(0, 3).reduce((s, v) => s + Number(v), 0);
        const contrast = brightness(seen.background) - brightness(seen.ink);
        expect(scheme === 'light' ? contrast : -contrast).toBeGreaterThan(450);
        expect(await violations(open.page)).toEqual([]);
      } finally {
        await open.close();
      }
    },
  );

  it('shows the figures of report.json, each by its path', async () => {
    const open = await openPage(join((small as SmallBuild).folder, 'report.html'));
    try {
      const figures = await open.page.evaluate(() =>
        [...document.querySelectorAll('data')].map((d) => ({
          path: d.getAttribute('data-path') ?? '',
          value: Number(d.value),
          text: d.textContent ?? '',
        })),
      );
      expect(figures.length).toBeGreaterThan(8 * data.blocks.length);
      for (const f of figures) expect(f.value, f.path).toBe(valueAt(f.path));
      // What the eye reads is that value too: the digits of whole numbers, with their separators.
      for (const f of figures.filter((g) => /Cycles$|macs$|dsp$|depth$|peak$/.test(g.path)))
        expect(f.text.replaceAll(',', ''), f.path).toBe(`${f.value}`);
      const expected = data.blocks.map((_, i) => `blocks.${i}.busyCycles`);
      expect(figures.map((f) => f.path)).toEqual(expect.arrayContaining(expected));
    } finally {
      await open.close();
    }
  });

  it('sorts by a heading, numbers by their values, and back', async () => {
    const open = await openPage(join((small as SmallBuild).folder, 'report.html'));
    try {
      const column = () =>
        open.page.$$eval('#blocks table:first-of-type tbody tr td:nth-child(3) data', (list) =>
          list.slice(0, 8).map((d) => Number((d as HTMLDataElement).value)),
        );
      const before = await column();
      const sorted = [...before].sort((a, b) => b - a);
      expect(before).not.toEqual(sorted);
      await open.page.click('#blocks thead th:nth-child(3) .sort');
      expect((await column())[0]).toBe(Math.max(...before, ...sorted));
      expect(await open.page.$eval('#blocks thead th:nth-child(3)', (th) => th.ariaSort)).toBe('descending');
      await open.page.focus('#blocks thead th:nth-child(3) .sort');
      await open.page.keyboard.press('Enter');
      const up = await column();
      expect(up).toEqual([...up].sort((a, b) => a - b));
      expect([open.complaints, open.requests]).toEqual([[], []]);
    } finally {
      await open.close();
    }
  });

  it('has a graph that finds, fills, folds, zooms, and leads to rows and back', async () => {
    const open = await openPage(join((small as SmallBuild).folder, 'report.html'));
    const { page } = open;
    try {
      const widths = () =>
        page.$$eval('.graph[data-level=layer] .fill', (l) => l.map((e) => e.getAttribute('width')));
      const byUse = await widths();
      await page.select('[data-graph=measure]', 'lut');
      const byLut = await widths();
      expect(byLut).not.toEqual(byUse);
      const luts = new Map<string, number>();
      for (const b of data.blocks) luts.set(b.layer, (luts.get(b.layer) ?? 0) + b.lut);
      const largest = [...luts.values()].indexOf(Math.max(...luts.values()));
      expect(Number(byLut[largest])).toBe(250);

      await page.type('[data-graph=find]', 'depthwise');
      const found = await page.$$eval('.graph[data-level=layer] .found', (l) =>
        l.map((e) => e.getAttribute('data-name')),
      );
      expect(found).toEqual([...luts.keys()].filter((name) => name.includes('depthwise')));

      await page.click('[data-graph=bound]');
      const bound = await page.evaluate(() => document.activeElement?.getAttribute('data-name'));
      expect(bound).toBe(data.blocks.find((b) => b.name === data.timing.bound)?.layer);

      const width = () => page.$eval('.graph:not([hidden]) svg', (e) => Number(e.getAttribute('width')));
      const before = await width();
      await page.click('[data-graph=larger]');
      expect(await width()).toBeCloseTo(1.25 * before, 3);

      await page.click('[data-graph=fold]');
      const modules = await page.$$eval('.graph[data-level=module] a.node', (l) =>
        l.map((e) => e.getAttribute('data-name')),
      );
      expect(modules.length).toBeLessThan(luts.size);
      expect(await page.$eval('.graph[data-level=layer]', (e) => (e as HTMLElement).hidden)).toBe(true);

      // From a row to its node, which unfolds the graph, and from there to the row.
      await page.$eval('#blocks table a', (a) => (a as HTMLElement).click());
      const [layer, row] = await page.evaluate(() => [
        document.activeElement?.getAttribute('data-name'),
        document.activeElement?.getAttribute('href'),
      ]);
      expect(layer).toBe(data.blocks[0]?.layer);
      expect(await page.$(row as string)).not.toBeNull();
      expect([open.complaints, open.requests]).toEqual([[], []]);
    } finally {
      await open.close();
    }
  });

  it('prints within the paper, folded rows included', async () => {
    const open = await openPage(join((small as SmallBuild).folder, 'report.html'));
    try {
      await open.page.emulateMediaType('print');
      await open.page.setViewport({ width: 760, height: 1000 });
      const seen = await open.page.evaluate(() => ({
        overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        nav: getComputedStyle(document.querySelector('nav') as Element).display,
        tools: getComputedStyle(document.querySelector('.tools') as Element).display,
        graph: (document.querySelector('.graph') as HTMLElement).scrollHeight,
        shown: (document.querySelector('.graph') as HTMLElement).clientHeight,
      }));
      expect(seen.overflow).toBe(0);
      expect([seen.nav, seen.tools]).toEqual(['none', 'none']);
      expect(seen.shown).toBeGreaterThanOrEqual(seen.graph - 1);
      const pdf = await open.page.pdf({ format: 'A4' });
      expect(Buffer.from(pdf).subarray(0, 5).toString()).toBe('%PDF-');
    } finally {
      await open.close();
    }
  });
});

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCRIPT } from '../../src/report/html/script.js';
import { paretoSvg } from '../../src/report/pareto-svg.js';
import { chainOf, HOSTILE } from '../support/hostile-names.js';
import { MODEL, NETWORK, one, python, removeRoom, root, written } from '../support/hostile-room.js';
import { openPage } from '../support/page.js';
import { runCli } from '../support/run-cli.js';
import { itWithTool } from '../support/tools.js';

afterAll(removeRoom);

describe('reports', () => {
  const folder = join(root, 'reported');
  const names = HOSTILE.filter((h) => h.length < 200 && !h.includes('\u0000'));
  const file = join(root, 'm.onnx');
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

  beforeAll(async () => {
    writeFileSync(file, chainOf(names, NETWORK));
    const made = await runCli('compile', file, '-o', folder, '--calibration', 'noise', '--max-dsp', '8');
    expect([made.code, made.stderr]).toEqual([0, '']);
    const manifest = JSON.parse(read('manifest.json'));
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, model: MODEL }));
    const layers = names.map((tensor) => ({ tensor, sqnrDb: 30 }));
    const accuracy = { images: 1, labelled: 1, floatTop1: 1, integerTop1: 1, agreement: 1, layers };
    writeFileSync(join(folder, 'accuracy.json'), JSON.stringify(accuracy));
    const { code, stderr } = await runCli('report', folder);
    expect([code, stderr]).toEqual([0, '']);
  }, 240_000);

  /** What of a page is not text: scripts, handlers, frames, and whether one has run. */
  async function ran(path: string): Promise<string[]> {
    const { page, complaints, requests, close } = await openPage(path);
    try {
      const own = SCRIPT.in('html').replace(/^<script>|<\/script>$/g, '');
      const found = await page.evaluate((text) => {
        const all = [...document.querySelectorAll('script,iframe,object,embed,form,a[href^="http"]')];
        const odd = all.filter((e) => e.localName !== 'script' || e.textContent !== text);
        const handlers = [...document.querySelectorAll('*')].filter((e) =>
          [...e.attributes].some((a) => a.name.startsWith('on')),
        );
        const hasRun = 'PWNED' in window ? ['PWNED'] : [];
        return [...[...odd, ...handlers].map((e) => e.outerHTML.slice(0, 100)), ...hasRun];
      }, own);
      return [...found, ...complaints, ...requests];
    } finally {
      await close();
    }
  }

  itWithTool('chromium', 'are text to Chromium, and show the names', async () => {
    expect(await ran(join(folder, 'report.html'))).toEqual([]);
    const { page, close } = await openPage(join(folder, 'report.html'));
    const shown = await page.evaluate(() => document.body.textContent ?? '');
    await close();
    for (const part of [
      '</script><script>window.PWNED=1</script>',
      '<U+202E>evil',
      '名前',
      '" onmouseover="',
    ])
      expect(shown).toContain(part);
  });

  itWithTool(
    'chromium',
    'are seen to run where the page lacks its escape and its policy; the policy alone stops them',
    async () => {
      const name = one('</script>');
      const bare = read('report.html').replace(
        '&lt;/script&gt;&lt;script&gt;window.PWNED=1&lt;/script&gt;',
        () => name,
      );
      const path = join(folder, 'bare.html');
      writeFileSync(path, bare);
      const stopped = await ran(path);
      expect(stopped).not.toContain('PWNED');
      expect(stopped.join()).toContain('<script>window.PWNED=1');
      writeFileSync(path, bare.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, ''));
      expect(await ran(path)).toContain('PWNED');
    },
  );

  itWithTool('numpy', 'are text to an XML parser in drawings', () => {
    const point = { interval: 9, cycles: 9, dsp: 1, lut: 10, bram: 1, bound: MODEL, aims: ['all'] } as never;
    const front = { points: [point], limits: { dsp: 8, lut: 100, bram: 9 }, reason: '' } as never;
    const svg = paretoSvg(front, MODEL, 100);
    const script = `import sys,xml.etree.ElementTree as e
t=e.parse(sys.argv[1]).getroot()
sys.exit(any(n.tag.split('}')[1] not in 'svg title style g text path circle'.split() for n in t.iter()))`;
    const place = written(
      new Map([
        ['a.svg', svg],
        ['b.svg', svg.replace('&lt;/script&gt;', () => one('</script>'))],
      ]),
    );
    expect(python(place, script, 'a.svg')).toEqual([]);
    expect(python(place, script, 'b.svg')).not.toEqual([]);
  });

  it('write no wave where waves.json leads out of its folder', async () => {
    mkdirSync(join(folder, 'wave'), { recursive: true });
    for (const name of ['../../PWNED', '/tmp/PWNED', 'a/b', '..', '', 'a\u0000b']) {
      const wave = { name, title: 't', story: 's', cycle: 0, from: 0, to: 9, rtl: null };
      writeFileSync(join(folder, 'wave/waves.json'), JSON.stringify([wave]));
      const { code, stderr } = await runCli('report', folder);
      expect([code, stderr.slice(0, 12)]).toEqual([3, 'error BLN107']);
    }
    rmSync(join(folder, 'wave'), { recursive: true });
  });
});

describe('on the terminal', () => {
  const unseen = /[^\P{C}\n]|\p{Zl}|\p{Zp}/u;
  const odd = ['\u001b[31mFAKE', '\u202eabc', 'a\nerror BLN000', '\u009b2J', 'nul\u0000'];
  const model = join(root, 'odd.onnx');
  beforeAll(() => writeFileSync(model, chainOf(odd, 'n')));

  it('names, errors and JSON hold nothing that it acts on', async () => {
    for (const args of [
      ['inspect', model],
      ['inspect', model, '--json'],
      ['inspect', join(root, '\u001b[2J\u202e.onnx')],
      ['inspect', join(root, '\u001b[2J\u202e.onnx'), '--json'],
      ['inspect', '--\u001b[2J'],
      ['compile', model, '-o', join(root, 'o'), '--calibration', 'noise', '--part', 'a\n  try: \u001b[1m'],
    ]) {
      const { stdout, stderr } = await runCli(...args);
      expect(stdout + stderr).not.toMatch(unseen);
      expect((stdout + stderr).length).toBeGreaterThan(20);
    }
    const { stdout } = await runCli('inspect', model);
    expect(stdout).toContain('<U+001B>[31mFAKE');
    expect(JSON.parse((await runCli('inspect', model, '--json')).stdout).layers[1].name).toBe('\u202eabc');
  });
});

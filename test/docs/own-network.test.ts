/** docs/own-network.md word for word: its scripts and commands, in an empty folder. Keras' file is kept, for machines without TensorFlow. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { requireBuilt, startCli } from '../support/built-cli.js';
import { TFLITE_PYTHON } from '../support/tflite-runtime.js';
import { describeWithTool, hasTool, PYTHON } from '../support/tools.js';

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/own-network.md', import.meta.url)), 'utf8');
const KERAS_FILE = fileURLToPath(new URL('./golden/shapes.tflite', import.meta.url));

/** Blocks of the page's section, in order: language and text. */
const blocksOf = (section: string): (readonly [string, string])[] => {
  const text = PAGE.split(/^## /m).find((part) => part.startsWith(section)) ?? '';
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, block]) => [language, block]);
};

describeWithTool(['torch', 'pillow'], 'the page of own networks', () => {
  let folder: string;
  beforeAll(() => {
    requireBuilt();
    folder = mkdtempSync(join(tmpdir(), 'blnet-own-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function python(file: string): void {
    const { status, stderr } = spawnSync(PYTHON, [file], { cwd: folder, encoding: 'utf8' });
    expect(status, stderr).toBe(0);
  }

  /** Runs a section; what its blnet commands printed, by the line. `instead` makes a script's file where it cannot run. */
  async function run(section: string, instead?: () => void): Promise<Map<string, string>> {
    const printed = new Map<string, string>();
    const blocks = blocksOf(section);
    expect(blocks.length, section).toBeGreaterThan(1);
    for (const [language, text] of blocks) {
      if (language === 'python') {
        const name = /^# (\w+\.py): /.exec(text)?.[1];
        expect(name, text).toBeDefined();
        writeFileSync(join(folder, name ?? ''), text);
        continue;
      }
      for (const line of text.trim().split('\n')) {
        const [program, ...args] = line.split(' ');
        if (program === 'python3') {
          if (instead) instead();
          else python(args[0]);
          continue;
        }
        expect(program).toBe('blnet');
        const env = { ...process.env, BLNET_PYTHON: existsSync(TFLITE_PYTHON) ? TFLITE_PYTHON : PYTHON };
        const { code, stdout, stderr } = await startCli(args, { cwd: folder, env }).end;
        expect(code, `${line}\n${stderr}`).toBe(0);
        printed.set(args[0], stdout.replace(/\s+/g, ' '));
      }
    }
    return printed;
  }

  const top1 = (text: string | undefined, of: string): number =>
    Number(new RegExp(`top-1 ${of} ([\\d.]+) %`).exec(text ?? '')?.[1]);

  it('draws its images', async () => {
    await run('1. ');
    expect(existsSync(join(folder, 'shapes/test/triangle/039.png'))).toBe(true);
  });

  it('leads from PyTorch to a measured accuracy', async () => {
    const printed = await run('2. ');
    expect(printed.get('compile')).toContain('pixels real = (pixel - 127.5) / 127.5, as stated');
    expect(printed.get('compile')).toContain('calibrated on 100 of the folder train of 3 classes');
    const accuracy = printed.get('accuracy');
    expect(accuracy).toContain('images 120 of the folder test of 3 classes');
    expect(top1(accuracy, 'model')).toBeGreaterThan(90);
    expect(top1(accuracy, 'integer')).toBeGreaterThan(90);
    expect(accuracy).toMatch(/circle 40 [\d.]+ % \d+ square 40 [\d.]+ % \d+ triangle 40 /);
  });

  it('shows what the page says of a wrong assumption', async () => {
    const wrong = ['compile', 'shapes.onnx', '-o', 'build/wrong', '--calibration', 'shapes'];
    const { stdout, code } = await startCli(wrong, { cwd: folder }).end;
    expect(code).toBe(0);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(/real = \(pixel - 0\) \/ 255, assumed/);
  });

  it('leads from Keras to a measured accuracy', async () => {
    const printed = await run('3. ', () => copyFileSync(KERAS_FILE, join(folder, 'shapes.tflite')));
    const accuracy = printed.get('accuracy');
    expect(top1(accuracy, 'model')).toBeGreaterThan(90);
    expect(top1(accuracy, 'integer')).toBeGreaterThan(90);
    if (hasTool('tflite-micro')) expect(accuracy).toMatch(/all outputs equal 100\.00 %/);
  });
});

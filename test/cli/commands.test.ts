/** What holds for every command: `--json`, real help, 80 columns, exit codes. The tree itself says what there is. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createProgram } from '../../src/cli/main.js';
import { EXIT } from '../../src/diagnostics.js';
import { runCli } from '../support/run-cli.js';
import { type SmallBuild, smallBuild } from '../support/small-build.js';

const commands = (await createProgram()).commands;
const longest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));

describe.each(commands.map((c) => [c.name(), c] as const))('blnet %s', (name, command) => {
  it('takes --json', () => {
    expect(command.options.map((o) => o.long)).toContain('--json');
  });

  it('describes itself and each of its arguments and options', () => {
    expect(command.description().length).toBeGreaterThan(10);
    for (const part of [...command.options, ...command.registeredArguments])
      expect(part.description, JSON.stringify(part)).not.toBe('');
  });

  it('prints help within 80 columns', async () => {
    const run = await runCli(name, '--help');
    expect(run.code).toBe(0);
    expect(run.stdout).toContain(`Usage: blnet ${name}`);
    expect(longest(run.stdout)).toBeLessThanOrEqual(80);
  });
});

describe('commands on a small build', () => {
  let build: SmallBuild | undefined;
  beforeAll(() => {
    build = smallBuild();
  });
  afterAll(() => build?.remove());

  const cases = (): ReadonlyArray<readonly string[]> => [
    ['inspect', build?.folder ?? ''],
    ['inspect', build?.spec ?? ''],
    ['explore', build?.spec ?? '', '--part', 'xc7z010'],
    ['simulate', build?.folder ?? ''],
    ['estimate', build?.folder ?? ''],
    ['accuracy', build?.folder ?? '', '--dataset', 'noise', '--images', '2', '--sqnr-images', '2'],
    ['doctor'],
    ['completion', 'bash'],
  ];

  it('print one JSON document and nothing else with --json', async () => {
    for (const argv of cases()) {
      const run = await runCli(...argv, '--json');
      expect([run.code, run.stderr], argv[0]).toEqual([0, '']);
      expect(JSON.parse(run.stdout), argv[0]).toBeTypeOf('object');
    }
  });

  it('print tables that fit 80 columns, without colour, and whole names where nobody says how wide', async () => {
    const layers = (await runCli('simulate', (build as SmallBuild).folder)).stdout.split('\n');
    const name = 'm1_big_1_depthwise_conv_window';
    expect(layers.filter((line) => line.includes(name))).toHaveLength(1);
    vi.stubEnv('COLUMNS', '80');
    for (const argv of cases().slice(0, 7)) {
      const run = await runCli(...argv);
      expect(run.code, argv[0]).toBe(0);
      expect(run.stdout, argv[0]).not.toContain('\u001b');
      expect(longest(run.stdout), run.stdout).toBeLessThanOrEqual(80);
    }
    vi.unstubAllEnvs();
  });

  it('--top shows the first of the blocks, the summary stays', async () => {
    for (const command of ['simulate', 'estimate']) {
      const rows = async (...more: string[]) =>
        (await runCli(command, build?.folder ?? '', ...more)).stdout
          .split('\n')
          .filter((l) => /_conv\w* /.test(l));
      expect((await rows()).length, command).toBeGreaterThan(9);
      expect((await rows('--top', '2')).length, command).toBeLessThanOrEqual(2);
    }
  });
});

describe('exit codes', () => {
  it.each([
    ['an unknown command', ['nonsense'], EXIT.usage, 'BLN001'],
    ['an unknown option', ['doctor', '--nonsense'], EXIT.usage, 'BLN001'],
    ['a value that is none', ['simulate', 'x', '--frames', '0'], EXIT.usage, 'BLN001'],
    ['an unknown part', ['compile', 'x', '-o', 'y', '--part', 'xc9'], EXIT.usage, 'BLN002'],
    ['a limit that is none', ['explore', 'x', '--max-bram', '-1'], EXIT.usage, 'BLN001'],
    ['an absent model to explore', ['explore', 'absent.onnx'], EXIT.io, 'BLN301'],
    ['an absent model', ['inspect', 'absent.onnx'], EXIT.io, 'BLN301'],
    ['an absent build', ['simulate', 'absent'], EXIT.io, 'BLN303'],
  ] as const)('%s', async (_, argv, code, name) => {
    const text = await runCli(...argv);
    expect([text.code, text.stdout]).toEqual([code, '']);
    expect(text.stderr.length).toBeGreaterThan(20);
    const json = await runCli(...argv, '--json');
    expect(json.code).toBe(code);
    expect(JSON.parse(json.stdout).error.code).toBe(name);
  });
});

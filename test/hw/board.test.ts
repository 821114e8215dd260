/**
 * A build for a board, end to end without one: the accelerator behind its serial line in Verilator, on a pseudo-terminal,
 * and the host program that talks to it, alone and from `blnet run`. Bytes are changed and lost on the way.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { framesOf } from '../../src/cli/commands/arguments.js';
import { compileTo } from '../../src/cli/commands/compile.js';
import { Progress } from '../../src/cli/terminal/progress.js';
import { readBuildFolder } from '../../src/io/build/build-folder.js';
import { createExecutor } from '../../src/sim/simd-executor.js';
import { runCli } from '../support/run-cli.js';
import { SMALLEST_SPEC, type SmallBuild, smallBuild } from '../support/small-build.js';
import { describeWithTool, PYTHON } from '../support/tools.js';

const TIMEOUT_MS = 300_000;

let small: SmallBuild;
let folder = '';
const compileFor = (more: object): string => {
  const output = join(small.root, 'board');
  compileTo(
    small.spec,
    { output, calibration: 'noise', calibrationImages: 2, seed: 1, fps: 2000, ...more },
    new Progress(true),
  );
  return output;
};
beforeAll(() => {
  small = smallBuild(SMALLEST_SPEC);
  folder = compileFor({ board: 'ulx3s' });
});
afterAll(() => small.remove());

const running: ChildProcess[] = [];
afterAll(() => {
  for (const child of running) child.kill();
});

/** The design behind its line, with faults; its port. */
async function designAt(...faults: string[]): Promise<string> {
  const child = spawn(join(folder, 'board/sim'), faults, { stdio: ['ignore', 'pipe', 'inherit'] });
  running.push(child);
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /^port (\S+)$/.exec(line)?.[1];
    if (port) return port;
  }
  throw new Error('the model has printed no port');
}

const run = async (port: string, ...more: string[]) =>
  runCli('run', folder, '--port', port, '--timeout', '60', '--json', ...more);

interface Answer {
  readonly clockMhz: number;
  readonly frames: ReadonlyArray<{ class: number; integers: number[]; cycles: number; equal: boolean }>;
}

it('has constraints for every port of the board, and for no other', () => {
  const top = readFileSync(join(folder, 'board/tiniest_ulx3s.v'), 'utf8');
  const [, ports] = /module tiniest_ulx3s \(([\s\S]*?)\n\);/.exec(top) ?? [];
  const names = [...(ports ?? '').matchAll(/(?:input|output) +wire +(?:\[3:0\])? *(\w+)/g)].map((m) => m[1]);
  const lpf = readFileSync(join(folder, 'board/ulx3s.lpf'), 'utf8');
  const placed = [...lpf.matchAll(/^LOCATE COMP "(\w+)/gm)].map((m) => m[1]);
  expect(names.length).toBe(6);
  expect([...new Set(placed)].sort()).toEqual([...names].sort());
});

it('refuses other parts, clocks that no PLL makes, and other speed grades', async () => {
  expect(() => compileFor({ board: 'ulx3s', part: 'xc7z020' })).toThrow(/BLN001.*xc7z020.*LFE5U-85F/s);
  expect(() => compileFor({ board: 'ulx3s', clock: 2 })).toThrow(/BLN001.*2 MHz/s);
  const other = await runCli('run', small.folder, '--port', '/dev/null');
  expect(other.code).toBe(2);
  expect(other.stderr).toMatch(/BLN001.*--board/s);
  folder = compileFor({ board: 'ulx3s' });
});

it('refuses frames that it cannot store', () => {
  const spec = join(small.root, 'large.json');
  writeFileSync(
    spec,
    JSON.stringify({
      ...SMALLEST_SPEC,
      name: 'large',
      input: { channels: 3, height: 128, width: 128, mean: 128, std: 64 },
    }),
  );
  const compileLarge = () =>
    compileTo(
      spec,
      {
        output: join(small.root, 'large'),
        board: 'ulx3s',
        calibration: 'noise',
        calibrationImages: 1,
        seed: 1,
        fps: 10,
      },
      new Progress(true),
    );
  expect(compileLarge).toThrow(/BLN001.*49152 bytes.*32768/s);
});

describeWithTool(['verilator', 'make', 'g++'], 'a board behind a pseudo-terminal', () => {
  beforeAll(() => {
    const built = spawnSync('make', ['-C', join(folder, 'board'), 'sim'], { encoding: 'utf8' });
    expect(built.status, built.stderr).toBe(0);
  }, TIMEOUT_MS);

  it('passes the lint', () => {
    const names = readdirSync(join(folder, 'board')).filter((n) => /^blnet_.*\.v$/.test(n));
    const core = readFileSync(join(folder, 'filelist.f'), 'utf8').trim().split('\n');
    const sources = [...core, ...names.map((n) => `board/${n}`), 'board/tiniest_serial.v'];
    const args = ['--lint-only', '-Wall', 'rtl/verilator-waivers.vlt', '--top-module', 'tiniest_serial'];
    const lint = spawnSync('verilator', [...args, ...sources], { cwd: folder, encoding: 'utf8' });
    expect(lint.stdout + lint.stderr).toBe('');
  });

  it('answers with the integers of the reference, frame after frame', async () => {
    const port = await designAt();
    const result = await run(port, '--frames', '4');
    expect(result.stderr).toBe('');
    expect(result.code).toBe(0);
    const { frames, clockMhz } = JSON.parse(result.stdout) as Answer;
    const build = readBuildFolder(folder);
    const executor = createExecutor(build.quantized);
    const wanted = framesOf(build, 4, undefined).values.map((values) => {
      executor.run(values);
      return [...executor.valuesOf(build.quantized.outputs[0])];
    });
    expect(frames.map((f) => f.integers)).toEqual(wanted);
    expect(frames.every((f) => f.equal)).toBe(true);
    expect(clockMhz).toBe(100);
    // The line's frames enter a byte every other cycle: no frame is faster than the simulator's.
    for (const f of frames) expect(f.cycles).toBeGreaterThan(build.manifest.simulated.latencyCycles / 2);
    // Another host after the first.
    expect((await run(port)).code).toBe(0);
  });

  it('the host program alone takes images', async () => {
    const port = await designAt();
    const image = join(small.root, 'image.ppm');
    writeFileSync(image, Buffer.concat([Buffer.from('P6\n# noise\n8 8\n255\n'), Buffer.alloc(192, 77)]));
    const host = (...args: string[]) =>
      spawnSync(PYTHON, [join(folder, 'board/tiniest_host.py'), '--port', port, ...args], {
        encoding: 'utf8',
      });
    const good = host(image);
    expect(good.stderr).toBe('');
    expect(good.stdout).toMatch(/image\.ppm\[0\]: class [0-3] at \S+, [\d]+ cycles, \S+ us\n$/);
    writeFileSync(image, 'P6 9 8 255\n');
    const bad = host(image);
    expect(bad.status).toBe(1);
    expect(bad.stderr).toMatch(/^error: .*image\.ppm: 8 x 9 x 3 in 0 bytes, not 8 x 8 x 3\n$/);
  });

  // Bytes from 1: the question who is there has 10, its answer 26; a frame's request 10 + 192.
  it.each([
    ['a changed byte towards the board', ['--flip', '60'], /checksum of what the board received is wrong/],
    ['a byte that is lost on the way to it', ['--drop', '60'], /bytes were lost on the line/],
    ['a changed byte on the way back', ['--flip-reply', '35'], /checksum of the board's reply is wrong/],
    ['a changed length', ['--flip', '14'], /length of a frame is not the one/],
    ['a changed type', ['--flip', '12'], /does not know this request/],
  ])('sees %s', async (_, fault, complaint) => {
    const broken = await run(await designAt(...fault), '--retries', '0');
    expect(broken.code).toBe(6);
    expect(broken.stderr).toMatch(/BLN402/);
    expect(broken.stderr).toMatch(complaint);
  });

  it('tries again after a fault that passes, and goes on', async () => {
    for (const fault of ['--flip', '--drop']) {
      const result = await run(await designAt(fault, '60'), '--frames', '2');
      expect(result.code).toBe(0);
      expect((JSON.parse(result.stdout) as Answer).frames.map((f) => f.equal)).toEqual([true, true]);
    }
  });

  it('says that nobody is there, and that a bitstream is of another build', async () => {
    const nobody = await run('/dev/nowhere');
    expect(nobody.stderr).toMatch(/\/dev\/nowhere: No such file/);
    const port = await designAt();
    const host = join(folder, 'board/tiniest_host.py');
    const text = readFileSync(host, 'utf8');
    writeFileSync(host, text.replace(/^BUILD = .*/m, 'BUILD = 0x12345678'));
    const other = await run(port);
    writeFileSync(host, text);
    expect(other.stderr).toMatch(/the bitstream is of build [0-9a-f]{8}, this program of 12345678/);
  });
});

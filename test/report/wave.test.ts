/** Waves: simulator and RTL in the same cycles, as diagrams and as value change dumps that the tools' own dumps confirm. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { framesOf } from '../../src/cli/commands/arguments.js';
import { readBuildFolder } from '../../src/io/build/build-folder.js';
import { testbenchArguments } from '../../src/io/simulators/rtl-simulation.js';
import { bitsOf, mergeSpans, traceRtl } from '../../src/io/simulators/trace-rtl.js';
import type { Wave, WaveResult } from '../../src/io/simulators/wave-build.js';
import { waveFiles } from '../../src/io/simulators/wave-build.js';
import type { Hardware } from '../../src/ir/hardware.js';
import { KINDS } from '../../src/kinds/index.js';
import { handshakesVcd, identifier } from '../../src/report/vcd.js';
import { EVENTS } from '../../src/report/wave-events.js';
import { differingCycles, waveOf, waveSvg } from '../../src/report/wave-svg.js';
import { simulate } from '../../src/sim/engine.js';
import { IntegerExecutor } from '../../src/sim/integer-executor.js';
import { stallsFromSeed } from '../../src/sim/stimulus.js';
import { type Span, stepCycles, traceWindows } from '../../src/sim/trace-window.js';
import { readVcd, valueAt } from '../support/read-vcd.js';
import { runCli } from '../support/run-cli.js';
import { SMALLEST_SPEC, type SmallBuild, smallBuild } from '../support/small-build.js';
import { describeWithTool } from '../support/tools.js';

const SEED = 3;
const WIDTH = 48;
const stalls = stallsFromSeed(SEED);

let small: SmallBuild | undefined;
beforeAll(() => {
  small = smallBuild();
});
afterAll(() => small?.remove());
const folder = (): string => (small as SmallBuild).folder;
const hardware = () => readBuildFolder(folder()).hardware;

describe('the trace of the simulator', () => {
  it('has the handshakes of the cycle engine, stream by stream', () => {
    const hw = hardware();
    const fired: string[] = [];
    const sim = simulate(KINDS, hw, { frames: 2, stalls, onFire: (s, cycle) => fired.push(`${cycle} ${s}`) });
    const traced: string[] = [];
    stepCycles(KINDS, hw, { frames: 2, stalls, cycles: sim.cycles }, (cycle, valid, ready) => {
      valid.forEach((v, s) => {
        if (v && ready[s]) traced.push(`${cycle} ${s}`);
      });
      return false;
    });
    expect(fired.length).toBeGreaterThan(1000);
    expect(traced).toEqual(fired);
  });
});

describe('a diagram', () => {
  const event = (streams: readonly number[]) => ({
    name: 'x',
    title: 'Title',
    story: 'Story <&>.',
    cycle: 4,
    span: { from: 0, to: 20 },
    streams,
  });

  it('writes repeats as dots', () => {
    expect(waveOf([0, 0, 1, 1, 1, 0])).toBe('0.1..0');
  });

  it('marks the cycles in which RTL differs, and only then', () => {
    const hw = hardware();
    const [a] = traceWindows(KINDS, hw, { frames: 1, spans: [{ from: 0, to: 20 }] });
    if (!a) throw new Error('no window');
    const b = { ...a, ready: a.ready.map((row) => row.slice()) };
    expect(differingCycles(a, b, [0, 1])).toEqual([]);
    expect(waveSvg(hw, event([0, 1]), a, b)).not.toContain('differs');
    (b.ready[7] as Uint8Array)[1] ^= 1;
    expect(differingCycles(a, b, [0, 1])).toEqual([7]);
    expect(waveSvg(hw, event([0, 1]), a, b)).toContain('differs');
    expect(differingCycles(a, b, [0])).toEqual([]);
  });

  it('stands alone: a label, no scripts, no outside reference, no definition that it does not use', () => {
    const hw = hardware();
    const [a] = traceWindows(KINDS, hw, { frames: 1, spans: [{ from: 0, to: 20 }] });
    const svg = waveSvg(hw, event([0]), a, null);
    expect(svg).toContain('aria-label="Title. Story &lt;&amp;&gt;."');
    expect(svg).not.toMatch(/<script|href="(?!#)/);
    const defined = [...svg.matchAll(/<defs>.*?<\/defs>/gs)].flatMap(([d]) => [
      ...d.matchAll(/<g id="([^"]+)"/g),
    ]);
    for (const [, id] of defined) expect(svg).toContain(`href="#${id}"`);
  });
});

describe('a value change dump', () => {
  it('names up to thousands of variables without a clash', () => {
    const codes = Array.from({ length: 10_000 }, (_, i) => identifier(i));
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.every((c) => /^[!-~]+$/.test(c))).toBe(true);
  });

  it('says nothing of the cycles between its windows', () => {
    const hw = hardware();
    const spans = [
      { from: 3, to: 6 },
      { from: 10, to: 12 },
    ];
    const vcd = readVcd(handshakesVcd(hw, traceWindows(KINDS, hw, { frames: 1, spans }), 'test'));
    const valid = vcd.get(`TOP.${hw.name}.${hw.streams[0]?.name}_tvalid`);
    const at = (cycle: number) => valid && valueAt(valid, 10 * cycle + 9);
    expect([at(2), at(7), at(12)]).toEqual(['x', 'x', 'x']);
    for (const cycle of [3, 5, 10, 11]) expect(at(cycle)).toMatch(/[01]/);
  });
});

it('merges spans that touch', () => {
  const spans = [
    { from: 20, to: 30 },
    { from: 0, to: 5 },
    { from: 4, to: 8 },
    { from: 30, to: 31 },
  ];
  expect(mergeSpans(spans)).toEqual([
    { from: 0, to: 8 },
    { from: 20, to: 31 },
  ]);
});

it('reads the testbench bits from the low end', () => {
  expect([...bitsOf('5a', 7)]).toEqual([0, 1, 0, 1, 1, 0, 1]);
});

/** Lines of difference between two dumps, over every stream and every cycle of the windows. */
function differences(
  hw: Hardware,
  spans: readonly Span[],
  [mine, myScope]: readonly [Dump, string],
  [other, scope]: readonly [Dump, string],
): string[] {
  const found: string[] = [];
  for (const stream of hw.streams) {
    for (const half of ['tvalid', 'tready']) {
      const a = mine.get(`${myScope}.${stream.name}_${half}`);
      const b = other.get(`${scope}.${stream.name}_${half}`);
      if (!a || !b) {
        found.push(`no ${scope}.${stream.name}_${half}`);
        continue;
      }
      for (const span of spans) {
        for (let cycle = span.from; cycle < span.to; cycle++) {
          const [x, y] = [valueAt(a, 10 * cycle + 9), valueAt(b, 10 * cycle + 9)];
          if (x !== y || x === undefined)
            found.push(`${stream.name}_${half} in cycle ${cycle}: ${x} and ${y}`);
        }
      }
    }
  }
  return found;
}

type Dump = ReturnType<typeof readVcd>;
const dumpOf = (...path: string[]): Dump => readVcd(readFileSync(join(...path), 'utf8'));

describeWithTool('iverilog', 'blnet wave', () => {
  let waves: WaveResult['waves'] = [];
  let json: { files: string[]; waves: Array<Wave & { streams: string[] }> };

  beforeAll(async () => {
    const options = ['--simulator', 'iverilog', '--backpressure', `${SEED}`, '--width', `${WIDTH}`, '--json'];
    const run = await runCli('wave', folder(), ...options);
    expect([run.code, run.stderr]).toEqual([0, '']);
    json = JSON.parse(run.stdout);
    waves = json.waves;
  });
  const differ = (other: Dump, scope: string): string[] => {
    const mine = dumpOf(folder(), 'wave/simulator.vcd');
    const hw = hardware();
    return differences(
      hw,
      waves.map((w) => w.span),
      [mine, `TOP.${hw.name}`],
      [other, scope],
    );
  };

  it('writes every event as SVG, and both dumps', () => {
    expect(json.files).toEqual([...EVENTS.map((e) => `${e}.svg`), 'waves.json', 'simulator.vcd', 'rtl.vcd']);
    for (const wave of waves) {
      expect(wave.differingCycles).toEqual([]);
      expect(wave.cycle).toBeGreaterThanOrEqual(wave.span.from);
      expect(wave.cycle).toBeLessThan(wave.span.to);
      const svg = readFileSync(join(folder(), 'wave', `${wave.name}.svg`), 'utf8');
      expect(svg).toContain('simulator');
      expect(svg).toContain('RTL');
      for (const name of wave.streams) expect(svg).toContain(`${name}_tready`);
    }
  });

  it('agrees with the RTL on every tvalid and tready of every stream', () => {
    expect(differ(dumpOf(folder(), 'wave/rtl.vcd'), `TOP.${hardware().name}`)).toEqual([]);
  });

  it("agrees with Icarus' own dump", () => {
    const args = testbenchArguments('iverilog', 2, hardware(), stalls, undefined, 'sim/windows.txt');
    execFileSync('make', ['-s', 'iverilog-vcd', 'FRAMES=2', `ARGS=${args.join(' ')}`], { cwd: folder() });
    expect(differ(dumpOf(folder(), 'sim/rtl.vcd'), 'testbench.dut')).toEqual([]);
  });

  it('fails when the RTL was changed, and says where', async () => {
    const top = join(folder(), 'rtl', 'blnet_fifo.v');
    const text = readFileSync(top, 'utf8');
    const changed = text.replace(
      's_axis_tready = level_reg < DEPTH',
      's_axis_tready = level_reg < DEPTH - 1',
    );
    expect(changed).not.toBe(text);
    writeFileSync(top, changed);
    const stream = hardware().blocks.find((b) => b.params.kind === 'fifo')?.inputs[0] as number;
    const name = hardware().streams[stream]?.name;
    // Where the FIFO is full in the simulator.
    const cycles: number[] = [];
    stepCycles(KINDS, hardware(), { frames: 2, stalls, cycles: 4000 }, (cycle, _, ready) => {
      if (!ready[stream]) cycles.push(cycle);
      return cycles.length > 0;
    });
    const run = await runCli(
      ...['wave', folder(), '--simulator', 'iverilog', '--backpressure', `${SEED}`, '--events', ''],
      ...['--cycle', `${cycles[0]}`, '--streams', name, '-o', join(folder(), 'other')],
    );
    writeFileSync(top, text);
    expect(run.code).toBe(7);
    expect(run.stderr).toMatch(/BLN501.*differ in cycle-\d+ \(cycle \d+\)/s);
  });
});

describeWithTool(['verilator', 'make', 'g++'], "Verilator's own dump of a whole run", () => {
  it('has the names and the handshakes of ours', async () => {
    const tiniest = smallBuild(SMALLEST_SPEC);
    const build = readBuildFolder(tiniest.folder);
    const hw = build.hardware;
    const span = { from: 0, to: 300 };
    const frames = framesOf(build, 1, undefined).values;
    await traceRtl(
      {
        folder: tiniest.folder,
        hardware: hw,
        quantized: build.quantized,
        inputs: frames,
        outputs: frames.map((f) => new IntegerExecutor(build.quantized).run(f).slice()),
        simulator: 'iverilog',
      },
      [span],
    );
    const mine = readVcd(handshakesVcd(hw, traceWindows(KINDS, hw, { frames: 1, spans: [span] }), 'test'));
    const args = ['-s', 'vcd', 'OPTIMIZE=-O0', `ARGS=--frames 1 --patience 20000`];
    execFileSync('make', args, { cwd: tiniest.folder, stdio: 'pipe' });
    const theirs = dumpOf(tiniest.folder, 'sim/rtl.vcd');
    tiniest.remove();
    const scope = `TOP.${hw.name}`;
    expect(differences(hw, [span], [mine, scope], [theirs, scope])).toEqual([]);
    // The comparison can fail: one edge moved by a cycle is seen.
    const signal = theirs.get(`${scope}.${hw.streams[0]?.name}_tready`);
    const index = signal?.times.findIndex((t) => t > 0) ?? -1;
    if (signal) signal.times[index] = signal.times[index] + 10;
    expect(differences(hw, [span], [mine, scope], [theirs, scope]).length).toBeGreaterThan(0);
  }, 300_000);
});

it('refuses a stream that is not there and names what is alike', async () => {
  const run = await runCli('wave', folder(), '--simulator', 'none', '--streams', 'stem');
  expect(run.code).toBe(2);
  expect(run.stderr).toMatch(/no stream 'stem'.*stem_conv_taps/s);
});

it('draws the simulator alone where no RTL is asked for', async () => {
  const run = await runCli('wave', folder(), '--simulator', 'none', '-o', join(folder(), 'alone'), '--json');
  expect(run.code).toBe(0);
  expect(JSON.parse(run.stdout).files).not.toContain('rtl.vcd');
  expect(waveFiles({ waves: [], simulatorVcd: '', rtlVcd: null }).has('rtl.vcd')).toBe(false);
});

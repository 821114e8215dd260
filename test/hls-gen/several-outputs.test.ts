/** What stands around a core with several outputs: driver, board script, packaging, FuseSoC core, against their stubs. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { busEnd } from '../../src/hls-gen/bus-end.js';
import { beatsText } from '../../src/hls-gen/stimulus.js';
import { generateVivado } from '../../src/hls-gen/vivado.js';
import { versionWord } from '../../src/hls-gen/vivado-view.js';
import { inputsOf, outputsOf } from '../../src/ir/hardware.js';
import { Prng } from '../../src/ir/prng.js';
import { rangeOf, tensorOf } from '../../src/ir/quant-graph.js';
import { filesOf } from '../support/rtl-case.js';
import { caseOfGraph, threeOutputs } from '../support/several-outputs.js';
import { itWithTool, PYTHON } from '../support/tools.js';
import { vivadoOptions } from '../support/vivado-case.js';

const HELPERS = fileURLToPath(new URL('./vivado', import.meta.url));
const graph = threeOutputs(2);
const c = caseOfGraph(graph, 1);
const hw = c.hardware;
const outputs = outputsOf(hw);
const tensors = graph.outputs.map((t) => tensorOf(graph, t));
const files = filesOf(c);
const input = { ...tensorOf(graph, graph.input), scale: 1 / 255, zeroPoint: 0, bits: 8, signed: false };
const options = { ...vivadoOptions(hw, files), input, outputs: tensors };
for (const [path, text] of generateVivado(hw, options)) files.set(path, text);

const root = mkdtempSync(join(tmpdir(), 'blnet-several-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
for (const [path, text] of files) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** Bytes of beats on the bus: low byte first, padded. */
const busBytes = (beats: string, bytes: number): string =>
  beats
    .trim()
    .split('\n')
    .map((line) => (line.padStart(2 * bytes, '0').match(/../g) as string[]).reverse().join(''))
    .join('');

const RUN = `import importlib.util,json,sys
import numpy as np
spec=importlib.util.spec_from_file_location("driver",sys.argv[1]); driver=importlib.util.module_from_spec(spec)
spec.loader.exec_module(driver)
import pynq
a=driver.Accelerator(timeout_s=0.05)
found=a.run_integers(np.array(json.load(sys.stdin)),packet_frames=2)
none=a.run_integers(np.zeros((0,*driver.INPUT["shape"])))
print(json.dumps({"found":{k:v.reshape(len(v),-1).tolist() for k,v in found.items()},
  "none":{k:list(v.shape) for k,v in none.items()},"leaked":pynq.Buffer.allocated-pynq.Buffer.freed}))`;

describe('several outputs', () => {
  itWithTool('numpy', 'come out of the driver by their names', () => {
    const prng = new Prng(5);
    const { channels, height, width } = input.shape;
    const images = Array.from({ length: 5 }, () =>
      Array.from({ length: channels * height * width }, () => prng.int(0, 255)),
    );
    const values = tensors.map((t) =>
      images.map(() =>
        Array.from({ length: t.shape.channels * t.shape.height * t.shape.width }, () =>
          prng.int(...rangeOf(t)),
        ),
      ),
    );
    const [inEnd] = inputsOf(hw);
    const inStream = { ...hw.streams[inEnd.stream], bits: hw.streams[inEnd.stream].bits };
    const keys = images.map((image) =>
      busBytes(beatsText(image, channels, inStream.lanes, inStream.bits), busEnd(inStream).bytes),
    );
    const answers = outputs.map((end, k) => {
      const s = hw.streams[end.stream];
      const bytes = (v: number[]): string =>
        busBytes(beatsText(v, tensors[k].shape.channels, s.lanes, s.bits), busEnd(s).bytes);
      return Object.fromEntries(keys.map((key, i) => [key, bytes(values[k][i])]));
    });
    const text = files.get(`pynq/${hw.name}_driver.py`) as string;
    const engines = [...text.matchAll(/dma="(\w+)"/g)].map((m) => m[1]);
    expect(engines[0]).toBe('dma');
    const board = {
      id: 0x424c4e45,
      version: versionWord('0.1.0'),
      build: Number(/EXPECTED_BUILD = (0x\w+)/.exec(text)?.[1]),
      frames: answers[0],
      more: Object.fromEntries(engines.slice(1).map((name, i) => [name, answers[i + 1]])),
    };
    writeFileSync(join(root, 'board.json'), JSON.stringify(board));
    const nested = images.map((image) =>
      Array.from({ length: height }, (_, y) =>
        Array.from({ length: width }, (__, x) =>
          image.slice((y * width + x) * channels, (y * width + x + 1) * channels),
        ),
      ),
    );
    const r = spawnSync(PYTHON, ['-c', RUN, join(root, `pynq/${hw.name}_driver.py`)], {
      input: JSON.stringify(nested),
      encoding: 'utf8',
      env: {
        ...process.env,
        FAKE_PYNQ: join(root, 'board.json'),
        PYTHONPATH: HELPERS,
        PYTHONDONTWRITEBYTECODE: '1',
      },
    });
    expect(r.stderr).toBe('');
    const result = JSON.parse(r.stdout);
    expect(Object.values(result.found)).toEqual(values);
    expect(Object.keys(result.found)).toEqual(outputs.map((e) => e.port.replace('m_axis_', '')));
    expect(Object.values(result.none)).toEqual(
      tensors.map(({ shape: s }) => [0, s.height, s.width, s.channels]),
    );
    expect(result.leaked).toBe(0);
  });

  itWithTool('tclsh', 'are packaged, and each has a DMA engine on the board', () => {
    for (const script of [
      ['package_ip.tcl'],
      ['synth_ooc.tcl'],
      ['board.tcl', 'pynq-z2'],
      ['board.tcl', 'zcu104'],
    ]) {
      const [name, ...args] = script;
      const r = spawnSync('tclsh', [join(HELPERS, 'stubs.tcl'), join(root, 'vivado', name), ...args], {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, ACCELERATOR: `${hw.name}_axi`, OUTPUTS: outputs.map((e) => e.port).join(' ') },
      });
      expect(r.status, `${r.stdout}${r.stderr}`).toBe(0);
    }
  });

  itWithTool('pyyaml', 'have an expectation each in the FuseSoC core', () => {
    const script = 'import sys,yaml,json; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))';
    const r = spawnSync(PYTHON, ['-c', script, join(root, `${hw.name}.core`)], { encoding: 'utf8' });
    const core = JSON.parse(r.stdout);
    const expected = outputs.map((e) => e.port.replace('m_axis', 'expected'));
    expect(core.targets.sim.parameters).toEqual(['FRAMES', 'input', ...expected, 'result']);
    for (const name of expected) expect(core.parameters[name].paramtype).toBe('plusarg');
  });

  it('bring their block along, and only they', () => {
    expect(files.has('rtl/blnet_axi_output.v')).toBe(true);
    expect(files.get(`rtl/${hw.name}_axi.v`)).toContain('blnet_axi_output #(');
  });
});

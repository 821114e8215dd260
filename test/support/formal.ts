/** Proofs with Yosys, yosys-smtbmc and z3: hw/formal holds the properties, hw/rtl the modules. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HW = fileURLToPath(new URL('../../hw/', import.meta.url));

/** Steps of the induction; the base case must reach at least as far. */
const INDUCTION_STEPS = 6;
const BASE_STEPS = 7;
/** Steps within which a planted fault must show, and covers be reached. */
const SEARCH_STEPS = 12;

export interface Proof {
  /** Module of hw/formal, in the file of its name. */
  readonly top: string;
  /** Files under hw/ that it needs beside its own. */
  readonly files: readonly string[];
  readonly parameters: Readonly<Record<string, number>>;
}

/** A planted fault: `from` occurs exactly once in the file. */
export interface Fault {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export interface ProofResult {
  readonly passed: boolean;
  /** Labels of the assertions that failed or the covers that were reached, and the tools' last words. */
  readonly log: string;
}

function run(command: string, args: readonly string[], cwd: string): { status: number | null; log: string } {
  const r = spawnSync(command, args, { cwd, encoding: 'utf8' });
  return { status: r.status, log: `${r.stdout}${r.stderr}` };
}

function withModel(proof: Proof, fault: Fault | null, body: (folder: string) => ProofResult): ProofResult {
  const folder = mkdtempSync(join(tmpdir(), 'blnet-formal-'));
  try {
    const names = [...proof.files, `formal/${proof.top}.v`].map((file) => {
      let text = readFileSync(join(HW, file), 'utf8');
      if (fault?.file === file) {
        if (text.split(fault.from).length !== 2) throw new Error(`${file} has not one '${fault.from}'`);
        text = text.replace(fault.from, () => fault.to);
      }
      const name = file.replaceAll('/', '_');
      writeFileSync(join(folder, name), text);
      return name;
    });
    const chparams = Object.entries(proof.parameters).map(([name, value]) => `-chparam ${name} ${value}`);
    const script = [
      // Without the RTL's own assertions, which are there to stop a simulation.
      `read_verilog -sv -formal -DSYNTHESIS ${names.join(' ')}`,
      `hierarchy -check -top ${proof.top} ${chparams.join(' ')}`,
      // Without memory_map the SMT backend of Yosys 0.23 fails on memories of one word.
      'prep -flatten -nordff; memory_map; async2sync; dffunmap',
      'write_smt2 -wires model.smt2',
    ];
    const built = run('yosys', ['-q', '-p', script.join('; ')], folder);
    if (built.status !== 0) throw new Error(`yosys failed on ${proof.top}: ${built.log}`);
    return body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** --unroll: z3 takes minutes without it for what takes it a second. */
function solve(folder: string, ...args: string[]): ProofResult {
  const r = run('yosys-smtbmc', ['--noprogress', '--unroll', '-s', 'z3', ...args, 'model.smt2'], folder);
  const passed = r.status === 0 && r.log.includes('Status: PASSED');
  if (!passed && !r.log.includes('Status: FAILED')) throw new Error(`yosys-smtbmc failed: ${r.log}`);
  return { passed, log: r.log };
}

/** For all time: the base case, then induction. */
export const prove = (proof: Proof): ProofResult =>
  withModel(proof, null, (folder) => {
    const base = solve(folder, '-t', `${BASE_STEPS}`);
    return base.passed ? solve(folder, '-i', '-t', `${INDUCTION_STEPS}`) : base;
  });

/** From reset on, a few steps only: finds a fault that shows early. */
export const search = (proof: Proof, fault: Fault): ProofResult =>
  withModel(proof, fault, (folder) => solve(folder, '-t', `${SEARCH_STEPS}`));

/** Whether every cover statement can be reached: a proof whose assumptions exclude all would pass for nothing. */
export const cover = (proof: Proof): ProofResult =>
  withModel(proof, null, (folder) => solve(folder, '-c', '-t', `${SEARCH_STEPS}`));

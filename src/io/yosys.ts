/**
 * Yosys, wherever it is: the native program when it is found, else the npm package @yowasp/yosys, which is the same
 * program as WebAssembly (about twice as slow and ten seconds to start, but nothing to install).
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { BlnetError } from '../diagnostics.js';
import { STAT_FILE } from './synthesis-batch.js';

export type YosysChoice = 'native' | 'wasm';

export interface YosysJob {
  readonly files: ReadonlyMap<string, string>;
  readonly script: string;
  /** Sees every line of the log. */
  readonly onLine?: (line: string) => void;
}

export interface Yosys {
  readonly choice: YosysChoice;
  /** As `yosys -V` prints it. */
  readonly version: string;
  /** Runs a script over the files; returns the text of `stat.json`. Errors: BLN402 with the end of the log. */
  run(job: YosysJob): Promise<string>;
}

/** Lines of the log that an error message shows. */
const TAIL_LINES = 12;

/** Hands complete lines on and keeps the last ones. */
class LineLog {
  readonly tail: string[] = [];
  private rest = '';

  constructor(private readonly onLine?: (line: string) => void) {}

  add(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() as string;
    for (const line of lines) {
      if (line.trim() !== '' && this.tail.push(line) > TAIL_LINES) this.tail.shift();
      this.onLine?.(line);
    }
  }
}

function failed(choice: YosysChoice, code: number | string, log: LineLog): BlnetError {
  return new BlnetError('BLN402', {
    where: choice === 'native' ? 'yosys' : '@yowasp/yosys',
    found: `it ended with ${code}; its last lines:\n${log.tail.join('\n')}`,
    hint: 'run Yosys on the build folder by hand to see the whole log',
  });
}

/** Commands of the script one by one, since the option -s would parse file names with blanks differently. */
const SCRIPT_FILE = 'synthesis.ys';

function nativeYosys(command: string, version: string): Yosys {
  const run = async (job: YosysJob): Promise<string> => {
    const folder = mkdtempSync(join(tmpdir(), 'blnet-yosys-'));
    try {
      for (const [name, text] of [...job.files, [SCRIPT_FILE, job.script] as const]) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), text);
      }
      const log = new LineLog(job.onLine);
      const code = await new Promise<number | string>((resolve, reject) => {
        const child = spawn(command, ['-s', SCRIPT_FILE], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
        for (const stream of [child.stdout, child.stderr])
          stream.setEncoding('utf8').on('data', (text: string) => log.add(text));
        child.on('error', reject);
        child.on('close', (exit, signal) => resolve(exit ?? signal ?? 'no exit code'));
      });
      if (code !== 0) throw failed('native', code, log);
      return readFileSync(join(folder, STAT_FILE), 'utf8');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
  return { choice: 'native', version, run };
}

/** The part of @yowasp/yosys that is used here; it is optional, so its own types may be absent. */
interface YowaspModule {
  readonly version: string;
  readonly runYosys: (
    args: readonly string[],
    files: Readonly<Record<string, string>>,
    options: { stdout: (bytes: Uint8Array | null) => void; stderr: (bytes: Uint8Array | null) => void },
  ) => Promise<Record<string, string | Uint8Array>>;
}

async function loadYowasp(): Promise<YowaspModule | null> {
  const name = '@yowasp/yosys';
  try {
    return (await import(name)) as YowaspModule;
  } catch {
    return null;
  }
}

function wasmYosys(module: YowaspModule): Yosys {
  const run = async (job: YosysJob): Promise<string> => {
    const log = new LineLog(job.onLine);
    const decoder = new TextDecoder();
    const print = (bytes: Uint8Array | null): void => {
      if (bytes) log.add(decoder.decode(bytes, { stream: true }));
    };
    const files = { ...Object.fromEntries(job.files), [SCRIPT_FILE]: job.script };
    try {
      const out = await module.runYosys(['-s', SCRIPT_FILE], files, { stdout: print, stderr: print });
      const stat = out[STAT_FILE];
      if (stat === undefined) throw failed('wasm', 'no statistics', log);
      return typeof stat === 'string' ? stat : new TextDecoder().decode(stat);
    } catch (error) {
      if (error instanceof BlnetError) throw error;
      throw failed('wasm', error instanceof Error ? error.message || error.name : String(error), log);
    }
  };
  return { choice: 'wasm', version: `Yosys ${module.version} (@yowasp/yosys)`, run };
}

/** Version line of the native program, or null. `BLNET_YOSYS` names another command. */
function probeNative(command: string): string | null {
  const probe = spawnSync(command, ['-V'], { encoding: 'utf8' });
  return probe.status === 0 ? probe.stdout.trim() : null;
}

/** Native when found, else WebAssembly; or exactly the one asked for. Errors: BLN401. */
export async function findYosys(wanted?: YosysChoice): Promise<Yosys> {
  const command = process.env.BLNET_YOSYS ?? 'yosys';
  if (wanted !== 'wasm') {
    const version = probeNative(command);
    if (version !== null) return nativeYosys(command, version);
  }
  if (wanted !== 'native') {
    const module = await loadYowasp();
    if (module) return wasmYosys(module);
  }
  throw new BlnetError('BLN401', {
    where: 'synthesis',
    found: wanted === 'wasm' ? 'no npm package @yowasp/yosys' : `no program '${command}'`,
    hint: 'install yosys (Debian: apt-get install yosys), or npm install @yowasp/yosys',
  });
}

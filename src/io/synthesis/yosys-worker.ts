/** One run of @yowasp/yosys: in this thread when it is called, in a thread of its own when it is started as one. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { SCRIPT_FILE } from './yosys-job.js';

export interface WasmTask {
  readonly files: Readonly<Record<string, string>>;
  readonly script: string;
  readonly results: readonly string[];
}

/** Texts of the files that the script wrote; those that it did not write are absent. */
export type WasmResults = Readonly<Record<string, string>>;

/** What a worker says: a piece of the log, or the end. */
export type WasmMessage =
  | { readonly log: string }
  | { readonly results: WasmResults }
  | { readonly error: string };

/** The part of @yowasp/yosys that is used here; it is optional, so its own types may be absent. */
interface YowaspModule {
  readonly version: string;
  readonly runYosys: (
    args: readonly string[],
    files: Readonly<Record<string, string>>,
    options: { stdout: (bytes: Uint8Array | null) => void; stderr: (bytes: Uint8Array | null) => void },
  ) => Promise<Record<string, string | Uint8Array>>;
}

export async function loadYowasp(): Promise<YowaspModule | null> {
  const name = '@yowasp/yosys';
  try {
    return (await import(name)) as YowaspModule;
  } catch {
    return null;
  }
}

/** Throws as the package does. */
export async function runYowasp(task: WasmTask, onLog: (text: string) => void): Promise<WasmResults> {
  const module = (await loadYowasp()) as YowaspModule;
  const decoder = new TextDecoder();
  const print = (bytes: Uint8Array | null): void => {
    if (bytes) onLog(decoder.decode(bytes, { stream: true }));
  };
  const files = { ...task.files, [SCRIPT_FILE]: task.script };
  const out = await module.runYosys(['-s', SCRIPT_FILE], files, { stdout: print, stderr: print });
  const texts: Record<string, string> = {};
  for (const name of task.results) {
    const content = out[name];
    if (content !== undefined)
      texts[name] = typeof content === 'string' ? content : new TextDecoder().decode(content);
  }
  return texts;
}

/** Started by `yosys-wasm.ts`, which alone gives such data: test runners have threads of their own. */
const isTask = (data: unknown): data is WasmTask =>
  typeof data === 'object' && data !== null && 'script' in data && 'files' in data;

if (!isMainThread && parentPort && isTask(workerData)) {
  const say = (message: WasmMessage): void => parentPort?.postMessage(message);
  runYowasp(workerData, (log) => say({ log })).then(
    (results) => say({ results }),
    (error: unknown) => say({ error: error instanceof Error ? error.message || error.name : String(error) }),
  );
}

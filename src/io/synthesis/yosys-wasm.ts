/**
 * Yosys as WebAssembly, from the optional npm package @yowasp/yosys. A run blocks its thread, so each takes a worker
 * thread, which can also be stopped; where the compiled worker is absent (sources run as they are) it runs here.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { BlnetError } from '../../diagnostics.js';
import { failed, LineLog, watch, type Yosys, type YosysJob } from './yosys-job.js';
import { loadYowasp, runYowasp, type WasmMessage, type WasmTask } from './yosys-worker.js';

/** Compiled beside this file. */
const ENTRY = new URL('./yosys-worker.js', import.meta.url);

function inWorker(entry: URL, task: WasmTask, job: YosysJob, log: LineLog): Promise<string | null> {
  const worker = new Worker(entry, { workerData: task });
  const watched = watch('wasm', job, () => void worker.terminate());
  return new Promise<string | null>((resolve, reject) => {
    worker.on('message', (message: WasmMessage) => {
      if ('log' in message) log.add(message.log);
      else if ('stat' in message) resolve(message.stat);
      else reject(failed('wasm', message.error, log));
    });
    worker.on('error', (error) => reject(failed('wasm', error.message, log)));
    worker.on('exit', () => reject(watched.cause() ?? failed('wasm', 'its thread', log)));
  }).finally(async () => {
    watched.done();
    await worker.terminate();
  });
}

async function here(task: WasmTask, log: LineLog): Promise<string | null> {
  try {
    return await runYowasp(task, (text) => log.add(text));
  } catch (error) {
    if (error instanceof BlnetError) throw error;
    throw failed('wasm', error instanceof Error ? error.message || error.name : String(error), log);
  }
}

/** Null where the package is not installed. */
export async function wasmYosys(entry = ENTRY): Promise<Yosys | null> {
  const module = await loadYowasp();
  if (!module) return null;
  const parallel = entry !== ENTRY || existsSync(fileURLToPath(entry));
  const run = async (job: YosysJob): Promise<string> => {
    const log = new LineLog(job.onLine);
    const task: WasmTask = { files: Object.fromEntries(job.files), script: job.script };
    const stat = parallel ? await inWorker(entry, task, job, log) : await here(task, log);
    if (stat === null) throw failed('wasm', 'no statistics', log);
    return stat;
  };
  return { choice: 'wasm', version: `Yosys ${module.version} (@yowasp/yosys)`, parallel, run };
}

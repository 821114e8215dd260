/**
 * Yosys as WebAssembly, from the optional npm package @yowasp/yosys. A run blocks its thread, so each takes a worker
 * thread, which can also be stopped; where the compiled worker is absent (sources run as they are) it runs here.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { BlnetError } from '../../diagnostics.js';
import { failed, LineLog, watch } from '../tool-run.js';
import { toolName, type Yosys, type YosysJob } from './yosys-job.js';
import { loadYowasp, runYowasp, type WasmMessage, type WasmResults, type WasmTask } from './yosys-worker.js';

const TOOL = toolName('wasm');

/** Compiled beside this file. */
const ENTRY = new URL('./yosys-worker.js', import.meta.url);

function inWorker(entry: URL, task: WasmTask, job: YosysJob, log: LineLog): Promise<WasmResults> {
  const worker = new Worker(entry, { workerData: task });
  const watched = watch(TOOL, job, () => void worker.terminate());
  return new Promise<WasmResults>((resolve, reject) => {
    worker.on('message', (message: WasmMessage) => {
      if ('log' in message) log.add(message.log);
      else if ('results' in message) resolve(message.results);
      else reject(failed(TOOL, message.error, log));
    });
    worker.on('error', (error) => reject(failed(TOOL, error.message, log)));
    worker.on('exit', () => reject(watched.cause() ?? failed(TOOL, 'its thread', log)));
  }).finally(async () => {
    watched.done();
    await worker.terminate();
  });
}

async function here(task: WasmTask, log: LineLog): Promise<WasmResults> {
  try {
    return await runYowasp(task, (text) => log.add(text));
  } catch (error) {
    if (error instanceof BlnetError) throw error;
    throw failed(TOOL, error instanceof Error ? error.message || error.name : String(error), log);
  }
}

/** Null where the package is not installed. */
export async function wasmYosys(entry = ENTRY): Promise<Yosys | null> {
  const module = await loadYowasp();
  if (!module) return null;
  const parallel = entry !== ENTRY || existsSync(fileURLToPath(entry));
  const run = async (job: YosysJob): Promise<ReadonlyMap<string, string>> => {
    const log = new LineLog(job.onLine);
    const { script, results } = job;
    const task: WasmTask = { files: Object.fromEntries(job.files), script, results };
    const found = parallel ? await inWorker(entry, task, job, log) : await here(task, log);
    return new Map(
      job.results.map((name) => {
        const text = found[name];
        if (text === undefined) throw failed(TOOL, `no ${name}`, log);
        return [name, text];
      }),
    );
  };
  return { choice: 'wasm', version: `Yosys ${module.version} (@yowasp/yosys)`, share: null, parallel, run };
}

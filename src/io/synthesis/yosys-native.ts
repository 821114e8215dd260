/** The native Yosys: a process for every run, in a temporary folder of its own. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { signalGroup } from '../process.js';
import { makeTemporary, removeTemporary, sweepFiles } from '../temporary.js';
import { STAT_FILE } from './synthesis-batch.js';
import { failed, LineLog, SCRIPT_FILE, watch, type Yosys, type YosysJob } from './yosys-job.js';

async function runIn(folder: string, command: string, job: YosysJob): Promise<void> {
  for (const [name, text] of [...job.files, [SCRIPT_FILE, job.script] as const]) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const log = new LineLog(job.onLine);
  const child = spawn(command, ['-s', SCRIPT_FILE], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that it can be ended as a whole, and its temporary files where they are removed.
    detached: true,
    env: { ...process.env, TMPDIR: folder },
  });
  const watched = watch('native', job, () => signalGroup(child.pid, 'SIGKILL'));
  try {
    const code = await new Promise<number | string>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => log.add(text));
      child.on('error', reject);
      child.on('close', (exit, signal) => resolve(exit ?? signal ?? 'no exit code'));
    });
    if (watched.cause() !== null) throw watched.cause();
    if (code !== 0) throw failed('native', code, log);
  } finally {
    watched.done();
  }
}

/** @param version its own line, see `nativeVersion` */
export function nativeYosys(command: string, version: string): Yosys {
  const run = async (job: YosysJob): Promise<string> => {
    sweepFiles(tmpdir());
    const temporary = makeTemporary(tmpdir(), 'yosys');
    const folder = join(temporary.path, 'file');
    try {
      await runIn(folder, command, job);
      return readFileSync(join(folder, STAT_FILE), 'utf8');
    } finally {
      removeTemporary(temporary.path);
    }
  };
  return { choice: 'native', version, parallel: true, run };
}

/** Version line of the program, or null where it does not run. */
export function nativeVersion(command: string): string | null {
  const probe = spawnSync(command, ['-V'], { encoding: 'utf8' });
  return probe.status === 0 ? probe.stdout.trim() : null;
}

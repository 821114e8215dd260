/** All points of a sweep on this machine: a process a point, some side by side; finished points are kept. */
import { BlnetError } from '../../diagnostics.js';
import type { SweepPoint } from '../../report/sweep/points.js';
import { drain } from '../drain.js';
import { lastLines, run } from '../process.js';
import type { Sweep } from './read-sweep.js';
import { Fingerprints, resultOf } from './results.js';

export interface SweepRun {
  /** Points that had a result before. */
  readonly kept: number;
  readonly ran: number;
}

/**
 * @param command what makes one point, given its name
 * @param onProgress points that are done, of all
 * Errors: BLN402 for points that failed, after all others have run; `Interrupted`.
 */
export async function runSweep(
  sweep: Sweep,
  folder: string,
  jobs: number,
  command: (point: SweepPoint) => readonly [program: string, ...args: string[]],
  onProgress: (done: number, total: number) => void,
): Promise<SweepRun> {
  const prints = new Fingerprints(sweep);
  const waiting = sweep.points.filter((point) => resultOf(folder, point, prints) === null);
  const kept = sweep.points.length - waiting.length;
  const ran = waiting.length;
  const failures: string[] = [];
  let done = kept;
  onProgress(done, sweep.points.length);
  await drain(waiting, Math.min(jobs, ran), async (point) => {
    const [program, ...args] = command(point);
    const { status, output } = await run(program, args, process.cwd());
    if (status !== 0) failures.push(`${point.id}: ${lastLines(output)}`);
    onProgress(++done, sweep.points.length);
  });
  if (failures.length === 0) return { kept, ran };
  throw new BlnetError('BLN402', {
    where: sweep.file,
    found: `${failures.length} of ${sweep.points.length} points failed, the first is ${failures[0]}`,
    hint: 'the others have their results; mend the reason and run the sweep again',
  });
}

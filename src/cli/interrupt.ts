/** Ctrl-C during long work: the work ends its own processes and says how far it came, then the exit code is the signal's. */
import { ExitWith } from './output.js';

/** 128 and the signal's number, as shells have it. */
const EXIT_CODE = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Runs the work with a signal that comes with SIGINT or SIGTERM. More of these change nothing: npm and timeout(1) send
 * them twice, to the process and to its group, and the second must not cut off what the first has begun.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stops = (Object.keys(EXIT_CODE) as Array<keyof typeof EXIT_CODE>).map((name) => ({
    name,
    stop: () => controller.abort(new ExitWith(EXIT_CODE[name])),
  }));
  for (const { name, stop } of stops) process.on(name, stop);
  try {
    return await work(controller.signal);
  } finally {
    for (const { name, stop } of stops) process.off(name, stop);
  }
}

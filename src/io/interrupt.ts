/**
 * SIGINT, SIGTERM and SIGHUP while there is something to clean up: children to end, a lock or a temporary folder to
 * remove. The work learns of it through a signal and ends by itself. Without such work the system's own way holds,
 * which ends the program at once, even in the middle of a computation.
 */

/** Exit code of each signal: 128 and its number, as shells have it. */
const EXIT_CODE = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type SignalName = keyof typeof EXIT_CODE;
const SIGNALS = Object.keys(EXIT_CODE) as SignalName[];

/** What work is ended with; everything has been said by then. */
export class Interrupted extends Error {
  readonly exitCode: number;

  constructor(signal: SignalName) {
    super(`ended by ${signal}`);
    this.exitCode = EXIT_CODE[signal];
  }
}

let controller = new AbortController();
let depth = 0;

const stops = SIGNALS.map((name) => ({ name, stop: () => controller.abort(new Interrupted(name)) }));

function enter(): AbortSignal {
  if (depth++ === 0) {
    controller = new AbortController();
    for (const { name, stop } of stops) process.on(name, stop);
  }
  return controller.signal;
}

function leave(): void {
  if (--depth > 0) return;
  for (const { name, stop } of stops) process.off(name, stop);
}

/**
 * Runs the work with a signal that comes with SIGINT, SIGTERM or SIGHUP; work inside such work shares it. More of these
 * change nothing: npm and timeout(1) send them twice, to the process and to its group, and the second must not cut off
 * what the first has begun.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = enter();
  try {
    return await work(signal);
  } finally {
    leave();
  }
}

/** Rejects with the signal's reason when it comes first. */
export function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end);
      resolve();
    }, milliseconds);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

/** The worker with the compiler; stopping it is ending it, and the next call has a new one. */
import { proxy, type Remote, wrap } from 'comlink';
import type { CompilerApi } from './worker.js';

let worker: Worker | undefined;
let remote: Remote<CompilerApi> | undefined;
let fail: ((reason: Error) => void) | undefined;

/** Rejects with this when it was stopped. */
export class Stopped extends Error {}

export function compiler(): Remote<CompilerApi> {
  if (!remote) {
    worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'compiler' });
    remote = wrap<CompilerApi>(worker);
  }
  return remote;
}

/** A call that `stop` may end; its stages go to `onStage`. */
export function call<T>(
  work: (c: Remote<CompilerApi>, onStage: (stage: string, done: number, total: number) => void) => Promise<T>,
  onStage: (stage: string, done: number, total: number) => void,
): Promise<T> {
  const ended = new Promise<never>((_, reject) => {
    fail = reject;
  });
  return Promise.race([work(compiler(), proxy(onStage)), ended]);
}

export function stop(): void {
  worker?.terminate();
  worker = remote = undefined;
  fail?.(new Stopped('stopped'));
}

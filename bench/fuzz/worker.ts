/** A process of the fuzzer: it runs the cases that it is sent, one after the other, and answers with what came of each. */
import { fileURLToPath } from 'node:url';
import { type CaseKind, Ground } from './cases.js';

export interface Question {
  readonly kind: CaseKind;
  readonly seed: number;
}

export interface Answer extends Question {
  /** 'ok', a code, or 'raw'. */
  readonly outcome: string;
  readonly error?: string;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
}

const ground = new Ground(fileURLToPath(new URL('../../../../', import.meta.url)));

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

process.on('message', async ({ kind, seed }: Question) => {
  const before = cpuSeconds();
  let outcome = 'raw';
  let error: string | undefined;
  try {
    outcome = await ground.run(kind, seed);
  } catch (e) {
    error = e instanceof Error ? (e.stack ?? e.message).slice(0, 2000) : String(e).slice(0, 2000);
  }
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  const answer: Answer = {
    kind,
    seed,
    outcome,
    cpuSeconds: cpuSeconds() - before,
    peakMiB,
    ...(error ? { error } : {}),
  };
  process.send?.(answer);
});
process.on('disconnect', () => {
  ground.remove();
  process.exit(0);
});
process.send?.('ready');

/** The command line inside the test's process: what it prints, and its exit code. */
import { vi } from 'vitest';
import { main } from '../../src/cli/main.js';

export interface CliRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Not for two runs at once: it listens on the process's own streams. */
export async function runCli(...argv: string[]): Promise<CliRun> {
  const text = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((chunk) => {
      text[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      return true;
    }),
  );
  try {
    return { code: await main(argv), ...text };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

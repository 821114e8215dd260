/**
 * Ends a test run with one plain line, `N passed, N failed, N skipped`, that scripts can read, and with
 * the reasons of all skipped tests on stderr. Runs next to the default reporter.
 */
import type { Reporter, TestModule } from 'vitest/node';

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  /** Reason -> number of tests skipped for it. */
  readonly reasons: Map<string, number>;
}

/** What broke outside any test (a module that does not load, a hook that throws) counts as one failure each. */
export function countResults(modules: readonly TestModule[], unhandledErrors: number): Counts {
  const counts: Counts = { passed: 0, failed: unhandledErrors, skipped: 0, reasons: new Map() };
  for (const testModule of modules) {
    counts.failed += testModule.errors().length;
    for (const suite of testModule.children.allSuites()) counts.failed += suite.errors().length;
    for (const test of testModule.children.allTests()) {
      const result = test.result();
      if (result.state === 'passed') counts.passed++;
      else if (result.state === 'failed') counts.failed++;
      else {
        counts.skipped++;
        const note = result.state === 'skipped' ? result.note : undefined;
        const reason = note ?? test.meta().skipReason ?? `no reason given (state ${result.state})`;
        counts.reasons.set(reason, (counts.reasons.get(reason) ?? 0) + 1);
      }
    }
  }
  return counts;
}

export const formatCounts = (c: Counts): string =>
  `${c.passed} passed, ${c.failed} failed, ${c.skipped} skipped`;

export default class PlainSummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = countResults(modules, unhandledErrors.length);
    for (const [reason, tests] of counts.reasons) process.stderr.write(`skipped ${tests}: ${reason}\n`);
    process.stdout.write(`${formatCounts(counts)}\n`);
  }
}

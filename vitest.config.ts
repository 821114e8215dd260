/** Tests: everything under test/, and every example. Two workers, since tests start Verilator builds of their own. */
import { defineConfig } from 'vitest/config';

const TIMEOUT_MS = 300_000;

export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts', 'examples/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: TIMEOUT_MS,
    hookTimeout: TIMEOUT_MS,
    // The plain summary comes last: scripts read the final line.
    reporters: ['default', './test/support/plain-summary-reporter.ts'],
  },
});

/** What a call throws, as a diagnostic; anything but a BlnetError fails the test. */
import { expect } from 'vitest';
import { BlnetError, type Diagnostic } from '../../src/diagnostics.js';

export function diagnosticOf(action: () => unknown): Diagnostic {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(BlnetError);
    return (error as BlnetError).diagnostic;
  }
  throw new Error('nothing was thrown');
}

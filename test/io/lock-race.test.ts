/** The race of taking over a stale lock, played in the order that goes wrong without the second lock. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { type Lock, takeLock } from '../../src/io/lock.js';
import { ownerText, thisOwner } from '../../src/io/owner.js';
import { diagnosticOf } from '../support/errors.js';

/** Runs once, right after somebody has asked whether an owner lives. */
const race = vi.hoisted((): { run?: (() => void) | undefined } => ({}));
vi.mock('../../src/io/owner.js', async (original) => {
  const actual = await original<typeof import('../../src/io/owner.js')>();
  const lifeOf: typeof actual.lifeOf = (owner) => {
    const life = actual.lifeOf(owner);
    const run = race.run;
    race.run = undefined;
    run?.();
    return life;
  };
  return { ...actual, lifeOf };
});

it('a slow taker does not remove the lock of a faster one', () => {
  const root = mkdtempSync(join(tmpdir(), 'blnet-race-'));
  try {
    const lock = join(root, 'lock');
    const owner = ownerText({ ...thisOwner(), start: '1' });
    const stale = { blnet: 'lock', id: '0123456789ab', owner, purpose: 'x', since: 'then', group: null };
    writeFileSync(lock, JSON.stringify(stale));
    let fast: Lock | undefined;
    race.run = () => {
      fast = takeLock(lock, 'build', 'fast');
    };
    expect(diagnosticOf(() => takeLock(lock, 'build', 'slow')).found).toContain('fast');
    expect(readFileSync(lock, 'utf8')).toContain('fast');
    fast?.release();
    expect(readdirSync(root)).toEqual([]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

/** Locks and temporaries: one owner at a time, the dead give way, the living and the foreign are left alone. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { settleBeside } from '../../src/io/build/write-build-folder.js';
import { writeWhole } from '../../src/io/files.js';
import { takeLock } from '../../src/io/lock.js';
import { lifeOf, ownerText, parseOwner, thisOwner } from '../../src/io/owner.js';
import { litterIn, makeTemporary, removeTemporary } from '../../src/io/temporary.js';
import { DIST, requireBuilt, startNode } from '../support/built-cli.js';
import { diagnosticOf } from '../support/errors.js';

let root: string;
let lock: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'blnet-lock-'));
  lock = join(root, 'lock');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A process id that has just ended. */
const deadPid = (): number => spawnSync('true').pid;
const me = thisOwner();
const DEAD = () => ownerText({ ...me, pid: deadPid() });
const REUSED = () => ownerText({ ...me, start: '1' });
const REBOOTED = () => ownerText({ ...me, boot: '01234567' });
const ELSEWHERE = () => ownerText({ ...me, machine: '01234567' });

const record = (owner: string, more: object = {}) =>
  JSON.stringify({
    blnet: 'lock',
    id: '0123456789ab',
    owner,
    purpose: 'blnet verify',
    since: 'then',
    group: null,
    ...more,
  });
const take = () => takeLock(lock, 'build', 'blnet wave');

describe('an owner', () => {
  it('is alive as itself, dead as another with its process id', () => {
    expect(parseOwner(ownerText(me))).toEqual(me);
    expect(lifeOf(me)).toBe('alive');
    for (const [text, life] of [
      [DEAD(), 'dead'],
      [REUSED(), 'dead'],
      [REBOOTED(), 'dead'],
      [ELSEWHERE(), 'unknown'],
    ] as const)
      expect(lifeOf(parseOwner(text) ?? me), text).toBe(life);
  });
});

describe('a lock', () => {
  it('is held by one, who is named to the others, and free afterwards', () => {
    const held = take();
    const d = diagnosticOf(take);
    expect(d).toMatchObject({ code: 'BLN304', where: 'build' });
    expect(d.found).toContain(`blnet wave, process ${process.pid}`);
    expect(d.hint).toContain(lock);
    held.release();
    take().release();
    expect(readdirSync(root)).toEqual([]);
  });

  it.each([
    ['of a dead process', () => record(DEAD())],
    ['of a process whose id lives on', () => record(REUSED())],
    ['of before a boot', () => record(REBOOTED())],
  ])('%s is taken over', (_, text) => {
    writeFileSync(lock, text());
    const held = take();
    expect(readFileSync(lock, 'utf8')).toContain(ownerText(me));
    held.release();
    expect(readdirSync(root)).toEqual([]);
  });

  it.each([
    ['of another machine', () => record(ELSEWHERE()), 3_600_001],
    ['that is being written', () => '', 5_001],
    ['cut off', () => record(ELSEWHERE()).slice(0, 20), 5_001],
  ])('%s is left alone for its time', (_, text, ageMs) => {
    writeFileSync(lock, text());
    expect(diagnosticOf(take).code).toBe('BLN304');
    const then = new Date(Date.now() - ageMs);
    utimesSync(lock, then, then);
    take().release();
    expect(existsSync(lock)).toBe(false);
  });

  it('is not free while something that its dead owner started runs on', async () => {
    const orphan = startNode(['-e', 'setTimeout(() => {}, 60000)'], { detached: true });
    try {
      writeFileSync(lock, record(DEAD(), { group: orphan.child.pid }));
      expect(diagnosticOf(take).found).toContain(`process group ${orphan.child.pid}`);
    } finally {
      orphan.child.kill('SIGKILL');
    }
    await orphan.end;
    take().release();
  });

  it('survives a taker-over that was killed in the act', () => {
    const stale = record(DEAD());
    writeFileSync(lock, stale);
    writeFileSync(`${lock}-0123456789ab`, record(DEAD(), { id: 'ba9876543210' }));
    take().release();
    expect(readdirSync(root)).toEqual([]);
    // The same, killed after it had removed the stale lock.
    writeFileSync(`${lock}-0123456789ab`, record(DEAD(), { id: 'ba9876543210' }));
    take().release();
    expect(readdirSync(root)).toEqual([]);
  });

  it('is given to one of many that see the same stale one', async () => {
    beforeContention();
    const script = `
      import { takeLock } from ${JSON.stringify(join(DIST, 'io/lock.js'))};
      import { appendFileSync, writeFileSync } from 'node:fs';
      const [lock, log] = process.argv.slice(1);
      for (let won = 0; won < 40; ) {
        try {
          const held = takeLock(lock, 'x', 'test');
          appendFileSync(log, 'in\\n');
          appendFileSync(log, 'out\\n');
          // Left behind as by a killed process, or given back.
          if (won % 2) held.release();
          else writeFileSync(lock, ${JSON.stringify(record(DEAD()))}.replace('0123456789ab', Date.now().toString(16).padStart(12, '0').slice(-8) + won.toString(16).padStart(4, '0')));
          won++;
        } catch (error) {
          if (error?.diagnostic?.code !== 'BLN304') throw error;
        }
      }`;
    const log = join(root, 'log');
    const runs = Array.from({ length: 4 }, () => startNode(['--input-type=module', '-e', script, lock, log]));
    for (const { end } of runs) expect(await end).toMatchObject({ code: 0, stderr: '' });
    const lines = readFileSync(log, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(320);
    // Never two within.
    expect(lines.every((line, i) => line === (i % 2 === 0 ? 'in' : 'out'))).toBe(true);
  });
});

const beforeContention = requireBuilt;
beforeAll(requireBuilt);

describe('a temporary folder', () => {
  const named = (owner: string) => `.blnet-tmp-${owner}-abcdef`;
  const owned = (name: string, target = 'net') => JSON.stringify({ blnet: 'temporary', name, target });
  const put = (name: string, text: string | null, ...parts: string[]): void => {
    mkdirSync(join(root, name));
    if (text !== null) writeFileSync(join(root, name, 'owner.json'), text);
    for (const part of parts) {
      mkdirSync(join(root, name, part));
      writeFileSync(join(root, name, part, 'x'), '');
    }
  };
  const sweep = (): string[] => {
    settleBeside(root);
    writeWhole(join(root, 'written'), '');
    rmSync(join(root, 'written'));
    return readdirSync(root);
  };

  it('of a dead process goes, whenever it was killed', () => {
    const name = named(DEAD());
    for (const make of [
      () => put(name, owned(name), 'new'),
      () => put(name, owned(name), 'trash'),
      () => put(name, owned(name)),
      () => put(name, '{"bln'),
      () => put(name, null),
    ]) {
      make();
      expect(sweep()).toEqual([]);
    }
  });

  it('of a living process stays', () => {
    const temporary = makeTemporary(root, 'net');
    const before = readdirSync(root);
    expect(litterIn(root)).toEqual([]);
    expect(sweep()).toEqual(before);
    removeTemporary(temporary.path);
    expect(readdirSync(root)).toEqual([]);
  });

  it.each([
    ['of another machine', () => [named(ELSEWHERE()), owned(named(ELSEWHERE()))]],
    [
      'that was copied to another name',
      () => [named(DEAD()).replace(/\w{6}$/, 'ghijkl'), owned(named(DEAD()))],
    ],
    ['that only looks like one', () => ['.blnet-tmp-mine', owned('.blnet-tmp-mine')]],
    ['with a record of something else', () => [named(DEAD()), '{"blnet": "temporary"}']],
    ['that names a folder elsewhere', () => [named(DEAD()), owned(named(DEAD()), '../x')]],
  ] as const)('%s is not ours', (_, make) => {
    const [name, text] = make();
    put(name, text, 'new');
    expect(sweep()).toEqual([name]);
    expect(readdirSync(join(root, name))).toEqual(['new', 'owner.json']);
  });

  it('that holds more than blnet puts there is not ours', () => {
    const name = named(DEAD());
    put(name, owned(name), 'new', 'thesis');
    expect(sweep()).toEqual([name]);
    expect(existsSync(join(root, name, 'thesis/x'))).toBe(true);
  });
});

describe('a whole file', () => {
  it('goes through links, and into devices without replacing them', () => {
    writeFileSync(join(root, 'real'), 'old');
    spawnSync('ln', ['-s', 'real', join(root, 'link')]);
    writeWhole(join(root, 'link'), 'new');
    expect(readFileSync(join(root, 'real'), 'utf8')).toBe('new');
    spawnSync('mkfifo', [join(root, 'pipe')]);
    writeWhole('/dev/null', 'nothing');
    expect(spawnSync('test', ['-c', '/dev/null']).status).toBe(0);
    expect(diagnosticOf(() => writeWhole('/dev/full', 'x')).hint).toContain('make room');
    expect(diagnosticOf(() => writeWhole(join(root, 'n'.repeat(300)), 'x')).hint).toContain('shorten');
    expect(diagnosticOf(() => writeWhole('/proc/x/y', 'x')).code).toBe('BLN302');
  });
});

/** The program as a process: signals end what it has started, closed or full streams hide no failure, one writer at a time. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { KILL_SPEC, killRuns } from '../../bench/fuzz/kills.js';
import { EXIT } from '../../src/diagnostics.js';
import { CLI, requireBuilt, startCli, startNode } from '../support/built-cli.js';
import { SMALLEST_SPEC, type SmallBuild, smallBuild } from '../support/small-build.js';
import { itWithTool } from '../support/tools.js';

let small: SmallBuild;
let root: string;
/** A build that a test may spoil. */
let build: string;
beforeAll(() => {
  requireBuilt();
  small = smallBuild(SMALLEST_SPEC);
});
afterAll(() => small?.remove());
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'blnet-process-'));
  build = join(root, 'build');
  cpSync(small.folder, build, { recursive: true });
});
afterEach(() => {
  for (const pid of logged()) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

/** Programs that stand in for the real ones, before them on the PATH. */
function programs(scripts: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const folder = join(root, 'bin');
  mkdirSync(folder, { recursive: true });
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return { ...process.env, PATH: `${folder}:${process.env.PATH}`, LOG: join(root, 'log') };
}

const logged = (): number[] =>
  existsSync(join(root, 'log')) ? readFileSync(join(root, 'log'), 'utf8').trim().split('\n').map(Number) : [];

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

/** A make that starts a compiler which never ends and ignores the polite signal. */
const HANGING = {
  make: `echo $$ >>"$LOG"; (trap '' TERM; sh -c 'echo $$ >>"$LOG"; sleep 9999' & wait; sleep 9999) & echo $! >>"$LOG"; wait`,
  verilator: 'exit 0',
  iverilog: 'exit 0',
  'g++': 'exit 0',
  vivado: `echo $$ >>"$LOG"; sleep 9999 & echo $! >>"$LOG"; sleep 9999 & echo $! >>"$LOG"; wait`,
};

const hidden = (folder: string): string[] => readdirSync(folder).filter((n) => n.startsWith('.'));

describe('signals', () => {
  it.each([
    ['SIGINT', 130, ['verify']],
    ['SIGTERM', 143, ['wave']],
    ['SIGHUP', 129, ['verify', '--simulator', 'iverilog']],
    ['SIGINT', 130, ['synth', '--tool', 'vivado']],
  ] as const)(
    '%s (exit code %i) ends everything that %j has started',
    async (signal, code, [command, ...args]) => {
      const env = programs(HANGING);
      const run = startCli([command, build, ...args], { env });
      await vi.waitUntil(() => logged().length === 3, 30_000);
      // Twice, as npm and timeout(1) do.
      run.child.kill(signal);
      run.child.kill(signal);
      expect(await run.end).toMatchObject({ code, stdout: '' });
      await vi.waitUntil(() => !logged().some(isAlive), 5000);
      expect(hidden(build)).toEqual([]);
      expect(hidden(root)).toEqual([]);
    },
  );

  it('SIGKILL leaves a lock that is taken over when what was started has ended, and a build that begins anew', async () => {
    const env = programs(HANGING);
    const first = startCli(['verify', build], { env });
    await vi.waitUntil(() => logged().length === 3, 30_000);
    mkdirSync(join(build, 'obj_dir'));
    writeFileSync(join(build, 'obj_dir/half'), '');
    first.child.kill('SIGKILL');
    await first.end;
    const second = await startCli(['verify', build, '--no-wait'], { env }).end;
    expect([second.code, second.stdout]).toEqual([EXIT.busy, '']);
    expect(second.stderr).toMatch(/BLN304 in use.*process group/);
    process.kill(-logged()[0], 'SIGKILL');
    const third = await startCli(['verify', build], { env: programs({ ...HANGING, make: 'exit 3' }) }).end;
    expect(third.code).toBe(EXIT.tool);
    expect(existsSync(join(build, 'obj_dir/half'))).toBe(false);
    expect(hidden(build)).toEqual([]);
  });

  it('a terminal is left as it was: progress switches none of its modes', async () => {
    // script(1) gives the program a terminal.
    const text = spawnSync(
      'script',
      ['-qec', `'${process.execPath}' '${CLI}' simulate '${build}' --frames 64`, '/dev/null'],
      {
        encoding: 'utf8',
      },
    );
    if (text.error) return;
    expect(text.stdout).toContain('\u001b[');
    expect(text.stdout).not.toContain('\u001b[?');
  });
});

describe('streams', () => {
  const failing = { ...HANGING, make: 'exit 3' };
  /** As a shell runs it. */
  const shell = (line: string, env: NodeJS.ProcessEnv = process.env) =>
    spawnSync('bash', ['-c', `set -o pipefail; blnet() { '${process.execPath}' '${CLI}' "$@"; }; ${line}`], {
      encoding: 'utf8',
      env,
    });

  it('a full device is an error, with and without --json', () => {
    for (const args of [`simulate ${build}`, `inspect ${build} --json`, 'doctor --help', 'completion bash']) {
      const run = shell(`blnet ${args} >/dev/full`);
      expect([args, run.status]).toEqual([args, EXIT.io]);
      expect(run.stderr).toMatch(/BLN302 cannot write at stdout.*ENOSPC/);
    }
  });

  it('neither a full device nor a closed pipe changes what a failure ends with', () => {
    const env = programs(failing);
    for (const out of [
      '>/dev/full',
      '| true',
      '2>/dev/full',
      '2>&1 | true',
      '>&- 2>&-',
      '--json | head -c 1',
    ]) {
      expect([out, shell(`blnet verify ${build} ${out}`, env).status]).toEqual([out, EXIT.tool]);
    }
    // A result that is printed before the exit code says that it is bad.
    for (const out of ['>/dev/full', '| true', '--json | true', '--json >/dev/full'])
      expect([out, shell(`blnet wave ${build} --streams none ${out}`, env).status]).toEqual([
        out,
        EXIT.usage,
      ]);
  });

  it('a closed pipe ends a success quietly', () => {
    const run = shell(`blnet simulate ${build} --json | head -c 1; echo " \${PIPESTATUS[0]}"`);
    expect([run.stdout, run.stderr]).toEqual(['{ 0\n', '']);
    expect(shell(`blnet simulate ${build} 2>/dev/full`).status).toBe(0);
    expect(shell(`blnet simulate ${build} >&- 2>&-`).status).toBe(0);
  });

  it('a long document reaches a slow reader whole', () => {
    const slow = shell(`blnet simulate ${build} --frames 400 --json | (sleep 0.5; cat) | tail -c 2`);
    expect([slow.status, slow.stdout]).toEqual([0, '}\n']);
  });

  it('a bug is a JSON document, too', async () => {
    const plant = `data:text/javascript,${encodeURIComponent(
      `import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module';
       fs.statSync = () => { throw new TypeError('planted'); }; syncBuiltinESMExports();`,
    )}`;
    const run = await startNode(['--import', plant, CLI, 'simulate', build, '--json']).end;
    expect(run.code).toBe(EXIT.internal);
    expect(JSON.parse(run.stdout)).toEqual({
      error: { code: 'BLN902', title: 'unexpected error', found: 'planted' },
    });
    expect(run.stderr).toMatch(/internal error.*planted.*This is a bug/s);
  });

  it('a working directory that is gone harms no command that does not need it', () => {
    const inGone = (args: string) =>
      shell(`mkdir ${root}/gone && cd ${root}/gone && rmdir ${root}/gone && blnet ${args}`);
    expect(inGone(`simulate ${build}`).status).toBe(0);
    expect(inGone(`compile ${small.spec} -o ${root}/new --calibration noise`).status).toBe(0);
    const run = inGone(`compile ${small.spec} -o new --calibration noise`);
    expect([run.status, run.stderr]).toEqual([EXIT.io, expect.stringContaining('BLN302')]);
    expect(inGone('simulate build').status).toBe(EXIT.io);
  });
});

describe('one writer at a time', () => {
  itWithTool(
    ['iverilog', 'make'],
    'two verifications: the second waits and says so, both are right',
    async () => {
      const verify = (...args: string[]) =>
        startCli(['verify', build, '--simulator', 'iverilog', '--json', ...args]);
      const runs = [verify('--frames', '2'), verify('--frames', '3')];
      const ends = await Promise.all(runs.map((r) => r.end));
      for (const [i, { code, stdout }] of ends.entries()) {
        expect(code).toBe(0);
        expect(JSON.parse(stdout)).toMatchObject({ ok: true, frames: i + 2 });
      }
      expect(
        ends.filter((e) => /^waiting: .*in use by blnet verify, process \d+/.test(e.stderr)),
      ).toHaveLength(1);
      expect(hidden(build)).toEqual([]);
    },
  );

  it('a compilation waits for a verification, or ends with an exit code of its own', async () => {
    const env = programs(HANGING);
    const verification = startCli(['verify', build], { env });
    await vi.waitUntil(() => logged().length === 3, 30_000);
    const before = readdirSync(build).sort();
    const args = ['compile', small.spec, '-o', build, '--calibration', 'noise'];
    const impatient = await startCli([...args, '--no-wait', '--json']).end;
    expect(impatient.code).toBe(EXIT.busy);
    expect(JSON.parse(impatient.stdout).error).toMatchObject({ code: 'BLN304', title: 'in use' });
    expect(readdirSync(build).sort()).toEqual(before);
    const patient = startCli(args);
    await vi.waitUntil(() => patient.text.stderr.includes('waiting: '), 30_000);
    verification.child.kill('SIGINT');
    expect((await verification.end).code).toBe(130);
    expect((await patient.end).code).toBe(0);
    expect(hidden(build)).toEqual([]);
    expect(existsSync(join(build, 'sim'))).toBe(false);
  });

  it('waiting can be interrupted', async () => {
    const env = programs(HANGING);
    const verification = startCli(['verify', build], { env });
    await vi.waitUntil(() => logged().length === 3, 30_000);
    const second = startCli(['verify', build], { env });
    await vi.waitUntil(() => second.text.stderr.includes('waiting: '), 30_000);
    second.child.kill('SIGTERM');
    expect((await second.end).code).toBe(143);
    verification.child.kill('SIGTERM');
    await verification.end;
    expect(hidden(build)).toEqual([]);
  });
});

describe('kills at random moments', () => {
  it.each([
    ['SIGKILL', 20],
    ['SIGINT', 10],
  ] as const)(
    '%s: the old or the new build is whole, the next run leaves no litter',
    async (signal, kills) => {
      const report = await killRuns({ cli: CLI, spec: KILL_SPEC, kills, seed: kills, signal });
      expect(report.faults).toEqual([]);
      expect(report.old).toBeGreaterThan(0);
    },
  );
});

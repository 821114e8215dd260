/** Completion scripts: bash answers as it would at the prompt; zsh and fish at least parse, where they are found. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { completionScript, SHELLS } from '../../src/cli/commands/completion.js';
import { createProgram } from '../../src/cli/main.js';
import { itWithTool } from '../support/tools.js';

const program = await createProgram();
const script = (shell: (typeof SHELLS)[number]): string => completionScript(program, shell);

/** What bash offers for the last of `words`. */
function complete(...words: string[]): string[] {
  const source = `${script('bash')}
COMP_WORDS=(${words.map((w) => `'${w}'`).join(' ')}); COMP_CWORD=${words.length - 1}
_blnet; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const result = spawnSync('bash', ['--norc'], { input: source, encoding: 'utf8' });
  expect(result.stderr).toBe('');
  return result.stdout.split('\n').filter((line) => line !== '');
}

describe.each(SHELLS)('the script for %s', (shell) => {
  it('knows every command and every long option', () => {
    const text = script(shell);
    for (const command of program.commands) {
      expect(text).toContain(command.name());
      for (const option of command.options) expect(text).toContain((option.long as string).slice(2));
    }
  });
});

describe('in bash', () => {
  it('offers commands', () => {
    expect(complete('blnet', 'comp')).toEqual(['compile', 'completion']);
    expect(complete('blnet', '').sort()).toEqual(
      [...program.commands.map((c) => c.name()), 'help', '--help', '--version'].sort(),
    );
  });

  it("offers the command's own options, in full", () => {
    const options = program.commands.find((c) => c.name() === 'simulate')?.options.map((o) => o.long);
    expect(complete('blnet', 'simulate', 'dir', '--').sort()).toEqual([...(options ?? []), '--help'].sort());
    expect(complete('blnet', 'simulate', '--fra')).toEqual(['--frames']);
  });

  it('offers the values of an option, and nothing where any number is legal', () => {
    expect(complete('blnet', 'compile', '--backend', '')).toEqual(['verilog', 'hls', 'both']);
    expect(complete('blnet', 'compile', '--part', 'xczu')).toEqual(['xczu3eg', 'xczu7ev']);
    expect(complete('blnet', 'simulate', '--frames', '')).toEqual([]);
    expect(complete('blnet', 'completion', '')).toEqual([...SHELLS]);
  });

  it('offers files where a path is due', () => {
    expect(complete('blnet', 'inspect', 'package.j')).toEqual(['package.json']);
    expect(complete('blnet', 'compile', '--config', 'package.j')).toEqual(['package.json']);
  });
});

/** fish wants a file. */
function parse(shell: string, text: string): { status: number | null; stderr: string } {
  const folder = mkdtempSync(join(tmpdir(), 'blnet-completion-'));
  writeFileSync(join(folder, 'script'), text);
  const { status, stderr } = spawnSync(shell, ['-n', join(folder, 'script')], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  return { status, stderr };
}

describe('other shells', () => {
  itWithTool(['zsh', 'fish'], 'parse their scripts', () => {
    for (const shell of ['zsh', 'fish'] as const) {
      expect([shell, parse(shell, script(shell))]).toEqual([shell, { status: 0, stderr: '' }]);
      expect(parse(shell, `${script(shell)}\necho '`).status, 'a planted fault').not.toBe(0);
    }
  });
});

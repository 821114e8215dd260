/** Text for the terminal: columns that fit, progress with the time left, colour only where somebody sees it. */
import { describe, expect, it, vi } from 'vitest';
import { colourLevel } from '../../src/cli/terminal/colour.js';
import { facts, table } from '../../src/cli/terminal/output.js';
import { Progress, timing } from '../../src/cli/terminal/progress.js';
import { wrap } from '../../src/cli/terminal/wrap.js';

const lengths = (text: string): number[] => text.split('\n').map((line) => line.length);
const NAME = 'm1_big_0_depthwise_conv_window_fifo_to_the_other_branch';

describe('tables', () => {
  it('break long names at their joints and lose nothing', () => {
    const rows = [
      [NAME, 'window', '1,234,567'],
      ['short', 'depthwise', '1'],
    ];
    const text = table(['block', 'kind', 'cycles>'], rows, 50);
    expect(Math.max(...lengths(text))).toBeLessThanOrEqual(50);
    const names = text.split('\n').map((line) => line.split(' ')[0]);
    expect(names.join('')).toContain(NAME);
    expect(text).toMatch(/ 1,234,567$/m);
  });

  it('stay as they are where there is room', () => {
    expect(table(['a', 'b>'], [['x', '10']], 80)).toBe('a   b\nx  10');
  });

  it('wrap facts under their value', () => {
    const text = facts([['key', 'word '.repeat(30).trim()]], 40);
    expect(Math.max(...lengths(text))).toBeLessThanOrEqual(40);
    expect(text.split('\n')[1]).toMatch(/^ {5}word/);
  });

  it('cut what has no joint, and keep options whole', () => {
    expect(wrap('x'.repeat(25), 10)).toEqual(['x'.repeat(10), 'x'.repeat(10), 'x'.repeat(5)]);
    expect(wrap('use --simulator iverilog', 12)).toEqual(['use', '--simulator', 'iverilog']);
  });
});

class FakeTerminal {
  isTTY = true;
  columns = 80;
  text = '';
  write(chunk: string): boolean {
    this.text += chunk;
    return true;
  }
  on(): void {}
  once(): void {}
  removeListener(): void {}
}

describe('progress', () => {
  const make = (json: boolean, isTTY = true) => {
    const terminal = Object.assign(new FakeTerminal(), { isTTY });
    return { terminal, progress: new Progress(json, terminal as unknown as NodeJS.WriteStream) };
  };

  it('counts with the time left, and clears itself', () => {
    const { terminal, progress } = make(false);
    progress.count('images', 0, 10);
    progress.count('images', 4, 10);
    progress.clear();
    expect(terminal.text).toMatch(/images \[.*\] 0\/10, .* left/);
    expect(terminal.text.endsWith('\r\u001b[K')).toBe(true);
  });

  it('tells a long stage in lines where there is no terminal', () => {
    vi.useFakeTimers();
    try {
      const { terminal, progress } = make(false, false);
      progress.stage('build RTL', () => 0.25);
      vi.advanceTimersByTime(14_000);
      expect(terminal.text).toBe('');
      vi.advanceTimersByTime(16_000);
      expect(terminal.text).toBe(
        'build RTL: 15 s, about 45 s left\nbuild RTL: 30 s, about 1 min 30 s left\n',
      );
      progress.clear();
      vi.advanceTimersByTime(60_000);
      expect(terminal.text.split('\n')).toHaveLength(3);
      const json = make(true, false);
      json.progress.stage('build RTL');
      vi.advanceTimersByTime(60_000);
      expect(json.terminal.text).toBe('');
    } finally {
      vi.useRealTimers();
    }
  });

  it('is silent with --json, and in short stages on a pipe', () => {
    for (const { terminal, progress } of [make(true), make(false, false)]) {
      progress.stage('a');
      progress.count('b', 1, 2);
      progress.clear();
      expect(terminal.text).toBe('');
    }
  });

  it('says how long a stage may still take once it knows', () => {
    expect(timing(3000, undefined)).toBe(' 3 s');
    expect(timing(30_000, 0.25)).toBe(' 30 s, about 1 min 30 s left');
    expect(timing(3000, 0.01)).toBe(' 3 s');
  });
});

describe('colour', () => {
  it('is off under NO_COLOR, even when forced; an empty NO_COLOR does not count', () => {
    expect(colourLevel({ NO_COLOR: '1', FORCE_COLOR: '3' }, 3)).toBe(0);
    expect(colourLevel({ NO_COLOR: '' }, 2)).toBe(2);
    expect(colourLevel({}, 1)).toBe(1);
  });
});

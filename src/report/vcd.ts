/**
 * Value change dumps (IEEE 1364-2005, section 18) of stream handshakes. Names and scopes are those of Verilator's own
 * dump of the generated top module, so that a viewer's saved list of signals fits simulator and RTL alike.
 */
import type { Hardware, Stream } from '../ir/hardware.js';
import type { Window } from '../sim/trace-window.js';

/** Cycle c is the time from 10c to 10c + 10 ns; it begins with the rising edge. */
const PERIOD = 10;

/** Short identifier code of variable n: printable characters, ! to ~. */
export function identifier(n: number): string {
  let code = '';
  for (let rest = n; ; rest = Math.floor(rest / 94) - 1) {
    code = String.fromCharCode(33 + (rest % 94)) + code;
    if (rest < 94) return code;
  }
}

/** `windows` ascending and apart; between them the signals are unknown (x), the clock included. */
export function handshakesVcd(hw: Hardware, windows: readonly Window[], version: string): string {
  const clock = identifier(0);
  const validOf = (s: number): string => identifier(1 + 2 * s);
  const readyOf = (s: number): string => identifier(2 + 2 * s);
  const lines = [
    `$version blnet ${version} $end`,
    '$timescale 1ns $end',
    '$scope module TOP $end',
    `$scope module ${hw.name} $end`,
    `$var wire 1 ${clock} clk $end`,
  ];
  hw.streams.forEach((stream: Stream, s) => {
    lines.push(`$var wire 1 ${validOf(s)} ${stream.name}_tvalid $end`);
    lines.push(`$var wire 1 ${readyOf(s)} ${stream.name}_tready $end`);
  });
  lines.push('$upscope $end', '$upscope $end', '$enddefinitions $end');
  const known = new Map<string, string>();
  const set = (code: string, value: string, changes: string[]): void => {
    if (known.get(code) === value) return;
    known.set(code, value);
    changes.push(`${value}${code}`);
  };
  const unknown = (time: number): void => {
    const changes: string[] = [];
    set(clock, 'x', changes);
    hw.streams.forEach((_, s) => {
      set(validOf(s), 'x', changes);
      set(readyOf(s), 'x', changes);
    });
    if (changes.length > 0) lines.push(`#${time}`, ...changes);
  };
  if ((windows[0]?.from ?? 1) > 0) unknown(0);
  windows.forEach((w, i) => {
    for (let cycle = w.from; cycle < w.to; cycle++) {
      const changes: string[] = [];
      set(clock, '1', changes);
      const row = cycle - w.from;
      hw.streams.forEach((_, s) => {
        set(validOf(s), `${w.valid[row]?.[s] ?? 'x'}`, changes);
        set(readyOf(s), `${w.ready[row]?.[s] ?? 'x'}`, changes);
      });
      lines.push(`#${cycle * PERIOD}`, ...changes, `#${cycle * PERIOD + PERIOD / 2}`, `0${clock}`);
      known.set(clock, '0');
    }
    if (windows[i + 1]?.from !== w.to) unknown(w.to * PERIOD);
  });
  return `${lines.join('\n')}\n`;
}

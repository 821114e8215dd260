/** Handshakes of the RTL in chosen cycles, as its testbench writes them down. */
import { join } from 'node:path';
import { BlnetError } from '../../diagnostics.js';
import type { Span, Window } from '../../sim/trace-window.js';
import { noteFiles } from '../build/mark.js';
import { readText, writeFiles } from '../files.js';
import { type RtlRequest, type RtlResult, runRtl } from './rtl-simulation.js';

/** Bit s of a hexadecimal number whose last digit holds streams 0 to 3. */
export function bitsOf(hex: string, count: number): Uint8Array {
  const bits = new Uint8Array(count);
  for (let s = 0; s < count; s++) {
    const digit = hex[hex.length - 1 - (s >> 2)];
    // Before reset is through, Icarus knows an x; it is as good as 0 to a reader.
    bits[s] = digit === undefined ? 0 : (Number.parseInt(digit, 16) >> (s & 3)) & 1;
  }
  return bits;
}

/** Overlapping spans as few that are apart, in order: what the testbench takes. */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const merged: { from: number; to: number }[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else merged.push({ ...span });
  }
  return merged;
}

/** Windows in the order of `spans`. Errors: those of `runRtl`; BLN402 when the testbench left cycles out. */
export async function traceRtl(
  request: RtlRequest,
  spans: readonly Span[],
): Promise<{ readonly windows: Window[]; readonly result: RtlResult }> {
  const merged = mergeSpans(spans);
  const sim = join(request.folder, 'sim');
  const files = new Map([['sim/windows.txt', merged.map((s) => `${s.from} ${s.to}\n`).join('')]]);
  writeFiles(request.folder, files);
  noteFiles(request.folder, files);
  const result = await runRtl({ ...request, windows: 'sim/windows.txt' });
  const rows = new Map<number, { valid: Uint8Array; ready: Uint8Array }>();
  const count = request.hardware.streams.length;
  for (const line of readText(join(sim, 'windows.log')).trim().split('\n')) {
    const [cycle, valid, ready] = line.split(' ') as [string, string, string];
    rows.set(Number(cycle), { valid: bitsOf(valid, count), ready: bitsOf(ready, count) });
  }
  const windows = spans.map((span) => {
    const cycles = Array.from({ length: span.to - span.from }, (_, i) => span.from + i);
    const found = cycles.map((c) => {
      const row = rows.get(c);
      if (row) return row;
      throw new BlnetError('BLN402', {
        where: 'testbench',
        found: `it wrote nothing of cycle ${c}`,
        hint: 'ask for a window within the run, or for more frames',
      });
    });
    return { ...span, valid: found.map((r) => r.valid), ready: found.map((r) => r.ready) };
  });
  return { windows, result };
}

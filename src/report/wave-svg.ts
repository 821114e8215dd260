/**
 * Handshakes as a timing diagram: WaveDrom draws, on one axis of cycles; one band where simulator and RTL agree, else one above
 * the other. The SVG stands alone, in
 * a file or as an image of a page, and follows the reader's light or dark scheme.
 */
import wavedrom from 'wavedrom';
import narrow from 'wavedrom/skins/narrow.js';
import type { Hardware } from '../ir/hardware.js';
import type { Window } from '../sim/trace-window.js';
import { escapeHtml } from '../text/html.js';
import { identifier } from '../text/words.js';
import type { WaveEvent } from './wave-events.js';

type Node = string | Record<string, unknown> | unknown[];

/** WaveDrom writes black on nothing; these stand behind its own rules. */
const STYLE = `
text{font:13px Helvetica,Arial,sans-serif;fill:#1b1f24}
.info{fill:#0b57d0}.muted{fill:#57606a}
@media (prefers-color-scheme:dark){
svg{background:#14181d}rect{fill:#14181d!important}
text{fill:#e6edf3}.info{fill:#8ab4f8}.muted{fill:#9aa4af;stroke:none}
.s1,.s2,.s3,.s4{stroke:#e6edf3;color:#e6edf3}.s6{fill:#e6edf3}
.s8{fill:#6b5a12}.s9{fill:#8a3b12}
[id^=gmark]{stroke:#5b6672!important}[id^=group_]{stroke:#8ab4f8!important}
}
@media print{svg{background:none}}`;

/** '0', '1' and '.' for the same as before, as WaveDrom wants it. */
export function waveOf(bits: readonly number[]): string {
  return bits.map((bit, i) => (i > 0 && bits[i - 1] === bit ? '.' : `${bit}`)).join('');
}

const column = (rows: readonly Uint8Array[], s: number): number[] => rows.map((row) => row[s]);

/** Cycles (from the window's start) in which the two differ on any of the streams. */
export function differingCycles(a: Window, b: Window, streams: readonly number[]): number[] {
  const differ = (row: number): boolean =>
    streams.some((s) => a.valid[row]?.[s] !== b.valid[row]?.[s] || a.ready[row]?.[s] !== b.ready[row]?.[s]);
  return a.valid.map((_, row) => row).filter(differ);
}

function lanes(hw: Hardware, event: WaveEvent, w: Window): unknown[] {
  return event.streams.flatMap((s, i) => {
    // WaveDrom and onml set texts as markup, as they are.
    const name = identifier(hw.streams[s].name).in('html');
    const pair = [
      { name: `${name}_tvalid`, wave: waveOf(column(w.valid, s)) },
      { name: `${name}_tready`, wave: waveOf(column(w.ready, s)) },
    ];
    return i === 0 ? pair : [{}, ...pair];
  });
}

/** `rtl` null: the simulator alone. */
export function waveSvg(hw: Hardware, event: WaveEvent, simulator: Window, rtl: Window | null): string {
  const different = rtl ? differingCycles(simulator, rtl, event.streams) : [];
  const bricks = (row: (i: number) => boolean, colour: string): string =>
    simulator.valid.map((_, i) => (row(i) ? colour : 'z')).join('');
  const source = {
    signal: [
      { name: 'event', wave: bricks((row) => row === event.cycle - event.span.from, '3') },
      {},
      // Where both agree there is one thing to show.
      [rtl && different.length === 0 ? 'simulator = RTL' : 'simulator', ...lanes(hw, event, simulator)],
      ...(rtl && different.length > 0 ? [{}, ['RTL', ...lanes(hw, event, rtl)]] : []),
      ...(different.length > 0
        ? [{}, { name: 'differs', wave: bricks((row) => different.includes(row), '4') }]
        : []),
    ],
    head: {
      text: `${escapeHtml(event.title)}: ${identifier(hw.name).in('html')}`,
      tick: event.span.from,
      every: 4,
    },
    config: { skin: 'narrow', hscale: 1 },
  };
  const tree = wavedrom.renderAny(0, source, { ...wavedrom.waveSkin, ...narrow });
  return finish(tree as unknown as unknown[], `${event.title}. ${event.story}`);
}

/** Half of the last tick's number, which stands on the right edge. */
const TICK_MARGIN = 28;

function widened(attributes: Record<string, unknown>): Record<string, unknown> {
  const width = Number(attributes.width) + TICK_MARGIN;
  return { width, viewBox: `0 0 ${width} ${attributes.height}` };
}

/** Drops what the skin brings but the drawing does not use, adds our colours and a text for those who cannot see. */
function finish(tree: unknown[], label: string): string {
  const used = new Set<string>();
  const visit = (node: Node): void => {
    if (!Array.isArray(node)) return;
    const attributes = node[1] as Record<string, unknown> | undefined;
    const href = attributes && typeof attributes === 'object' && attributes['xlink:href'];
    if (typeof href === 'string') used.add(href.slice(1));
    for (const child of node) visit(child as Node);
  };
  visit(tree);
  const [, attributes, ...children] = tree as [string, Record<string, unknown>, ...unknown[][]];
  Object.assign(attributes, { role: 'img', 'aria-label': escapeHtml(label), ...widened(attributes) });
  const kept = children.map((child) => {
    if (child[0] === 'style') return [...child, STYLE];
    if (child[0] !== 'defs') return child;
    return child.filter((d) => !Array.isArray(d) || used.has((d[1] as { id: string }).id));
  });
  return `${wavedrom.onml.stringify(['svg', attributes, ...kept])}\n`;
}

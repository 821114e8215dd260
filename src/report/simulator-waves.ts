/** Moments of two frames as drawings, by the cycle simulator alone: what a report shows before RTL has run. */
import type { KindTable } from '../ir/block-kind.js';
import type { Hardware } from '../ir/hardware.js';
import { NO_STALLS } from '../sim/stimulus.js';
import { traceWindows } from '../sim/trace-window.js';
import type { ReportWave } from './report-data.js';
import { chooseEvents, EVENTS } from './wave-events.js';
import { waveSvg } from './wave-svg.js';

const FRAMES = 2;
const CYCLES = 40;

export interface DrawnWave {
  readonly summary: ReportWave;
  readonly svg: string;
}

export function simulatorWaves(kinds: KindTable, hw: Hardware, clockMhz: number): DrawnWave[] {
  const request = { frames: FRAMES, stalls: NO_STALLS, wanted: EVENTS, width: CYCLES };
  const events = chooseEvents(kinds, hw, clockMhz, request);
  const spans = events.map((e) => e.span);
  const windows = traceWindows(kinds, hw, { frames: FRAMES, stalls: NO_STALLS, spans });
  return events.map((event, i) => {
    const { name, title, story, cycle, span } = event;
    const summary = { name, title, story, cycle, ...span, rtl: null };
    return { summary, svg: waveSvg(hw, event, windows[i], null) };
  });
}

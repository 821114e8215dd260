/**
 * Explains a deadlock: at which join the branches wait for each other, which FIFO is too shallow, from which cycle on,
 * and how deep it must be.
 */
import { BlnetError, type DiagnosticDetail } from '../diagnostics.js';
import type { KindTable } from '../ir/block-kind.js';
import { isQueue } from '../ir/block-timing.js';
import type { Block, Hardware } from '../ir/hardware.js';
import { bind } from '../kinds/index.js';
import type { Deadlock } from './engine.js';
import { simulateFast } from './fast-engine.js';
import { SteadyStateMeter } from './steady-state.js';

/** A join that has a beat on one side and waits for the other. */
interface StuckJoin {
  readonly join: Block;
  /** Block that offers the beat nobody takes, and the one that should send. */
  readonly ahead: Block | undefined;
  readonly behind: Block | undefined;
}

function stuckJoins(hw: Hardware, waiting: ReadonlySet<string>): StuckJoin[] {
  const producer = (stream: number) => hw.blocks.find((b) => b.outputs.includes(stream));
  const offers = (stream: number) => waiting.has(hw.streams[stream].name);
  return hw.blocks.flatMap((join) => {
    const full = join.inputs.find(offers);
    const empty = join.inputs.find((s) => !offers(s));
    if (full === undefined || empty === undefined) return [];
    return [{ join, ahead: producer(full), behind: producer(empty) }];
  });
}

/** What to say of a deadlock of this hardware; `where` is the FIFO, or the join that lacks one. */
export function explainDeadlock(kinds: KindTable, hw: Hardware, deadlock: Deadlock): DiagnosticDetail {
  const since = `nothing moves from cycle ${deadlock.cycle} on, after ${deadlock.outputBeats} of ${deadlock.expectedBeats} output beats`;
  const stuck = stuckJoins(hw, new Set(deadlock.waiting));
  const shallow = stuck.find(({ ahead }) => ahead && isQueue(bind(kinds, ahead).timing()));
  if (shallow?.ahead) {
    const { join, ahead, behind } = shallow;
    const { depth } = ahead.params as { readonly depth: number };
    const enough = placesNeeded(kinds, hw, ahead);
    return {
      where: ahead.name,
      found: `${since}: the FIFO is full with ${depth} ${depth === 1 ? 'beat' : 'beats'} while ${join.name} waits for ${behind?.name ?? 'its other input'}`,
      need: enough === null ? 'a deeper FIFO' : `a depth of ${enough} beats at full rate`,
      hint: 'compile again, so that the depths fit the folding, or set this depth by hand',
    };
  }
  const bare = stuck[0];
  if (bare) {
    return {
      where: bare.join.name,
      found: `${since}: ${bare.join.name} has a beat from ${bare.ahead?.name ?? 'the input'} and waits for ${bare.behind?.name ?? 'the input'}`,
      need: 'a FIFO between the two branches and their join',
      hint: `put a FIFO behind ${bare.ahead?.name ?? 'the input'}`,
    };
  }
  return {
    where: hw.name,
    found: `${since}; offered but not taken: ${deadlock.waiting.join(', ')}`,
    hint: 'this hardware graph was not made by blnet, or it is a bug: please report it with the model and the command',
  };
}

/** Places that one FIFO needs when all FIFOs are without limit; null when it deadlocks all the same. */
function placesNeeded(kinds: KindTable, hw: Hardware, fifo: Block): number | null {
  const unlimited = new Map(
    hw.blocks.flatMap((b, i) => (isQueue(bind(kinds, b).timing()) ? [[i, 2 ** 24] as const] : [])),
  );
  const meter = new SteadyStateMeter(kinds, hw);
  const open = meter.measure(unlimited);
  if (open.isDeadlocked) return null;
  const paced = meter.measure(unlimited, Math.ceil(open.intervalCycles));
  return paced.places[hw.blocks.indexOf(fifo)];
}

/** The error for hardware that is known to deadlock without stalls. */
export function deadlockError(kinds: KindTable, hw: Hardware): BlnetError {
  const { deadlock } = simulateFast(kinds, hw, { frames: 2 });
  if (!deadlock) return new BlnetError('BLN502', { where: hw.name, found: 'it deadlocks after two frames' });
  return new BlnetError('BLN502', explainDeadlock(kinds, hw, deadlock));
}

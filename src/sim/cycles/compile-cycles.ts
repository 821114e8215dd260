/**
 * Hardware graph → WebAssembly that steps it, a cycle at a time, from the declared timing of every block
 * (`ir/block-timing.ts`). It knows nothing of results: `fast-engine.ts` runs it.
 *
 * Every handshake depends on registered state only: `count` of the producer's output FIFO and the consumer's own. So
 * one pass in reverse topological order does a cycle: a block decides its inputs' handshakes from counts that its
 * producers have not moved yet, finds those of its outputs decided, and moves over the clock edge at once.
 */

import type { KindTable } from '../../ir/block-kind.js';
import type { Hardware } from '../../ir/hardware.js';
import { bind } from '../../kinds/index.js';
import { type Code, ModuleBuilder, sequence } from '../wasm/encode.js';
import { compileModule } from '../wasm/host.js';
import { MemoryPlan } from '../wasm/memory-plan.js';
import { call, i32, loopWhile, when } from '../wasm/ops.js';
import {
  add,
  type ControlCells,
  emitFire,
  emitOffer,
  FIRED,
  get,
  OUTPUT_ENTRIES,
  planControl,
  put,
  type Recording,
  type SinkCells,
  type SourceCells,
  type StreamCells,
} from './cells.js';
import { type BlockCells, emitBlock, planBlock } from './emit-block.js';

export interface CycleProgram {
  readonly module: object;
  readonly recording: Recording;
  readonly plan: MemoryPlan;
  /** All state of streams and blocks is in the first bytes of the memory. */
  readonly stateBytes: number;
  readonly streams: readonly StreamCells[];
  readonly blocks: readonly BlockCells[];
  /** Initial places of each FIFO, less 1, by block; 0 where there is none. */
  readonly spaces: readonly number[];
  readonly control: ControlCells;
}

/** Blocks per function: enough that calls cost nothing, few enough that the optimizer takes each one. */
const GROUP = 12;

/** One step of a xorshift32 generator (`stimulus.ts`); 1 if its low byte is below the threshold. */
const stirred = (state: number): Code => {
  const stir = (by: Code) => put(state, i32.xor(get(state), by));
  return sequence(
    stir(i32.shl(get(state), i32.const(13))),
    stir(i32.shrUnsigned(get(state), i32.const(17))),
    stir(i32.shl(get(state), i32.const(5))),
  );
};
const pauses = (state: number, threshold: number): Code =>
  i32.lt(i32.and(get(state), i32.const(0xff)), get(threshold));

/** Offers the next beat when it is due and the source does not pause. */
function emitSource(c: ControlCells, source: SourceCells, input: StreamCells): Code {
  const due = i32.ge(
    get(c.cycle),
    i32.add(get(source.dueCycle), i32.gt(get(source.dueRemainder), i32.const(0))),
  );
  const wanted = i32.and(i32.eqz(get(input.count)), i32.gt(get(source.toSend), i32.const(0)));
  const offers = i32.and(i32.and(wanted, due), i32.eqz(pauses(source.random, source.pause)));
  return sequence(stirred(source.random), when(offers, put(input.count, i32.const(1))));
}

/** Source after a handshake: counts, end of frame, due time of the next beat. Frames are those of the first one. */
function emitSent(
  c: ControlCells,
  source: SourceCells,
  input: StreamCells,
  beatsPerFrame: number,
  isFirst: boolean,
): Code {
  const frame = i32.const(beatsPerFrame);
  const begins = when(i32.eq(get(source.leftOfFrame), frame), put(c.frameFirst, get(c.cycle)));
  return sequence(
    put(input.count, i32.const(0)),
    add(source.toSend, -1),
    isFirst ? begins : [],
    add(source.leftOfFrame, -1),
    when(
      i32.eqz(get(source.leftOfFrame)),
      sequence(put(source.leftOfFrame, frame), isFirst ? put(c.stop, i32.const(1)) : []),
    ),
    add(source.dueCycle, get(source.paceCycle)),
    add(source.dueRemainder, get(source.paceRemainder)),
    when(
      i32.ge(get(source.dueRemainder), frame),
      sequence(add(source.dueRemainder, -beatsPerFrame), add(source.dueCycle, 1)),
    ),
  );
}

/** Takes an offered output beat unless the sink pauses. */
function emitSink(
  c: ControlCells,
  sink: SinkCells,
  output: StreamCells,
  fire: (s: StreamCells) => Code,
): Code {
  const takes = i32.and(i32.gt(get(output.count), i32.const(0)), i32.eqz(pauses(sink.random, sink.pause)));
  return sequence(
    stirred(sink.random),
    when(
      takes,
      sequence(
        put(output.count, i32.or(get(output.count), i32.const(FIRED))),
        fire(output),
        i32.store(i32.shl(get(sink.outputs), i32.const(2)), get(c.cycle), sink.outputBuffer),
        add(sink.outputs, 1),
        add(sink.toReceive, -1),
        when(
          i32.or(i32.eqz(get(sink.toReceive)), i32.ge(get(sink.outputs), i32.const(OUTPUT_ENTRIES))),
          put(c.stop, i32.const(1)),
        ),
      ),
    ),
  );
}

export function compileCycles(kinds: KindTable, hw: Hardware, recording: Recording): CycleProgram {
  const plan = new MemoryPlan();
  const counts = hw.streams.map(() => plan.word());
  const planned = hw.blocks.map((b) => planBlock(plan, b, bind(kinds, b).timing()));
  const stateBytes = plan.size;
  const streams = hw.streams.map((_, index): StreamCells => {
    const word = () => plan.word();
    return { index, count: counts[index], beats: word(), offered: word(), hash: word() };
  });
  const blocks = hw.blocks.map(
    (): BlockCells => ({ busy: plan.word(), blocked: plan.word(), peak: plan.word(), refused: plan.word() }),
  );
  const spaces = planned.map((b) => b.queue?.space ?? 0);
  const control = planControl(plan, recording, hw);

  const module = new ModuleBuilder();
  const record = {
    fire: (s: StreamCells): Code => emitFire(s, control, recording, streams.length),
    offer: (s: StreamCells): Code => emitOffer(s, recording),
    busy: recording.activity === true,
  };
  const groups = [];
  for (let end = planned.length; end > 0; end -= GROUP) {
    const f = module.add();
    const local = () => f.local('i32');
    const first = Math.max(0, end - GROUP);
    const mostInputs = Math.max(...planned.slice(first, end).map((b) => b.intakes.length));
    const taken = Array.from({ length: mostInputs }, local);
    const scratch = { open: local(), issues: local(), push: local(), word: local(), taken };
    for (let i = end - 1; i >= first; i--) {
      f.emit(emitBlock(plan, planned[i], blocks[i], streams, scratch, record));
    }
    groups.push(f);
  }
  const sent = control.sources.map((source, k) => {
    const input = streams[source.stream];
    const { beatsPerFrame } = hw.streams[source.stream];
    return when(
      i32.ge(get(input.count), i32.const(FIRED)),
      emitSent(control, source, input, beatsPerFrame, k === 0),
    );
  });
  const goesOn = i32.and(i32.lt(get(control.cycle), get(control.until)), i32.eqz(get(control.stop)));
  module
    .add('run')
    .emit(
      loopWhile(
        sequence(
          ...control.sources.flatMap((source) => [
            emitSource(control, source, streams[source.stream]),
            emitOffer(streams[source.stream], recording),
          ]),
          ...control.sinks.map((sink) => emitSink(control, sink, streams[sink.stream], record.fire)),
          ...groups.map(call),
          ...sent,
          add(control.cycle, 1),
        ),
        goesOn,
      ),
    );
  return {
    module: compileModule(module.encode()),
    recording,
    plan,
    stateBytes,
    streams,
    blocks,
    spaces,
    control,
  };
}

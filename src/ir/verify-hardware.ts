/**
 * The invariants of a hardware graph, checked before anything is made of it: names, one producer and one consumer per
 * stream, blocks in topological order, every block legal, and beats that look alike at both ends of every stream.
 */
import { type DiagnosticDetail, REPORT_BUG, refuseProblems } from '../diagnostics.js';
import type { BlockKind, KindTable } from './block-kind.js';
import type { Port } from './block-ports.js';
import { type Block, type Hardware, inputsOf, type KindName, outputsOf, type Stream } from './hardware.js';
import { isIdentifier } from './identifiers.js';
import { rangeOf } from './quant-graph.js';
import { VERILOG_KEYWORDS } from './verilog-keywords.js';

const isIndex = (i: number, length: number): boolean => Number.isInteger(i) && i >= 0 && i < length;

const isVerilogName = (id: string): boolean => isIdentifier(id) && !VERILOG_KEYWORDS.has(id.toLowerCase());

/** Names are Verilog identifiers, told apart without regard to case. */
function nameProblems(hw: Hardware): DiagnosticDetail[] {
  const problems: DiagnosticDetail[] = [];
  const taken = new Map<string, string>();
  const name = (what: string, id: string): void => {
    const where = `${what} ${JSON.stringify(id)}`;
    if (!isVerilogName(id)) problems.push({ where, found: 'its name is no Verilog identifier' });
    const other = taken.get(id.toLowerCase());
    if (other !== undefined) problems.push({ where, found: `${other} has the same name` });
    taken.set(id.toLowerCase(), where);
  };
  if (!isVerilogName(hw.name)) {
    const where = `design ${JSON.stringify(hw.name)}`;
    problems.push({ where, found: 'its name is no Verilog identifier' });
  }
  for (const b of hw.blocks) name('block', b.name);
  for (const s of hw.streams) name('stream', s.name);
  for (const e of hw.ends) name('end', e.port);
  return problems;
}

function formatProblems(hw: Hardware): DiagnosticDetail[] {
  return hw.streams.flatMap((s) => {
    const counts = { lanes: s.lanes, bits: s.bits, beatsPerFrame: s.beatsPerFrame };
    return Object.entries(counts)
      .filter(([, value]) => !(Number.isSafeInteger(value) && value >= 1))
      .map(([key, value]) => ({ where: `stream ${s.name}`, found: `${key} is ${value}` }));
  });
}

/** Every stream has one producer before its one consumer; the design's own ends count as the outer halves. */
function wiringProblems(hw: Hardware): DiagnosticDetail[] {
  const { streams } = hw;
  const problems: DiagnosticDetail[] = [];
  const producers = new Map<number, string>();
  const consumers = new Map<number, string>();
  const claim = (ends: Map<number, string>, stream: number, who: string, role: string): void => {
    if (!isIndex(stream, streams.length)) {
      problems.push({ where: who, found: `there is no stream ${stream}` });
      return;
    }
    const other = ends.get(stream);
    if (other !== undefined)
      problems.push({ where: `stream ${streams[stream].name}`, found: `${other} and ${who} ${role} it` });
    ends.set(stream, who);
  };
  for (const e of inputsOf(hw)) claim(producers, e.stream, `the end ${e.port}`, 'feed');
  for (const b of hw.blocks) {
    for (const s of b.inputs) {
      claim(consumers, s, `block ${b.name}`, 'take from');
      if (isIndex(s, streams.length) && !producers.has(s)) {
        const later = hw.blocks.some((other) => other.outputs.includes(s));
        const found = later
          ? `its input ${streams[s].name} comes from a block that is not before it: a circle, or blocks out of order`
          : `nothing feeds its input ${streams[s].name}`;
        problems.push({ where: `block ${b.name}`, found });
      }
    }
    for (const s of b.outputs) claim(producers, s, `block ${b.name}`, 'feed');
  }
  for (const e of outputsOf(hw)) claim(consumers, e.stream, `the end ${e.port}`, 'take from');
  const ends = new Set(outputsOf(hw).map((e) => e.stream));
  streams.forEach((s, i) => {
    const where = `stream ${s.name}`;
    if (!producers.has(i) && !consumers.has(i)) problems.push({ where, found: 'no block has it' });
    else if (!consumers.has(i))
      problems.push({ where, found: `nothing takes what ${producers.get(i)} sends` });
    else if (!producers.has(i) && ends.has(i)) problems.push({ where, found: 'nothing feeds it' });
  });
  return problems;
}

const kindOf = (kinds: KindTable, b: Block): BlockKind<KindName> | undefined =>
  // The table pairs each name with its own parameters; TypeScript cannot follow that through an index.
  Object.hasOwn(kinds, b.params.kind) ? (kinds[b.params.kind] as BlockKind<KindName>) : undefined;

const formatText = (f: {
  readonly lanes: number;
  readonly bits: number;
  readonly signed?: boolean;
}): string => `${f.lanes} x ${f.signed === undefined ? '' : f.signed ? 'int' : 'uint'}${f.bits}`;

/** What is wrong at one end of a stream, in words; null when beats are what the block says. */
function portProblem(s: Stream, port: Port): string | null {
  const sameSign = port.signed === undefined || port.signed === s.signed;
  if (port.lanes !== s.lanes || port.bits !== s.bits || !sameSign)
    return `beats of ${formatText(s)}, the block has ${formatText(port)}`;
  if (port.beats !== s.beatsPerFrame) return `${s.beatsPerFrame} beats a frame, the block has ${port.beats}`;
  const [lo, hi] = rangeOf(s);
  if (port.values && (port.values[0] < lo || port.values[1] > hi))
    return `values of ${lo}..${hi}, the block sends ${port.values[0]}..${port.values[1]}`;
  return null;
}

function endProblems(hw: Hardware, b: Block, kind: BlockKind<KindName>): DiagnosticDetail[] {
  const { inputs, outputs } = kind.ports(b.params as never);
  const where = `block ${b.name}`;
  if (inputs.length !== b.inputs.length || outputs.length !== b.outputs.length) {
    const found = `${b.inputs.length} inputs and ${b.outputs.length} outputs`;
    return [{ where, found, need: `${inputs.length} and ${outputs.length}` }];
  }
  const ends = [
    ...inputs.map((port, i) => [hw.streams[b.inputs[i]], port] as const),
    ...outputs.map((port, i) => [hw.streams[b.outputs[i]], port] as const),
  ];
  const problems = ends.flatMap(([stream, port]) => {
    const found = portProblem(stream, port);
    return found === null ? [] : [{ where: `stream ${stream.name} at ${b.name}`, found }];
  });
  const moved = ends.filter(([, p]) => p.signed === undefined && p.values === undefined).map(([s]) => s);
  if (moved.some((s) => s.signed !== moved[0].signed))
    problems.push({ where, found: `${moved.map((s) => s.name).join(', ')} differ in sign` });
  return problems;
}

/** All that is wrong, most telling first; empty for hardware that can be built. */
export function hardwareProblems(kinds: KindTable, hw: Hardware): DiagnosticDetail[] {
  const illegal = hw.blocks.flatMap((b): DiagnosticDetail[] => {
    const where = `block ${b.name}`;
    const kind = kindOf(kinds, b);
    if (!kind) return [{ where, found: `unknown kind ${JSON.stringify(b.params.kind)}` }];
    return kind.check(b.params as never).map((found) => ({ where, found }));
  });
  const wrong = [...nameProblems(hw), ...formatProblems(hw), ...wiringProblems(hw), ...illegal];
  if (wrong.length > 0) return wrong;
  return hw.blocks.flatMap((b) => endProblems(hw, b, kindOf(kinds, b) as BlockKind<KindName>));
}

/** Returns the hardware. Errors: BLN901, since our own passes made it. */
export function verifyHardware(kinds: KindTable, hw: Hardware): Hardware {
  refuseProblems('BLN901', hardwareProblems(kinds, hw), REPORT_BUG);
  return hw;
}

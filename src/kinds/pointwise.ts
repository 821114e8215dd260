/**
 * Matrix-vector engine: per pixel, `foldOut` passes over a vector of `foldIn` words, `pe` x `simd` products a cycle.
 * The vector is kept in a two-vector buffer, so the next pixel arrives while this one is computed.
 */
import type { BlockKind, HlsBinding, HlsCall, MemoryImage } from '../ir/block-kind.js';
import { checkCounts } from '../ir/block-ports.js';
import type { PointwiseParams } from '../ir/hardware.js';
import { pointwiseBill } from './bills/pointwise.js';
import {
  chainFits,
  LONGEST_LATENCY,
  laneImages,
  MOST_LANES,
  macLatency,
  pairedOutputs,
  storedWeights,
} from './engine.js';
import { engineProcesses, SHALLOW, withFirst } from './hls.js';
import { type MacTiming, macStages } from './pipeline.js';
import { checkRequant, requantImage, requantPort, requantStages, scaleParameters } from './requant.js';

const macTiming = (p: PointwiseParams): MacTiming => ({
  macStages: macLatency(p.simd, p.engine.chain),
  beats: p.pe / p.lanesOut,
  beatCycles: Math.max(1, p.engine.scaleCycles),
  round: p.beatsOut,
  requantStages: requantStages(p.requant, p.engine.scaleCycles) + 1,
});

function weightImages(p: PointwiseParams): MemoryImage[] {
  const { pe, simd } = p;
  const stored = storedWeights(p, pairedOutputs(p.engine));
  return laneImages(
    simd,
    p.foldIn * p.foldOut,
    pe,
    p.weightBits,
    (word, output, lane) => stored[(word * pe + output) * simd + lane],
  );
}

/** Narrow beats are joined by a process of their own; from there on the function is as the RTL module. */
function hlsBinding(p: PointwiseParams): HlsBinding {
  const { engine } = p;
  const weights = storedWeights(p, pairedOutputs(p.engine));
  const mac: HlsCall = {
    function: 'blnet_pointwise',
    parameters: [
      ['PIXELS', p.pixels],
      ['SIMD', p.simd],
      ['FOLD_IN', p.foldIn],
      ['PE', p.pe],
      ['FOLD_OUT', p.foldOut],
      ['PE_DSP', engine.peDsp],
      ['PACK_SHIFT', engine.packShift],
      ['CHAIN', engine.chain],
      ['X_BITS', p.xBits],
      ['X_SIGNED', p.xSigned ? 1 : 0],
      ['W_BITS', p.weightBits],
      ['ACC_BITS', p.requant.accBits],
    ],
    roms: [
      {
        name: 'weights',
        bits: p.weightBits,
        signed: true,
        lanes: p.pe * p.simd,
        block: engine.weightBlock,
        values: weights,
      },
    ],
  };
  const processes = engineProcesses(mac, { ...p, scaleCycles: engine.scaleCycles });
  // The function keeps one vector; the channel holds the next one while passes go over it.
  const depth = p.foldOut > 1 ? Math.max(SHALLOW, p.foldIn) : SHALLOW;
  if (p.lanesIn === p.simd) return { ...processes, inputDepth: depth };
  const join: HlsCall = {
    function: 'blnet_width_up',
    parameters: [
      ['PIXELS', p.pixels],
      ['IN_BITS', p.lanesIn * p.xBits],
      ['RATIO', p.simd / p.lanesIn],
      ['GROUPS_IN', p.beatsIn],
    ],
    roms: [],
  };
  return withFirst(join, { name: 'words', bits: p.simd * p.xBits, depth }, processes);
}

export const pointwise: BlockKind<'pointwise'> = {
  kind: 'pointwise',
  summary: 'Matrix-vector engine with PE x SIMD lanes: 1x1 convolutions, stem and classifier.',
  check: (p) => {
    const problems = [
      ...checkCounts(p, ['pixels', 'lanesIn', 'beatsIn', 'simd', 'foldIn', 'pe', 'foldOut', 'lanesOut']),
      ...checkCounts(p, ['beatsOut', 'xBits']),
      ...checkCounts(p, ['weightBits'], 2),
      ...checkCounts(p.engine, ['peDsp', 'packShift', 'scaleCycles'], 0),
      ...checkCounts(p.engine, ['chain']),
      ...checkRequant(p.requant, { ...p.requantRom, entries: p.beatsOut * p.lanesOut }),
    ];
    if (problems.length > 0) return problems;
    const { peDsp, packShift, chain, scaleCycles } = p.engine;
    if (p.pe % p.lanesOut !== 0) problems.push(`${p.lanesOut} output lanes do not divide ${p.pe} PEs`);
    if ((p.pe / p.lanesOut) * Math.max(1, scaleCycles) > p.foldIn) {
      problems.push(`${p.pe / p.lanesOut} output beats per pass do not fit its ${p.foldIn} cycles`);
    }
    if (p.simd % p.lanesIn !== 0) problems.push(`${p.lanesIn} input lanes do not divide ${p.simd}`);
    if (Math.ceil((p.beatsIn * p.lanesIn) / p.simd) !== p.foldIn)
      problems.push(`${p.beatsIn} input beats do not make ${p.foldIn} words`);
    const computed = p.foldOut * p.pe;
    if (p.beatsOut * p.lanesOut > computed || p.beatsOut * p.lanesOut <= computed - p.pe)
      problems.push(`${p.beatsOut} output beats do not end in pass ${p.foldOut}`);
    if (p.simd > MOST_LANES) problems.push(`${p.simd} input lanes, at most ${MOST_LANES}`);
    if (chain > p.simd) problems.push(`chains of ${chain} lanes, there are ${p.simd}`);
    if (macLatency(p.simd, chain) > LONGEST_LATENCY)
      problems.push(`its chains take more than ${LONGEST_LATENCY} cycles`);
    if (peDsp > p.pe) problems.push(`${peDsp} of ${p.pe} outputs in DSPs`);
    if (packShift > 0 && packShift < p.weightBits)
      problems.push(`fields ${packShift} bits apart do not hold a weight of ${p.weightBits}`);
    if (packShift > 0 && !chainFits(p, packShift, chain))
      problems.push(`a sum of ${chain} packed products may leave its ${packShift} bits`);
    if (p.weights.length !== p.foldIn * p.foldOut * p.pe * p.simd)
      problems.push('weights do not fill the ROM');
    return problems;
  },
  ports: (p) => ({
    inputs: [{ lanes: p.lanesIn, bits: p.xBits, signed: p.xSigned, beats: p.pixels * p.beatsIn }],
    outputs: [requantPort(p.requant, p.lanesOut, p.pixels * p.beatsOut)],
  }),
  cyclesPerFrame: (p) => p.pixels * p.foldIn * p.foldOut,
  macsPerFrame: (p) => p.pixels * p.foldIn * p.foldOut * p.pe * p.simd,
  bill: pointwiseBill,
  timing: (p) => ({
    intakes: [
      {
        kind: 'buffered',
        beats: p.beatsIn,
        need: (issue) => Math.min(p.beatsIn, ((issue % p.foldIn) + 1) * (p.simd / p.lanesIn)),
        issuesPerStep: 1,
        // A place is free again when the last pass has read the word two vectors earlier.
        room: (beat) =>
          (p.foldOut - 1) * p.foldIn + Math.floor(beat / (p.simd / p.lanesIn)) + 1 - 2 * p.foldIn * p.foldOut,
        beatsPerStep: 1,
        forwards: false,
      },
    ],
    issues: p.foldIn * p.foldOut,
    emits: (i) => i % p.foldIn === p.foldIn - 1,
    stages: macStages(macTiming(p)),
  }),
  rtl: (p) => ({
    module: 'blnet_pointwise',
    parameters: [
      ['LANES_IN', p.lanesIn],
      ['BEATS_IN', p.beatsIn],
      ['SIMD', p.simd],
      ['FOLD_IN', p.foldIn],
      ['PE', p.pe],
      ['FOLD_OUT', p.foldOut],
      ['LANES_OUT', p.lanesOut],
      ['BEATS_OUT', p.beatsOut],
      ['X_BITS', p.xBits],
      ['X_SIGNED', p.xSigned ? 1 : 0],
      ['W_BITS', p.weightBits],
      ['PE_DSP', p.engine.peDsp],
      ['PACK_SHIFT', p.engine.packShift],
      ['CHAIN', p.engine.chain],
      ['WEIGHT_BLOCK', p.engine.weightBlock ? 1 : 0],
      ...scaleParameters(p.requant, p.engine.scaleCycles),
    ],
    memories: [...weightImages(p), requantImage(p.requant, p.requantRom, p.lanesOut, p.beatsOut)],
    inputPorts: ['s_axis'],
    outputPorts: ['m_axis'],
  }),
  hls: hlsBinding,
};

/**
 * Depthwise engine: each lane multiplies the taps of its own channel and adds them up over `foldTaps` beats.
 * It takes a beat a cycle; the line buffer before it decides the pace.
 */
import type { BlockKind, HlsCall } from '../ir/block-kind.js';
import { checkCounts } from '../ir/block-ports.js';
import { DIRECT } from '../ir/block-timing.js';
import type { DepthwiseParams } from '../ir/hardware.js';
import { depthwiseBill } from './bills/depthwise.js';
import { LONGEST_LATENCY, laneImages, macLatency } from './engine.js';
import { engineProcesses } from './hls.js';
import { type MacTiming, macStages } from './pipeline.js';
import { checkRequant, requantImage, requantPort, requantStages, scaleParameters } from './requant.js';

const macTiming = (p: DepthwiseParams): MacTiming => ({
  macStages: macLatency(p.taps, p.taps),
  beats: p.lanes / p.lanesOut,
  beatCycles: Math.max(1, p.engine.scaleCycles),
  round: p.beatsOut,
  requantStages: requantStages(p.requant, p.engine.scaleCycles) + 1,
});

export const depthwise: BlockKind<'depthwise'> = {
  kind: 'depthwise',
  summary: 'Depthwise engine: one accumulator per lane over the taps that a window delivers.',
  check: (p) => {
    const problems = [
      ...checkCounts(p, ['pixels', 'groups', 'lanes', 'taps', 'foldTaps', 'lanesOut', 'beatsOut', 'xBits']),
      ...checkCounts(p, ['weightBits'], 2),
      ...checkCounts(p.engine, ['scaleCycles'], 0),
      ...checkRequant(p.requant, { ...p.requantRom, entries: p.beatsOut * p.lanesOut }),
    ];
    if (problems.length > 0) return problems;
    if (macLatency(p.taps, p.taps) > LONGEST_LATENCY)
      problems.push(`its chains take more than ${LONGEST_LATENCY} cycles`);
    if (p.lanes % p.lanesOut !== 0)
      problems.push(`${p.lanesOut} output lanes do not divide ${p.lanes} lanes`);
    if ((p.lanes / p.lanesOut) * Math.max(1, p.engine.scaleCycles) > p.foldTaps) {
      problems.push(`${p.lanes / p.lanesOut} output beats per group do not fit its ${p.foldTaps} cycles`);
    }
    const computed = p.groups * p.lanes;
    if (p.beatsOut * p.lanesOut > computed || p.beatsOut * p.lanesOut <= computed - p.lanes)
      problems.push(`${p.beatsOut} output beats do not end in group ${p.groups}`);
    if (p.weights.length !== p.groups * p.foldTaps * p.taps * p.lanes)
      problems.push('weights do not fill the ROM');
    return problems;
  },
  ports: (p) => ({
    inputs: [
      {
        lanes: p.taps * p.lanes,
        bits: p.xBits,
        signed: p.xSigned,
        beats: p.pixels * p.groups * p.foldTaps,
      },
    ],
    outputs: [requantPort(p.requant, p.lanesOut, p.pixels * p.beatsOut)],
  }),
  cyclesPerFrame: (p) => p.pixels * p.groups * p.foldTaps,
  macsPerFrame: (p) => p.pixels * p.groups * p.foldTaps * p.taps * p.lanes,
  bill: depthwiseBill,
  timing: (p) => ({
    intakes: [DIRECT],
    issues: p.foldTaps,
    emits: (i) => i === p.foldTaps - 1,
    stages: macStages(macTiming(p)),
  }),
  rtl: (p) => ({
    module: 'blnet_depthwise',
    parameters: [
      ['LANES', p.lanes],
      ['TAPS', p.taps],
      ['FOLD_TAPS', p.foldTaps],
      ['GROUPS', p.groups],
      ['LANES_OUT', p.lanesOut],
      ['BEATS_OUT', p.beatsOut],
      ['X_BITS', p.xBits],
      ['X_SIGNED', p.xSigned ? 1 : 0],
      ['W_BITS', p.weightBits],
      ['USE_DSP', p.engine.useDsp ? 1 : 0],
      ['WEIGHT_BLOCK', p.engine.weightBlock ? 1 : 0],
      ...scaleParameters(p.requant, p.engine.scaleCycles),
    ],
    memories: [
      ...laneImages(
        p.taps,
        p.groups * p.foldTaps,
        p.lanes,
        p.weightBits,
        (word, lane, tap) => p.weights[(word * p.taps + tap) * p.lanes + lane],
      ),
      requantImage(p.requant, p.requantRom, p.lanesOut, p.beatsOut),
    ],
    inputPorts: ['s_axis'],
    outputPorts: ['m_axis'],
  }),
  hls: (p) => {
    const mac: HlsCall = {
      function: 'blnet_depthwise',
      parameters: [
        ['PIXELS', p.pixels],
        ['GROUPS', p.groups],
        ['LANES', p.lanes],
        ['TAPS', p.taps],
        ['FOLD_TAPS', p.foldTaps],
        ['USE_DSP', p.engine.useDsp ? 1 : 0],
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
          lanes: p.taps * p.lanes,
          block: p.engine.weightBlock,
          values: p.weights,
        },
      ],
    };
    return engineProcesses(mac, { ...p, pe: p.lanes, scaleCycles: p.engine.scaleCycles });
  },
};

/**
 * Everything that `blnet report` says of a build, as one document: report.json is this, Markdown and HTML only set
 * it. The shape is published in schemas/report.schema.json.
 */
import type { CompileConfig } from '../config.js';
import type { KindTable } from '../ir/block-kind.js';
import type { Hardware, Stream } from '../ir/hardware.js';
import type { QuantGraph } from '../ir/quant-graph.js';
import { bind } from '../kinds/index.js';
import type { SimResult } from '../sim/engine.js';
import type { Device } from '../targets/devices.js';
import { targetOf } from '../targets/index.js';
import { explainBound } from './explain-bound.js';
import { type LayerRow, quantizedLayers } from './layers.js';
import { calibrationText, type Manifest } from './manifest.js';
import { type Roofline, roofline } from './roofline.js';
import { type FifoUse, simulationReport } from './simulation.js';

export interface ReportBlock {
  readonly name: string;
  readonly kind: string;
  readonly layer: string;
  /** Cycles of work per frame. */
  readonly busyCycles: number;
  /** busyCycles / interval. */
  readonly utilisation: number;
  /** Multiply-accumulates per frame, padding included. */
  readonly macs: number;
  readonly dsp: number;
  /** By the estimate, whole numbers. */
  readonly lut: number;
  readonly romBits: number;
  readonly ramBits: number;
}

/** One stream: what joins two blocks, or a block and the world (null). */
export interface ReportEdge {
  readonly stream: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly lanes: number;
  readonly bits: number;
  readonly beatsPerFrame: number;
}

/** What the design takes of one resource of the part. */
export interface ReportResource {
  readonly resource: string;
  readonly used: number;
  readonly available: number;
  readonly share: number;
}

export interface ReportResources {
  /** Who says so. */
  readonly source: string;
  readonly rows: readonly ReportResource[];
}

export interface ReportAccuracy {
  readonly images: number;
  readonly labelled: number;
  readonly floatTop1: number | null;
  readonly integerTop1: number | null;
  readonly agreement: number;
  /** Share of images with every integer as the runtime has it; absent where it has none. */
  readonly equal?: number;
  /** What the model ran in, in words. */
  readonly golden?: string;
  /** Of labelled images, by class. */
  readonly classes?: ReadonlyArray<{
    readonly name: string;
    readonly images: number;
    readonly right: number;
    readonly answered: number;
  }>;
  /** Null where both sides are equal. */
  readonly layers: ReadonlyArray<{ readonly tensor: string; readonly sqnrDb: number | null }>;
}

export interface ReportVerification {
  readonly ok: boolean;
  readonly simulator: string;
  readonly frames: number;
  readonly mismatches: number;
  readonly streams: number;
  readonly differingTraces: number;
}

/** The slowest path of a seed: blocks at its ends (null outside of the accelerator), and what lies between. */
export interface ReportPath {
  readonly seed: number;
  readonly clockMhz: number;
  readonly ns: number;
  /** Share of it that is wires. */
  readonly routing: number;
  readonly from: string | null;
  readonly to: string | null;
  readonly crosses: readonly string[];
}

/** `stem_window to stem_dot`: where a path starts and ends. */
export const pathText = ({ from, to }: Pick<ReportPath, 'from' | 'to'>): string =>
  from === to ? (from ?? 'outside') : `${from ?? 'outside'} to ${to ?? 'outside'}`;

/** What place and route proved. */
export interface ReportRouting {
  readonly placeAndRoute: string;
  readonly speedGrade: string;
  /** Placements that were routed. */
  readonly seeds: number;
  readonly clockMhz: { readonly least: number; readonly median: number; readonly best: number };
  /** At the median clock. */
  readonly framesPerSecond: number;
  readonly resources: readonly ReportResource[];
  /** One a seed, the slowest first. */
  readonly slowest: readonly ReportPath[];
  /** Null where the design was placed without a board. */
  readonly board: { readonly name: string; readonly clockMhz: number } | null;
  /** File in the build; null where there is none. */
  readonly bitstream: string | null;
}

export interface ReportWave {
  readonly name: string;
  readonly title: string;
  readonly story: string;
  readonly cycle: number;
  readonly from: number;
  readonly to: number;
  /** Name of the RTL simulator, or null for the cycle simulator alone. */
  readonly rtl: string | null;
}

export interface ReportData {
  readonly format: 1;
  readonly blnet: string;
  readonly model: string;
  readonly top: string;
  readonly config: CompileConfig;
  readonly part: Omit<Device, 'orderingCode'>;
  readonly clockMhz: number;
  /** Whose integers the network has, and what is proved of it. */
  readonly arithmetic: Manifest['arithmetic'];
  /** What it was calibrated on. */
  readonly calibration: string;
  readonly network: {
    readonly input: string;
    readonly parameters: number;
    readonly macs: number;
    readonly layers: readonly LayerRow[];
  };
  readonly timing: {
    /** Frames that were simulated, back to back. */
    readonly frames: number;
    readonly latencyCycles: number;
    readonly latencyMicroseconds: number;
    readonly intervalCycles: number;
    readonly framesPerSecond: number;
    readonly dsp: number;
    /** MACs of the network per planned DSP and cycle of the interval; those done in LUTs count too. */
    readonly macsPerDspCycle: number | null;
    readonly bound: string;
    readonly boundReason: string;
  };
  readonly blocks: readonly ReportBlock[];
  readonly edges: readonly ReportEdge[];
  readonly fifos: readonly FifoUse[];
  readonly resources: ReportResources;
  readonly roofline: Roofline;
  readonly accuracy: ReportAccuracy | null;
  readonly verification: ReportVerification | null;
  readonly routing: ReportRouting | null;
  readonly waves: readonly ReportWave[];
}

export interface ReportRequest {
  readonly kinds: KindTable;
  readonly hardware: Hardware;
  readonly quantized: QuantGraph;
  readonly manifest: Manifest;
  readonly device: Device;
  /** Of at least two frames without stalls. */
  readonly simulation: SimResult;
  /** The estimate's, where there is one; otherwise the DSPs of the plan. */
  readonly resources: ReportResources | null;
  readonly accuracy: ReportAccuracy | null;
  readonly verification: ReportVerification | null;
  readonly routing: ReportRouting | null;
  readonly waves: readonly ReportWave[];
}

export function reportData(r: ReportRequest): ReportData {
  const { kinds, hardware, manifest, device } = r;
  const target = targetOf(device);
  const timing = simulationReport(kinds, hardware, r.simulation, manifest.clockMhz);
  const interval = timing.intervalCycles as number;
  const layers = quantizedLayers(r.quantized);
  const blocks = hardware.blocks.map((b, i): ReportBlock => {
    const kind = bind(kinds, b);
    const bill = kind.bill(target);
    const { name, layer, busyCycles, utilisation, kind: kindName } = timing.blocks[i] as ReportBlock;
    return {
      name,
      kind: kindName,
      layer,
      busyCycles,
      utilisation,
      macs: kind.macsPerFrame(),
      dsp: bill.of('dsp'),
      lut: Math.round(target.price(bill).lut),
      romBits: bill.of('romBits'),
      ramBits: bill.of('ramBits'),
    };
  });
  const dsp = blocks.reduce((sum, b) => sum + b.dsp, 0);
  const { orderingCode: _, ...part } = device as Device & { orderingCode?: unknown };
  return {
    format: 1,
    blnet: manifest.blnet,
    model: manifest.model,
    top: manifest.top,
    config: manifest.config,
    part: part as ReportData['part'],
    clockMhz: manifest.clockMhz,
    arithmetic: manifest.arithmetic,
    calibration: calibrationText(manifest),
    network: {
      input: layers.input,
      parameters: layers.parameters,
      macs: layers.macs,
      layers: layers.layers,
    },
    timing: {
      frames: timing.frames,
      latencyCycles: timing.latencyCycles,
      latencyMicroseconds: timing.latencyCycles / manifest.clockMhz,
      intervalCycles: interval,
      framesPerSecond: timing.framesPerSecond as number,
      dsp,
      macsPerDspCycle: dsp > 0 ? layers.macs / (dsp * interval) : null,
      bound: timing.bound,
      boundReason: explainBound(hardware, r.simulation, timing, dsp, device),
    },
    blocks: blocks.map(
      ({ name, kind, layer, busyCycles, utilisation, macs, dsp: d, lut, romBits, ramBits }) => ({
        name,
        kind,
        layer,
        busyCycles,
        utilisation,
        macs,
        dsp: d,
        lut,
        romBits,
        ramBits,
      }),
    ),
    edges: hardware.streams.map((s, i) => edgeOf(hardware, s, i)),
    fifos: timing.fifos,
    resources: r.resources ?? {
      source: 'the plan: DSPs by construction',
      rows: [{ resource: 'DSP', used: dsp, available: device.dsp, share: dsp / device.dsp }],
    },
    roofline: roofline(hardware, device, manifest.clockMhz, layers.macs, interval, blocks),
    accuracy: r.accuracy,
    verification: r.verification,
    routing: r.routing,
    waves: r.waves,
  };
}

function edgeOf(hw: Hardware, s: Stream, index: number): ReportEdge {
  return {
    stream: s.name,
    from: hw.blocks.find((b) => b.outputs.includes(index))?.name ?? null,
    to: hw.blocks.find((b) => b.inputs.includes(index))?.name ?? null,
    lanes: s.lanes,
    bits: s.bits,
    beatsPerFrame: s.beatsPerFrame,
  };
}

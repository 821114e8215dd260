/**
 * The whole pipeline on one page: float graph → quantized graph → folding → hardware → files. Pure: what it reads
 * and what becomes of its files is the caller's business (`io/`).
 */
import { differenceText, isProved, type LayerProof } from './arithmetic/proof.js';
import type { ArithmeticName } from './arithmetic/runtimes.js';
import { boardOf, type CompileConfig, deviceOf, orderingCodeOf } from './config.js';
import { BlnetError } from './diagnostics.js';
import type { Estimate } from './estimate/estimate.js';
import { planCopies } from './explore/plan-copies.js';
import type { FoldingResult } from './explore/search-foldings.js';
import { serializeFolding } from './explore/serialize-folding.js';
import type { SizedHardware } from './explore/size-fifos.js';
import { generateBoard, serialEnds } from './hls-gen/board.js';
import { generateHls } from './hls-gen/hls.js';
import { generateInterface } from './hls-gen/interface.js';
import type { Templates } from './hls-gen/render.js';
import { generateVerilog } from './hls-gen/verilog.js';
import { generateVivado } from './hls-gen/vivado.js';
import { classesOf, takesReals } from './ir/dataset.js';
import type { Graph, Shape } from './ir/graph.js';
import { inputsOf } from './ir/hardware.js';
import { withPortLanes } from './ir/port-lanes.js';
import { type Pixels, type Preprocessing, preprocess, preprocessingOf } from './ir/preprocess.js';
import type { QuantGraph } from './ir/quant-graph.js';
import { tensorOf } from './ir/quant-graph.js';
import { verifyHardware } from './ir/verify-hardware.js';
import { KINDS } from './kinds/index.js';
import { serializeQuantGraph } from './layers/serialize-quant-graph.js';
import { verifyQuantGraph } from './layers/verify-quant-graph.js';
import { calibrate, type Ranges } from './passes/calibrate.js';
import { foldBatchNorm } from './passes/fold-batch-norm.js';
import { type InputFormat, inputFormat } from './passes/input-format.js';
import { quantize } from './passes/quantize.js';
import type { Manifest } from './report/manifest.js';
import { summaryMarkdown } from './report/summary.js';
import { intervalCycles, latencyCycles } from './sim/engine.js';
import { FloatExecutor } from './sim/float-executor.js';
import { boardPll } from './targets/boards.js';
import type { Device } from './targets/devices.js';
import { targetOf } from './targets/index.js';
import { VERSION } from './version.js';

/** What the generated files are made from, read once by the caller. */
export interface Assets {
  /** Library modules (hw/rtl) by file name. */
  readonly rtl: ReadonlyMap<string, string>;
  /** AXI modules (hw/axi) by file name. */
  readonly axi: ReadonlyMap<string, string>;
  /** What boards have (hw/board) by file name. */
  readonly board: ReadonlyMap<string, string>;
  /** Function templates (hw/hls) by path. */
  readonly hls: ReadonlyMap<string, string>;
  readonly templates: Templates;
}

export interface CompileRequest {
  /** Float graph as a frontend made it. */
  readonly graph: Graph;
  /** Name of the source, for headers. */
  readonly model: string;
  /** Calibration images, channel-major: pixels 0..255, or the reals of vectors. */
  readonly images: Iterable<Pixels>;
  /** What they are, in words. */
  readonly calibration?: string;
  /** How many they are at most, where that is known: calibration is faster then. */
  readonly imageCount?: number;
  readonly config: CompileConfig;
  readonly assets: Assets;
  /** Called when a stage begins. */
  readonly onStage?: (stage: string) => void;
}

export interface Compilation {
  readonly device: Device;
  readonly clockMhz: number;
  readonly quantized: QuantGraph;
  readonly ranges: Ranges;
  readonly folding: FoldingResult;
  readonly sized: SizedHardware;
  readonly manifest: Manifest;
  /** The build folder: path → text, without the source model. */
  readonly files: ReadonlyMap<string, string>;
}

/** Whose integers the network has, and what is proved of it, layer by layer. */
export interface Arithmetic {
  readonly name: ArithmeticName;
  readonly layers: readonly LayerProof[];
}

/** What the front half makes: integers, and how images become the network's input. */
export interface Prepared {
  readonly quantized: QuantGraph;
  readonly ranges: Ranges;
  readonly input: InputFormat;
  readonly preprocessing: Preprocessing;
  readonly arithmetic: Arithmetic;
}

/** From the float graph to the integers of the hardware. */
export function prepare(request: Omit<CompileRequest, 'model' | 'assets'>): Prepared {
  const { config, onStage = () => {} } = request;
  onStage('fold batch norm');
  const graph = withPortLanes(foldBatchNorm(request.graph), config);
  onStage('calibrate');
  const shape = graph.shapes.get(graph.input) as Shape;
  const preprocessing = preprocessingOf(graph.metadata);
  const reals = function* () {
    for (const pixels of request.images) yield preprocess(pixels, shape, preprocessing);
  };
  const ranges = calibrate(graph, reals(), config.calibration, new FloatExecutor(graph), request.imageCount);
  onStage('quantize');
  const inputRange = ranges.tensors[graph.input];
  const input = inputFormat(
    preprocessing,
    inputRange,
    config.activationBits,
    graph.formats?.get(graph.input),
    takesReals(graph.metadata),
  );
  const { activationBits, weightBits } = config;
  const name = config.arithmetic === 'auto' ? (request.graph.runtime ?? 'blnet') : config.arithmetic;
  const layers: LayerProof[] = [];
  const quantized = quantize(graph, {
    ranges: ranges.tensors,
    inputFormat: input.format,
    activationBits,
    weightBits,
    arithmetic: name,
    onProof: (proof) => layers.push(proof),
  });
  const arithmetic = { name, layers };
  if (config.arithmetic !== 'auto' && !config.allowInexact) checkEqual(arithmetic);
  return { quantized: verifyQuantGraph(quantized), ranges, input, preprocessing, arithmetic };
}

/** Errors: BLN205 for the first layer whose integers are not those of the runtime that was asked for. */
function checkEqual({ name, layers }: Arithmetic): void {
  const other = layers.find((l) => !isProved(l));
  if (name === 'blnet' || (!other && layers.length > 0)) return;
  const count = layers.filter((l) => !isProved(l)).length;
  throw new BlnetError('BLN205', {
    where: other ? other.layer : '--arithmetic',
    found: other ? differenceText(other) : 'no layer with integers of the model',
    need: `the integers of ${name}`,
    hint: other
      ? `--allow-inexact takes ${count === 1 ? 'this layer' : `the ${count} layers that differ`} as near as it can be; the manifest names them`
      : 'a runtime has integers only where the model brings its own: quantize it first, or leave the arithmetic to blnet',
  });
}

/** What the design takes, in the part's own blocks. */
const plannedResources = ({ total }: Estimate, device: Device) => ({
  dsp: total.dsp,
  lut: total.lut,
  ff: total.ff,
  bram: targetOf(device).blocks(total),
});

/** Errors: every BLN1xx and BLN2xx that the stages raise, BLN002 for an unknown part. */
export function compile(request: CompileRequest): Compilation {
  const { config, assets, onStage = () => {} } = request;
  const device = deviceOf(config);
  const board = boardOf(config);
  const clockMhz = config.clockMhz ?? device.clockMhz;
  // A clock that cannot be made is told before the work.
  const pll = board && boardPll(board, clockMhz);

  const { quantized, ranges, input, preprocessing, arithmetic } = prepare(request);
  const interval = config.fps === null ? null : Math.floor((clockMhz * 1e6) / config.fps);
  const { folding, sized, estimate, copies } = planCopies(quantized, {
    ...config,
    device,
    interval,
    onStage,
  });
  onStage('generate');
  const { simulation } = sized;
  const hardware = verifyHardware(KINDS, sized.hardware);
  if (board) serialEnds(hardware, board);
  const stream = hardware.streams[inputsOf(hardware)[0].stream];
  const simulated = intervalCycles(simulation, copies.count);
  const manifest: Manifest = {
    blnet: VERSION,
    format: 1,
    model: request.model,
    top: hardware.name,
    config,
    clockMhz,
    calibrationImages: ranges.images,
    ...(request.calibration === undefined ? {} : { calibration: request.calibration }),
    input: {
      takesPixels: input.takesPixels,
      lanes: stream.lanes,
      bits: stream.bits,
      scale: input.format.scale,
      zeroPoint: input.format.zeroPoint,
      preprocessing,
    },
    notes: request.graph.notes ?? [],
    arithmetic,
    planned: {
      cycles: folding.cycles,
      ...plannedResources(estimate, device),
      bound: folding.bound,
      reason: folding.reason,
    },
    simulated: {
      latencyCycles: latencyCycles(simulation),
      intervalCycles: Math.ceil(simulated),
      framesPerSecond: (clockMhz * 1e6) / simulated,
    },
    ...(copies.count > 1 ? { copies } : {}),
    folding: serializeFolding(folding.plan),
    fifoDepths: Object.fromEntries(sized.depths),
    extraRows: Object.fromEntries(sized.rows),
  };
  const files = new Map<string, string>();
  const outputs = quantized.outputs.map((name) => tensorOf(quantized, name));
  const common = { version: VERSION, model: request.model, templates: assets.templates };
  const options = { ...common, outputChannels: outputs.map((o) => o.shape.channels) };
  const add = (generated: ReadonlyMap<string, string>): void => {
    for (const [path, text] of generated) files.set(path, text);
  };
  if (config.backend !== 'hls') {
    add(generateVerilog(KINDS, hardware, { ...options, library: assets.rtl }));
    const host = quantized.host ?? [];
    const classes = classesOf(quantized.metadata);
    const ends = { input: tensorOf(quantized, quantized.input), outputs, preprocessing, host, classes };
    const part = device.orderingCode === null ? null : orderingCodeOf(config);
    const rtl = new Map(files);
    const around = { ...common, ...ends, part, clockMhz, library: assets.axi, files: rtl };
    add(generateVivado(hardware, around));
    const { latencyCycles, intervalCycles } = manifest.simulated;
    add(generateInterface(hardware, { ...around, latencyCycles, intervalCycles }));
    if (board && pll)
      add(generateBoard(hardware, { ...common, ...ends, board, pll, library: assets.board, files: rtl }));
  }
  if (config.backend !== 'verilog') {
    const part = orderingCodeOf(config);
    add(generateHls(KINDS, hardware, { ...options, library: assets.hls, part, clockMhz }));
  }
  files.set('network.json', serializeQuantGraph(quantized));
  files.set('ranges.json', `${JSON.stringify(ranges, null, 1)}\n`);
  files.set('manifest.json', `${JSON.stringify(manifest, null, 2)}\n`);
  files.set('summary.md', summaryMarkdown(manifest, quantized, hardware, device));
  return { device, clockMhz, quantized, ranges, folding, sized, manifest, files };
}

/** What the generated driver knows of the ends and of what the host does behind them, as texts of Python. */
import { softmaxTable } from '../arithmetic/softmax.js';
import { type Hardware, outputsOf, suffixOf } from '../ir/hardware.js';
import type { HostPart } from '../ir/host-part.js';
import type { Preprocessing } from '../ir/preprocess.js';
import type { QuantTensor } from '../ir/quant-graph.js';
import { pythonString } from '../text/strings.js';
import { listed, python, type Text } from '../text/text.js';
import { identifier, numbers, suffix } from '../text/words.js';
import { busEnd } from './bus-end.js';

/** Version of the register map, the lowest byte of VERSION. */
export const REGISTER_MAP = 1;

interface DriverOptions {
  readonly input: QuantTensor;
  readonly outputs: readonly QuantTensor[];
  readonly preprocessing: Preprocessing;
  /** What the host does behind outputs. */
  readonly host?: readonly HostPart[];
  /** Names of classes. */
  readonly classes?: readonly string[] | undefined;
}

const shapeOf = ({ shape: s }: QuantTensor): number[] => [s.height, s.width, s.channels];

const NO_FORMAT = { scale: 1, zeroPoint: 0 };

/** A part of the host's; the driver reads of it what its operation has. */
function hostFacts(part: HostPart, tensor: QuantTensor) {
  const op = identifier(part.computes);
  const none = python`None`;
  if (part.computes === 'argmax') return { op, beta: 1, low: 0, ...NO_FORMAT, exponentials: none };
  const { beta, format } = part;
  if (!format) return { op, beta, low: 0, ...NO_FORMAT, exponentials: none };
  const { scale, zeroPoint, signed } = format;
  const table = [...softmaxTable(beta, tensor.scale)];
  return {
    op,
    beta,
    low: signed ? -128 : 0,
    scale,
    zeroPoint,
    exponentials: python`[${numbers(table, ', ')}]`,
  };
}

const flag = (value: boolean): Text<'python'> => (value ? python`True` : python`False`);

export function driverFacts(
  hw: Hardware,
  { input, outputs, preprocessing, host = [], classes }: DriverOptions,
) {
  const [output] = outputs;
  const all = outputsOf(hw).map((end, i) => {
    const { lanes, bits, bytes } = busEnd(hw.streams[end.stream]);
    const { scale, zeroPoint, signed } = outputs[i];
    const shape = numbers(shapeOf(outputs[i]), ', ');
    // The first output shares the engine that sends.
    const dma = suffix(i === 0 ? '' : suffixOf(end));
    const key = identifier(suffixOf(end).slice(1) || 'output');
    return { key, dma, shape, lanes, bits, bytes, signed: flag(signed), scale, zeroPoint };
  });
  const hostOf = (part: HostPart) => {
    const at = outputs.findIndex((o) => o.name === part.tensor);
    return { key: all[at].key, ...hostFacts(part, outputs[at]) };
  };
  return {
    registerMap: REGISTER_MAP,
    all,
    host: host.map(hostOf),
    classes: classes ? python`[${listed('python', classes.map(pythonString), ', ')}]` : null,
    more: all.length > 1,
    shapeText: numbers(shapeOf(input), ' x '),
    outputText: shapeOf(output).reduce((a, b) => a * b),
    inputShape: numbers(shapeOf(input), ', '),
    outputShape: numbers(shapeOf(output), ', '),
    inputSigned: flag(input.signed),
    outputSigned: flag(output.signed),
    inputScale: input.scale,
    inputZeroPoint: input.zeroPoint,
    outputScale: output.scale,
    outputZeroPoint: output.zeroPoint,
    mean: python`[${numbers(preprocessing.mean, ',')}]`,
    std: python`[${numbers(preprocessing.std, ',')}]`,
  };
}

/** Facts about the stream ends of a design that every generated file of it shares, as finished values. */
import { ceilDiv } from '../ir/folding.js';
import { type End, type Hardware, inputsOf, outputsOf, suffixOf } from '../ir/hardware.js';
import { identifier, suffix } from '../text/words.js';

/** Ports are whole bytes wide. */
export function endView(hw: Hardware, end: End, index: number) {
  const stream = hw.streams[end.stream];
  const width = stream.lanes * stream.bits;
  return {
    port: identifier(end.port),
    suffix: suffix(suffixOf(end)),
    /** Among the ends of its direction. */
    index,
    isFirst: index === 0,
    /** Of the stream behind it. */
    name: identifier(stream.name),
    beats: stream.beatsPerFrame,
    lanes: stream.lanes,
    bits: stream.bits,
    width,
    msb: width - 1,
    portBits: 8 * ceilDiv(width, 8),
    portMsb: 8 * ceilDiv(width, 8) - 1,
    /** Hexadecimal digits of a beat in a stimulus file. */
    digits: ceilDiv(width, 4),
  };
}

/** The inputs, and the outputs with the channels of their tensors: the last beat of a pixel may be partly padding. */
export function endViews(hw: Hardware, outputChannels: readonly number[]) {
  return {
    inputs: inputsOf(hw).map((end, i) => endView(hw, end, i)),
    outputs: outputsOf(hw).map((end, i) => {
      const view = endView(hw, end, i);
      const channels = outputChannels[i];
      return { ...view, channels, groups: ceilDiv(channels, view.lanes) };
    }),
  };
}

/** File of an end's beats, relative to the build folder: input ones to send, output ones to expect. */
export const stimulusFile = (end: End): string =>
  `sim/${end.direction === 'in' ? 'input' : 'expected'}${suffixOf(end)}.hex`;

/** The frame in which an accelerator is placed and routed without a board: registers around all of its ports. */
import { type Hardware, inputsOf, outputsOf } from '../ir/hardware.js';
import { verilog } from '../text/text.js';
import { identifier, word } from '../text/words.js';
import { endView } from './end-views.js';
import { render, type Templates } from './render.js';

/** Name of the frame's module. */
export const frameName = (hw: Pick<Hardware, 'name'>): string => `${hw.name}_route_frame`;

export interface RouteFrameOptions {
  readonly version: string;
  readonly templates: Templates;
}

/** Verilog of the frame; the instance of the accelerator is called `core`. */
export function routeFrame(hw: Hardware, { version, templates }: RouteFrameOptions): string {
  let width = 0;
  const placed = (port: string, bits: number) => {
    const lsb = width;
    width += bits;
    return { port: identifier(port), lsb, msb: width - 1 };
  };
  const inputs = [
    ...inputsOf(hw).flatMap((end, i) => [
      placed(`${end.port}_tdata`, endView(hw, end, i).portBits),
      placed(`${end.port}_tvalid`, 1),
      placed(`${end.port}_tlast`, 1),
    ]),
    ...outputsOf(hw).map((end) => placed(`${end.port}_tready`, 1)),
  ];
  const inMsb = width - 1;
  width = 0;
  const outputs = [
    ...outputsOf(hw).flatMap((end, i) => [
      placed(`${end.port}_tdata`, endView(hw, end, i).portBits),
      placed(`${end.port}_tvalid`, 1),
      placed(`${end.port}_tlast`, 1),
    ]),
    ...inputsOf(hw).map((end) => placed(`${end.port}_tready`, 1)),
  ];
  // One more bit is the frame error.
  return render(templates, 'route-frame.v.hbs', {
    version: word(version),
    name: identifier(hw.name),
    frame: verilog`${identifier(frameName(hw))}`,
    inputs,
    outputs,
    inMsb,
    outMsb: width,
  });
}

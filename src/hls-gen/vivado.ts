/**
 * What a Xilinx user takes away: the AXI wrapper, Vivado scripts, a PYNQ driver, and a FuseSoC core for everybody else.
 */
import type { Hardware } from '../ir/hardware.js';
import { render } from './render.js';
import { type VivadoOptions, vivadoView } from './vivado-view.js';

/** Path → text; paths are relative to the build folder. */
export function generateVivado(hw: Hardware, options: VivadoOptions): Map<string, string> {
  const view = vivadoView(hw, options);
  const place = (template: string): string => render(options.templates, template, view);
  const files = new Map<string, string>();
  for (const [name, text] of options.library) files.set(`rtl/${name}`, text);
  files.set(`rtl/${hw.name}_axi.v`, place('axi.v.hbs'));
  return files;
}

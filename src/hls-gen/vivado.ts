/**
 * What a build folder holds around the core: the AXI wrapper and a FuseSoC core for everybody; for a Xilinx part also
 * Vivado scripts and a PYNQ driver.
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
  files.set(`rtl/${view.top}.v`, place('axi.v.hbs'));
  files.set(`${hw.name}.core`, place('fusesoc.core.hbs'));
  if (options.part === null) return files;
  files.set('vivado/settings.tcl', place('vivado-settings.tcl.hbs'));
  files.set('vivado/synth_ooc.tcl', place('vivado-synth.tcl.hbs'));
  files.set('vivado/package_ip.tcl', place('vivado-package.tcl.hbs'));
  files.set('vivado/board.tcl', place('vivado-board.tcl.hbs'));
  files.set('vivado/ooc.xdc', place('vivado-ooc.xdc.hbs'));
  files.set('vivado/README.md', place('vivado-readme.md.hbs'));
  files.set(`pynq/${hw.name}_driver.py`, place('pynq.py.hbs'));
  return files;
}

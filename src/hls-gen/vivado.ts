/**
 * What a build folder holds around the core: the AXI wrapper and a FuseSoC core for everybody; for a Xilinx part also
 * Vivado scripts and a PYNQ driver.
 */
import type { Hardware } from '../ir/hardware.js';
import { libraryFiles } from './library.js';
import { render } from './render.js';
import { type VivadoOptions, vivadoView } from './vivado-view.js';

/** Path → text; paths are relative to the build folder. */
export function generateVivado(hw: Hardware, options: VivadoOptions): Map<string, string> {
  const { templates, library } = options;
  const view = vivadoView(hw, options);
  const files = new Map<string, string>();
  for (const [name, text] of libraryFiles(library, 'axi-library', templates)) files.set(`rtl/${name}`, text);
  files.set(`rtl/${hw.name}_axi.v`, render(templates, 'axi.v.hbs', view.verilog));
  files.set(`${hw.name}.core`, render(templates, 'fusesoc.core.hbs', view.yaml));
  if (options.part === null) return files;
  files.set('vivado/settings.tcl', render(templates, 'vivado-settings.tcl.hbs', view.tcl));
  files.set('vivado/synth_ooc.tcl', render(templates, 'vivado-synth.tcl.hbs', view.tcl));
  files.set('vivado/package_ip.tcl', render(templates, 'vivado-package.tcl.hbs', view.tcl));
  files.set('vivado/board.tcl', render(templates, 'vivado-board.tcl.hbs', view.tcl));
  files.set('vivado/ooc.xdc', render(templates, 'vivado-ooc.xdc.hbs', view.tcl));
  files.set('vivado/README.md', render(templates, 'vivado-readme.md.hbs', view.markdown));
  files.set(`pynq/${hw.name}_driver.py`, render(templates, 'pynq.py.hbs', view.python));
  return files;
}

/**
 * Out-of-context synthesis with Vivado, where it is on PATH: a short Tcl script over a build folder, and its reports
 * read back. The commands are those of UG835; what Vivado says is the truth that the estimate only approaches.
 */
import { mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { orderingCodeOf } from '../config.js';
import {
  parseVivadoTiming,
  parseVivadoUtilization,
  type VivadoInstance,
  type VivadoTiming,
} from '../estimate/vivado-report.js';
import type { Build } from './build-folder.js';
import { readText, writeWhole } from './files.js';
import { requireTool, runOk } from './process.js';

export interface VivadoRun {
  readonly instances: readonly VivadoInstance[];
  readonly timing: VivadoTiming;
  readonly seconds: number;
}

const FOLDER = 'synth/vivado';
const UTILIZATION = 'utilization.rpt';
const TIMING = 'timing.rpt';

/** @param sources Verilog files, relative to the build folder @param periodNs clock period */
export function vivadoScript(
  top: string,
  part: string,
  sources: readonly string[],
  periodNs: number,
): string {
  return `# Out-of-context synthesis of ${top}. Run it in the build folder: the memory files are named from there.
${sources.map((s) => `read_verilog ${s}`).join('\n')}
synth_design -top ${top} -part ${part} -mode out_of_context -flatten_hierarchy rebuilt
create_clock -name clk -period ${periodNs.toFixed(3)} [get_ports clk]
report_utilization -hierarchical -file ${FOLDER}/${UTILIZATION}
report_timing_summary -file ${FOLDER}/${TIMING}
`;
}

/** Errors: BLN001 for a part of another vendor, BLN401 without vivado, BLN402 when it fails or its reports cannot be read. */
export async function synthesizeWithVivado(build: Build): Promise<VivadoRun> {
  const vivado = requireTool(
    'vivado',
    'source the settings64.sh of a Vivado installation, or use --tool yosys',
  );
  const { manifest } = build;
  const folder = resolve(build.folder);
  const sources = readdirSync(join(folder, 'rtl'))
    .filter((name) => name.endsWith('.v'))
    .sort()
    .map((name) => `rtl/${name}`);
  const part = orderingCodeOf(manifest.config);
  mkdirSync(join(folder, FOLDER), { recursive: true });
  const script = `${FOLDER}/synth.tcl`;
  writeWhole(join(folder, script), vivadoScript(manifest.top, part, sources, 1000 / manifest.clockMhz));
  const args = ['-mode', 'batch', '-nojournal', '-log', `${FOLDER}/vivado.log`, '-source', script];
  const { seconds } = await runOk(vivado, args, folder);
  return {
    instances: parseVivadoUtilization(readText(join(folder, FOLDER, UTILIZATION))),
    timing: parseVivadoTiming(readText(join(folder, FOLDER, TIMING))),
    seconds,
  };
}

/**
 * Out-of-context synthesis with Vivado, where it is on PATH: a short Tcl script over a build folder, and its reports
 * read back. The commands are those of UG835; what Vivado says is the truth that the estimate only approaches.
 */
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { orderingCodeOf } from '../../config.js';
import {
  parseVivadoTiming,
  parseVivadoUtilization,
  type VivadoInstance,
  type VivadoTiming,
} from '../../estimate/vivado-report.js';
import { documentOf } from '../../text/comment.js';
import { listed, tcl } from '../../text/text.js';
import { decimal, identifier, path, word } from '../../text/words.js';
import type { Build } from '../build/build-folder.js';
import { type Access, whileLocked } from '../build/lock-build.js';
import { noteFiles } from '../build/mark.js';
import { readText, writeFiles } from '../files.js';
import type { Lock } from '../lock.js';
import { requireTool, runOk } from '../process.js';
import { sourcesOf } from './synthesize.js';

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
  const name = identifier(top);
  const reads = sources.map((source) => tcl`read_verilog ${path(source)}`);
  return documentOf(
    'tcl',
    tcl`# Out-of-context synthesis of ${name}. Run it in the build folder: the memory files are named from there.
${listed('tcl', reads, '\n')}
synth_design -top ${name} -part ${word(part)} -mode out_of_context -flatten_hierarchy rebuilt
create_clock -name clk -period ${decimal(periodNs, 3)} [get_ports clk]
report_utilization -hierarchical -file ${path(`${FOLDER}/${UTILIZATION}`)}
report_timing_summary -file ${path(`${FOLDER}/${TIMING}`)}
`,
  );
}

/** Errors: BLN001 for a part of another vendor, BLN401 without vivado, BLN402 when it fails or its reports cannot be read. */
export function synthesizeWithVivado(build: Build, access?: Access): Promise<VivadoRun> {
  return whileLocked(build, access, (lock) => runVivado(build, lock));
}

async function runVivado(build: Build, lock: Lock): Promise<VivadoRun> {
  const vivado = requireTool(
    'vivado',
    'source the settings64.sh of a Vivado installation, or use --tool yosys',
  );
  const { manifest } = build;
  const folder = resolve(build.folder);
  const sources = sourcesOf(readdirSync(join(folder, 'rtl'))).map((name) => `rtl/${name}`);
  const part = orderingCodeOf(manifest.config);
  const script = `${FOLDER}/synth.tcl`;
  const text = vivadoScript(build.hardware.name, part, sources, 1000 / manifest.clockMhz);
  writeFiles(folder, new Map([[script, text]]));
  noteFiles(folder, new Map([[script, text]]));
  const args = ['-mode', 'batch', '-nojournal', '-log', `${FOLDER}/vivado.log`, '-source', script];
  const { seconds } = await runOk(vivado, args, folder, lock);
  return {
    instances: parseVivadoUtilization(readText(join(folder, FOLDER, UTILIZATION))),
    timing: parseVivadoTiming(readText(join(folder, FOLDER, TIMING))),
    seconds,
  };
}

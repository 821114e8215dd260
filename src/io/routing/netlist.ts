/**
 * The netlist of a whole accelerator, once: what `blnet verify --netlist` simulates is what `blnet route` places. Blocks
 * keep their borders while they are optimised (they end in registers, so nothing is lost), then all becomes one module.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Hardware } from '../../ir/hardware.js';
import type { Family } from '../../ir/resources.js';
import { FAMILY_DATA } from '../../targets/index.js';
import { PACKAGE_ROOT } from '../assets.js';
import type { Build } from '../build/build-folder.js';
import { cacheKey } from '../cache.js';
import { readText } from '../files.js';
import { sourcesOf } from '../synthesis/synthesize.js';
import { buildFiles } from '../synthesis/synthesize-build.js';
import { resultOf, type Yosys } from '../synthesis/yosys-job.js';
import type { RunLimits } from '../tool-run.js';
import type { TextCache } from './text-cache.js';

export interface Netlist {
  /** Of everything that it was made from. */
  readonly key: string;
  /** One module of the family's cells, in Yosys's JSON and as Verilog. */
  readonly json: string;
  readonly verilog: string;
  /** Known from an earlier run. */
  readonly cached: boolean;
}

const JSON_FILE = 'netlist.json';
const VERILOG_FILE = 'netlist.v';

/** The trace ports of the testbench are part of it; a frame that leaves them open costs nothing. */
function netlistScript(sources: readonly string[], { name }: Pick<Hardware, 'name'>, family: Family): string {
  return [
    `read_verilog -defer -D BLNET_TRACE ${sources.join(' ')}`,
    `hierarchy -top ${name}`,
    `setattr -set keep_hierarchy 1 ${name}/t:*`,
    `${FAMILY_DATA[family].netlist} -top ${name}`,
    `setattr -unset keep_hierarchy ${name}/t:*`,
    'flatten',
    'opt_clean',
    // Where in the sources a cell comes from is most of a netlist's text.
    'setattr -mod -unset src *',
    'setattr -unset src */c:* */w:*',
    // Library cells have their own text wherever the netlist goes.
    'delete =A:blackbox',
    `write_json ${JSON_FILE}`,
    `write_verilog -noattr ${VERILOG_FILE}`,
    '',
  ].join('\n');
}

/**
 * Bodies of library modules that the family has for itself; `test/rtl/leaves.test.ts` holds them to those that they
 * stand for.
 */
export function leavesOf(family: Family): ReadonlyMap<string, string> {
  const folder = join(PACKAGE_ROOT, 'hw/leaves', family);
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  return new Map(names.map((name) => [name, readText(join(folder, name))]));
}

export interface NetlistRequest extends RunLimits {
  readonly build: Build;
  readonly family: Family;
  readonly yosys: Yosys;
  readonly cache: TextCache;
}

/** Errors: BLN402 when Yosys fails or takes too long; the signal's reason. */
export async function makeNetlist(r: NetlistRequest): Promise<Netlist> {
  const { build, yosys, cache, family, ...limits } = r;
  const all = [...buildFiles(build, 'rtl'), ...buildFiles(build, 'weights')];
  const files = new Map(all.filter(([path]) => /\.(v|mem)$/.test(path)));
  for (const [name, text] of leavesOf(family)) files.set(`rtl/${name}`, text);
  const script = netlistScript(sourcesOf(files.keys()), build.hardware, family);
  const key = cacheKey([yosys.version, script, ...[...files].flat()]);
  const known = cache.get(key, [JSON_FILE, VERILOG_FILE]);
  const texts = known ?? (await yosys.run({ ...limits, files, script, results: [JSON_FILE, VERILOG_FILE] }));
  if (!known) cache.set(key, texts);
  return {
    key,
    json: resultOf(texts, JSON_FILE),
    verilog: resultOf(texts, VERILOG_FILE),
    cached: known !== undefined,
  };
}

const PLACED_FILE = 'placed.json';

/** What surrounds the accelerator on the part: a frame for place and route, or a board's top module. */
export interface Surroundings {
  readonly top: string;
  /** Verilog by file name, with a module of that name that holds the accelerator. */
  readonly files: ReadonlyMap<string, string>;
}

/** The netlist within its surroundings, as nextpnr reads it. Errors: as `makeNetlist`. */
export async function surround(
  netlist: Netlist,
  around: Surroundings,
  accelerator: string,
  { yosys, family, ...limits }: Omit<NetlistRequest, 'build' | 'cache'>,
): Promise<string> {
  const sources = sourcesOf(around.files.keys());
  const script = [
    `read_json ${JSON_FILE}`,
    // As a black box nobody changes it.
    `setattr -mod -set blackbox 1 ${accelerator}`,
    `read_verilog -defer ${sources.join(' ')}`,
    `${FAMILY_DATA[family].netlist} -top ${around.top}`,
    `setattr -mod -unset blackbox =${accelerator}`,
    'flatten',
    'opt_clean -purge',
    `write_json ${PLACED_FILE}`,
    '',
  ].join('\n');
  const files = new Map([[JSON_FILE, netlist.json], ...around.files]);
  return resultOf(await yosys.run({ ...limits, files, script, results: [PLACED_FILE] }), PLACED_FILE);
}

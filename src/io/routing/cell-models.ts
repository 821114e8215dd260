/**
 * Simulation models of a netlist's cells: Yosys's own where it has them, hw/cells for the rest (block RAM, and the
 * multipliers of ECP5). One text of exactly the modules that the netlist needs.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BlnetError } from '../../diagnostics.js';
import type { Family } from '../../ir/resources.js';
import { FAMILY_DATA } from '../../targets/index.js';
import { PACKAGE_ROOT } from '../assets.js';
import { readText } from '../files.js';
import type { Yosys } from '../synthesis/yosys-job.js';

const MODULE = /^[ \t]*module[ \t]+(\w+)[\s\S]*?^[ \t]*endmodule\b/gm;

/** Without delays, which no simulation of cycles asks for. */
const withoutDelays = (text: string): string => text.replace(/\bspecify\b[\s\S]*?\bendspecify\b/g, '');

/** Modules of a text by name; those without a body are black boxes. */
function modulesIn(text: string): Map<string, string> {
  const modules = new Map<string, string>();
  for (const [module, name] of withoutDelays(text).matchAll(MODULE))
    if (/\b(assign|always|generate)\b/.test(module)) modules.set(name, module);
  return modules;
}

/** Names that a text instantiates, among others. */
const words = (text: string): string[] =>
  [...new Set(text.match(/^[ \t]*[A-Za-z]\w*(?=\s+(#\s*\(|[\\\w]))/gm) ?? [])].map((w) => w.trim());

/** `module NAME` of a netlist: its cells by type. */
const cellsOf = (netlist: string): string[] => [
  ...new Set([...netlist.matchAll(/^ {2}([A-Z]\w*) (?:#\(|\\|\w)/gm)].map(([, type]) => type)),
];

/** Verilog of the models. Errors: BLN401 without Yosys's libraries, BLN402 for a cell that has no model. */
export function cellModels(netlist: string, family: Family, yosys: Yosys): string {
  if (yosys.share === null) {
    throw new BlnetError('BLN401', {
      where: '--netlist',
      found: `the cell libraries of ${yosys.version} are no files`,
      hint: 'use a native yosys (Debian: apt-get install yosys)',
    });
  }
  const known = modulesIn(readText(join(yosys.share, FAMILY_DATA[family].cellModels)));
  const own = join(PACKAGE_ROOT, 'hw/cells', family);
  for (const file of existsSync(own) ? readdirSync(own).sort() : [])
    for (const [name, text] of modulesIn(readText(join(own, file))))
      if (!known.has(name)) known.set(name, text);
  const needed = new Map<string, string>();
  const add = (name: string): void => {
    const text = known.get(name);
    if (text === undefined || needed.has(name)) return;
    needed.set(name, text);
    for (const used of words(text)) add(used);
  };
  for (const cell of cellsOf(netlist)) {
    add(cell);
    if (!needed.has(cell)) {
      throw new BlnetError('BLN402', {
        where: 'netlist',
        found: `a cell ${cell} of ${family}, of which there is no simulation model`,
        need: `a model in hw/cells/${family} or in ${FAMILY_DATA[family].cellModels} of Yosys`,
        hint: 'verify the RTL instead, without --netlist',
      });
    }
  }
  return `${[...needed.values()].join('\n\n')}\n`;
}

/**
 * Ordering codes of the parts: device, package, speed grade, as the vendors' product tables list them (Xilinx DS190,
 * DS180, DS891, DS987; Lattice FPGA-DS-02012). A part that a user names is one of these or none: what reaches a generated
 * file is the code of this table, never the user's own text.
 */
import type { Device } from './devices.js';

interface Codes {
  readonly packages: readonly string[];
  readonly grades: readonly string[];
  /** The code of a package and a grade. */
  readonly code: (device: string, pack: string, grade: string) => string;
}

const series7 = (device: string, pack: string, grade: string): string => `${device}${pack}-${grade}`;
const ultrascale = (device: string, pack: string, grade: string): string => `${device}-${pack}-${grade}`;
/** Speed grade, package, then commercial or industrial. */
const lattice = (device: string, pack: string, grade: string): string =>
  `${device}-${grade[0]}${pack}${grade[1]}`;

const ZYNQ_GRADES = ['1', '2', '3'];
const MPSOC_GRADES = ['1-e', '1-i', '1L-i', '1LV-i', '2-e', '2-i', '2L-e', '2LV-e'];
const ECP5_GRADES = ['6C', '6I', '7C', '7I', '8C', '8I'];

/** Device → codes; every device of `devices.ts` has a row. */
const TABLE: Readonly<Record<string, Codes>> = {
  xc7z010: { packages: ['clg225', 'clg400'], grades: ZYNQ_GRADES, code: series7 },
  xc7z020: { packages: ['clg400', 'clg484'], grades: ZYNQ_GRADES, code: series7 },
  xc7a35t: {
    packages: ['cpg236', 'csg324', 'csg325', 'ftg256', 'fgg484'],
    grades: ['1', '2', '2L', '3'],
    code: series7,
  },
  xc7a100t: {
    packages: ['csg324', 'ftg256', 'fgg484', 'fgg676'],
    grades: ['1', '2', '2L', '3'],
    code: series7,
  },
  xczu3eg: { packages: ['sbva484', 'sfva625', 'sfvc784'], grades: MPSOC_GRADES, code: ultrascale },
  xck26: { packages: ['sfvc784'], grades: ['2LV-c', '2LV-i'], code: ultrascale },
  xczu7ev: {
    packages: ['fbvb900', 'ffvc1156', 'ffvf1517'],
    grades: [...MPSOC_GRADES, '3-e'],
    code: ultrascale,
  },
  'LFE5U-25F': { packages: ['MG285', 'BG256', 'BG381'], grades: ECP5_GRADES, code: lattice },
  'LFE5U-45F': { packages: ['MG285', 'BG256', 'BG381', 'BG554'], grades: ECP5_GRADES, code: lattice },
  'LFE5U-85F': { packages: ['MG285', 'BG381', 'BG554', 'BG756'], grades: ECP5_GRADES, code: lattice },
};

/** Every ordering code of a device, packages in order. */
export function orderingCodes(device: string): readonly string[] {
  const codes = Object.hasOwn(TABLE, device) ? TABLE[device] : undefined;
  if (!codes) return [];
  return codes.packages.flatMap((pack) => codes.grades.map((grade) => codes.code(device, pack, grade)));
}

/** A part as a user may name it: `device` alone, or one of its ordering codes in its canonical spelling. */
export interface Part<D> {
  readonly device: D;
  readonly code: string | null;
}

/** Case-insensitive; undefined for anything that is neither a device nor one of its ordering codes. */
export function findPart<D extends Pick<Device, 'name'>>(
  devices: readonly D[],
  text: string,
): Part<D> | undefined {
  const wanted = text.toLowerCase();
  for (const device of devices) {
    if (device.name.toLowerCase() === wanted) return { device, code: null };
    const code = orderingCodes(device.name).find((c) => c.toLowerCase() === wanted);
    if (code !== undefined) return { device, code };
  }
  return undefined;
}

/** Places in which two texts differ, by the fewest insertions, deletions and replacements. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}

/** Longest text that is compared; longer ones are no misspelled part. */
const LONGEST = 40;

/** Known parts that `text` may have meant, nearest first: its device's codes where it begins with a device. */
export function similarParts(devices: readonly Pick<Device, 'name'>[], text: string, count = 6): string[] {
  const wanted = text.toLowerCase().slice(0, LONGEST);
  const device = devices.find((d) => wanted.startsWith(d.name.toLowerCase()));
  if (!device) {
    const far = new Map(devices.map((d) => [d.name, distance(wanted, d.name.toLowerCase())]));
    return devices.map((d) => d.name).sort((a, b) => (far.get(a) as number) - (far.get(b) as number));
  }
  return orderingCodes(device.name)
    .map((code) => ({ code, far: distance(wanted, code.toLowerCase()) }))
    .sort((a, b) => a.far - b.far)
    .slice(0, count)
    .map(({ code }) => code);
}

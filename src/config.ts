/**
 * What a compilation may be told, with defaults; the same keys serve `--config FILE` and the manifest of a build.
 */
import { BlnetError } from './diagnostics.js';
import type { CalibrationMethod } from './passes/calibrate.js';
import { DEVICES, type Device } from './targets/devices.js';
import { findPart, type Part, similarParts } from './targets/ordering-codes.js';

export const BACKENDS = ['verilog', 'hls', 'both'] as const;
export type Backend = (typeof BACKENDS)[number];

/** Where results may be scaled to the format of the next layer. */
export const REQUANTIZERS = ['any', 'luts'] as const;

export interface CompileConfig {
  /** Name of a device in `estimate/devices.ts`, or one of its ordering codes (`estimate/ordering-codes.ts`). */
  readonly part: string;
  /** Planned clock; null takes the device's. */
  readonly clockMhz: number | null;
  /** Frames per second to reach with the fewest resources; null fills the device. */
  readonly fps: number | null;
  /** Limits on the design; null takes all DSPs of the device, 83 % of its LUTs and 85 % of its block RAM. */
  readonly maxDsp: number | null;
  readonly maxLut: number | null;
  /** Blocks of 36 kbit, of 18 kbit on ECP5. */
  readonly maxBram: number | null;
  /** `any`: in DSPs or LUTs, whichever serves speed; `luts`: DSPs are left to the network's own products. */
  readonly requantizeIn: (typeof REQUANTIZERS)[number];
  readonly activationBits: number;
  readonly weightBits: number;
  readonly calibration: CalibrationMethod;
  readonly backend: Backend;
}

export const DEFAULT_CONFIG: CompileConfig = {
  part: 'xc7z020',
  clockMhz: null,
  fps: null,
  maxDsp: null,
  maxLut: null,
  maxBram: null,
  requantizeIn: 'any',
  activationBits: 8,
  weightBits: 8,
  calibration: { percentile: 99.99 },
  backend: 'verilog',
};

type Check = (value: unknown) => boolean;
const isPositive: Check = (v) => typeof v === 'number' && Number.isFinite(v) && v > 0;
const isCount: Check = (v) => Number.isInteger(v) && (v as number) > 0;
const orNull =
  (check: Check): Check =>
  (v) =>
    v === null || check(v);
const isBits: Check = (v) => Number.isInteger(v) && (v as number) >= 2 && (v as number) <= 8;
const isMethod: Check = (v) =>
  v === 'min-max' ||
  (typeof v === 'object' &&
    v !== null &&
    isPositive((v as { percentile?: unknown }).percentile) &&
    (v as { percentile: number }).percentile > 50 &&
    (v as { percentile: number }).percentile <= 100);

const RULES: Readonly<Record<keyof CompileConfig, readonly [Check, string]>> = {
  part: [(v) => typeof v === 'string', 'the name of a part'],
  clockMhz: [orNull(isPositive), 'a clock in MHz above 0, or null'],
  fps: [orNull(isPositive), 'frames per second above 0, or null'],
  maxDsp: [orNull(isCount), 'a number of DSPs, or null'],
  maxLut: [orNull(isCount), 'a number of LUTs, or null'],
  maxBram: [orNull((v) => v === 0 || isCount(v)), 'a number of block RAMs, or null'],
  requantizeIn: [(v) => (REQUANTIZERS as readonly unknown[]).includes(v), REQUANTIZERS.join(', ')],
  activationBits: [isBits, 'an integer from 2 to 8'],
  weightBits: [isBits, 'an integer from 2 to 8'],
  calibration: [isMethod, '"min-max", or {"percentile": P} with P above 50 up to 100'],
  backend: [(v) => (BACKENDS as readonly unknown[]).includes(v), BACKENDS.join(', ')],
};

/** Defaults, then `document` on top. Errors: BLN107 unknown key or illegal value, BLN002 unknown part. */
export function parseConfig(document: unknown, where: string): CompileConfig {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new BlnetError('BLN107', {
      where,
      found: 'no JSON object',
      need: `keys ${Object.keys(RULES).join(', ')}`,
    });
  }
  for (const [key, value] of Object.entries(document)) {
    const rule = RULES[key as keyof CompileConfig];
    if (!rule)
      throw new BlnetError('BLN107', {
        where,
        found: `unknown key "${key}"`,
        need: Object.keys(RULES).join(', '),
      });
    const [isLegal, need] = rule;
    if (!isLegal(value)) {
      throw new BlnetError('BLN107', { where: `${where}: ${key}`, found: JSON.stringify(value), need });
    }
  }
  const config = { ...DEFAULT_CONFIG, ...document };
  deviceOf(config);
  if (config.backend !== 'verilog') orderingCodeOf(config);
  return config;
}

function partOf(config: Pick<CompileConfig, 'part'>): Part<Device> {
  const part = findPart(DEVICES, config.part);
  if (part) return part;
  throw new BlnetError('BLN002', {
    where: '--part',
    found: config.part,
    need: similarParts(DEVICES, config.part).join(', '),
    hint: 'name a device, or one of its ordering codes with package and speed grade; --max-dsp narrows a device further',
  });
}

/** Errors: BLN002 for a part that is neither a device of the list nor one of its ordering codes. */
export const deviceOf = (config: Pick<CompileConfig, 'part'>): Device => partOf(config).device;

/**
 * Part with package and speed grade, for the vendor's tools: the one that was named, or the device's usual one.
 * Errors: BLN001 for a device that those tools do not know.
 */
export function orderingCodeOf(config: Pick<CompileConfig, 'part'>): string {
  const { device, code } = partOf(config);
  if (device.orderingCode !== null) return code ?? device.orderingCode;
  throw new BlnetError('BLN001', {
    where: '--backend',
    found: `HLS code for ${device.name}`,
    need: `a part that Vitis HLS knows: ${DEVICES.filter((d) => d.orderingCode !== null)
      .map((d) => d.name)
      .join(', ')}`,
    hint: 'use --backend verilog for this part',
  });
}

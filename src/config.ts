/**
 * What a compilation may be told, with defaults; the same keys serve `--config FILE` and the manifest of a build.
 */
import { BlnetError } from './diagnostics.js';
import {
  ARITHMETICS,
  BACKENDS,
  type CompileConfig,
  GIVEN_CONFIG_SCHEMA,
  REQUANTIZERS,
} from './schema/config.js';
import { validate } from './schema/validate.js';
import { BOARDS } from './targets/boards.js';
import { DEVICES, type Device } from './targets/devices.js';
import { GENERIC_HELP, genericPart } from './targets/generic-part.js';
import { findPart, type Part, similarParts } from './targets/ordering-codes.js';

export { ARITHMETICS, BACKENDS, type CompileConfig, REQUANTIZERS };
export type Backend = CompileConfig['backend'];

export const DEFAULT_CONFIG: CompileConfig = {
  part: 'xc7z020',
  board: null,
  clockMhz: null,
  fps: null,
  copies: null,
  maxDsp: null,
  maxLut: null,
  maxBram: null,
  fillPercent: null,
  requantizeIn: 'any',
  inputLanes: 'pixel',
  outputLanes: 'plan',
  arithmetic: 'auto',
  allowInexact: false,
  activationBits: 8,
  weightBits: 8,
  calibration: { percentile: 99.99 },
  backend: 'verilog',
};

/** Defaults, then `document` on top. Errors: BLN107 unknown key or illegal value, BLN002 unknown part. */
export function parseConfig(document: unknown, where: string): CompileConfig {
  const given = validate(GIVEN_CONFIG_SCHEMA, document, { where, code: 'BLN107' });
  const board = boardOf(given);
  const config = { ...DEFAULT_CONFIG, ...(board ? { part: board.device } : {}), ...given };
  if (board && deviceOf(config).name !== board.device) {
    throw new BlnetError('BLN001', {
      where,
      found: `part ${config.part} for a ${board.title}`,
      need: `${board.device}, which the board carries`,
      hint: 'leave --part away: --board names it',
    });
  }
  deviceOf(config);
  if (config.backend !== 'verilog') orderingCodeOf(config);
  return config;
}

/** Null where the build is for no board. */
export const boardOf = ({ board }: Pick<CompileConfig, 'board'>) => (board ? BOARDS[board] : null);

function partOf(config: Pick<CompileConfig, 'part'>): Part<Device> {
  const generic = genericPart(config.part);
  const part = generic ? { device: generic, code: null } : findPart(DEVICES, config.part);
  if (part) return part;
  throw new BlnetError('BLN002', {
    where: '--part',
    found: config.part,
    need: similarParts(DEVICES, config.part).join(', '),
    hint: `name a device, one of its ordering codes, or a part by its numbers: ${GENERIC_HELP}`,
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

/** A routed design as a bitstream, by Project Trellis's ecppack. */
import { BlnetError } from '../../diagnostics.js';
import type { Nextpnr } from '../nextpnr.js';
import { resultOf } from '../synthesis/yosys-job.js';
import { type RunLimits, runTool } from '../tool-run.js';

const CONFIG_FILE = 'design.config';
const BIT_FILE = 'design.bit';

/** @param config the design in Trellis's text form. Errors: BLN401 without ecppack; BLN402 when it fails. */
export async function packBitstream(
  nextpnr: Nextpnr,
  config: string,
  limits: RunLimits,
): Promise<Uint8Array> {
  if (nextpnr.ecppack === null) {
    throw new BlnetError('BLN401', {
      where: 'bitstream',
      found: `no ecppack beside ${nextpnr.command}`,
      hint: 'blnet route --install DIR installs both, or install Project Trellis',
    });
  }
  const texts = await runTool({
    ...limits,
    tool: 'ecppack',
    command: nextpnr.ecppack,
    args: ['--compress', CONFIG_FILE, BIT_FILE],
    files: new Map([[CONFIG_FILE, config]]),
    results: [BIT_FILE],
    encoding: 'latin1',
  });
  return Buffer.from(resultOf(texts, BIT_FILE), 'latin1');
}

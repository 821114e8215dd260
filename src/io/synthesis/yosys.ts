/**
 * Yosys, wherever it is: the native program when it is found, else the npm package @yowasp/yosys, which is the same
 * program as WebAssembly (about twice as slow and ten seconds to start, but nothing to install).
 */
import { BlnetError } from '../../diagnostics.js';
import type { Yosys, YosysChoice } from './yosys-job.js';
import { nativeVersion, nativeYosys } from './yosys-native.js';
import { wasmYosys } from './yosys-wasm.js';

export type { Yosys, YosysChoice, YosysJob } from './yosys-job.js';

/** Native when found, else WebAssembly; or exactly the one asked for. `BLNET_YOSYS` names another program. Errors: BLN401. */
export async function findYosys(wanted?: YosysChoice): Promise<Yosys> {
  const command = process.env.BLNET_YOSYS ?? 'yosys';
  if (wanted !== 'wasm') {
    const version = nativeVersion(command);
    if (version !== null) return nativeYosys(command, version);
  }
  if (wanted !== 'native') {
    const yosys = await wasmYosys();
    if (yosys) return yosys;
  }
  throw new BlnetError('BLN401', {
    where: 'synthesis',
    found: wanted === 'wasm' ? 'no npm package @yowasp/yosys' : `no program '${command}'`,
    hint: 'install yosys (Debian: apt-get install yosys), or npm install @yowasp/yosys',
  });
}

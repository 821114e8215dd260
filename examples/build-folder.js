/** With files, in Node.js: `node build-folder.js FOLDER` writes a build, reads it back, and verifies it where it can. */
import { join } from 'node:path';
import {
  BlnetError,
  compile,
  loadAssets,
  readBuild,
  readModel,
  simulate,
  verify,
  writeBuild,
} from 'blnet/node';
import { images, network } from './network.js';

const folder = join(process.argv[2] ?? '.', 'build');
const model = readModel(network, { name: 'example' });
const accelerator = compile({
  model,
  images: images(8),
  config: { part: 'xc7z010', maxDsp: 20 },
  assets: loadAssets(),
});
writeBuild(folder, { model, accelerator, samples: images(2) });

const build = readBuild(folder);
console.log(`${simulate(build).latencyCycles} cycles`);
try {
  const result = await verify(build, images(2), { simulator: 'iverilog' });
  console.log(result.ok ? 'bit-exact and cycle-exact' : result.problems.join('\n'));
} catch (error) {
  // BLN401: there is no Icarus on this machine; the message says how to get it.
  if (!(error instanceof BlnetError) || error.diagnostic.code !== 'BLN401') throw error;
  console.log(error.message);
}

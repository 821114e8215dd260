/**
 * Without any file: compiles a network, asks it for answers, cycles and resources. Runs in Node.js (`node simulate.js`)
 * and in a browser alike.
 */
import { classify, compile, estimate, readModel, simulate } from 'blnet';
import { assets } from 'blnet/assets';
import { images, network } from './network.js';

export function run() {
  const model = readModel(network, { name: 'example' });
  const accelerator = compile({ model, images: images(8), config: { part: 'xc7z010', maxDsp: 20 }, assets });
  const { latencyCycles, intervalCycles } = simulate(accelerator, { frames: 3 });
  const answers = classify(accelerator, images(2));
  return {
    files: Object.fromEntries(accelerator.files),
    latencyCycles,
    intervalCycles,
    classes: answers.map((a) => a.class),
    integers: answers.map((a) => [...a.integers]),
    luts: estimate(accelerator).total.lut,
  };
}

const { files, ...facts } = run();
console.log(JSON.stringify({ ...facts, files: Object.keys(files).length }, null, 2));

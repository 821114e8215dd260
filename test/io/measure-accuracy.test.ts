/** The accuracy report is the same for any number of threads, and a thread that fails is an error and no silence. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Image } from '../../src/images/image.js';
import { type Build, readBuildFolder } from '../../src/io/build/build-folder.js';
import { ImageWorkers } from '../../src/io/images/image-workers.js';
import { measureAccuracy } from '../../src/io/images/measure-accuracy.js';
import { sizeOf } from '../../src/ir/graph.js';
import { Prng } from '../../src/ir/prng.js';
import { tensorOf } from '../../src/ir/quant-graph.js';
import { compileSources } from '../support/compile-sources.js';
import { type SmallBuild, smallBuild } from '../support/small-build.js';

describe('accuracy in threads', () => {
  let small: SmallBuild | undefined;
  let build: Build;
  let images: readonly Image[];
  let workerEntry: URL;
  beforeAll(() => {
    small = smallBuild();
    build = readBuildFolder(small.folder);
    workerEntry = compileSources('test-workers')('io/images/image-worker');
    const prng = new Prng(1);
    const size = sizeOf(tensorOf(build.quantized, build.quantized.input).shape);
    // Views of one buffer, as those of a dataset's file are.
    const file = Uint8Array.from({ length: 333 * size }, () => prng.int(0, 255));
    images = Array.from({ length: 333 }, (_, i) => ({
      pixels: file.subarray(i * size, (i + 1) * size),
      label: prng.int(0, 3),
    }));
  }, 60_000);
  afterAll(() => small?.remove());

  it('does not depend on their number', async () => {
    const here = await measureAccuracy(build, images, { sqnrImages: 70 });
    expect(here.images).toBe(333);
    expect(here.agreement).toBeGreaterThan(0.5);
    expect(here.agreement).toBeLessThanOrEqual(1);
    expect(here.layers.length).toBeGreaterThan(5);
    for (const threads of [1, 2, 5]) {
      const counts: number[] = [];
      const onProgress = (done: number) => counts.push(done);
      const report = await measureAccuracy(build, images, {
        sqnrImages: 70,
        threads,
        workerEntry,
        onProgress,
      });
      expect(report).toEqual(here);
      expect(counts).toEqual([64, 70, 134, 198, 262, 326, 333]);
    }
  });

  it('gives every image its own outputs, in order', async () => {
    const pixels = images.map((i) => i.pixels);
    const here = await new ImageWorkers(build.quantized, 0).run(pixels);
    expect(new Set(here.map(String)).size).toBeGreaterThan(20);
    const workers = new ImageWorkers(build.quantized, 3, workerEntry);
    const parts = await Promise.all(
      Array.from(pixels, (_, i) => pixels.slice(i, i + 1)).map((p) => workers.run(p)),
    );
    await workers.close();
    expect(parts.flat()).toEqual(here);
  });

  it('refuses a label that the model has no output for', async () => {
    const classes = sizeOf(tensorOf(build.quantized, build.quantized.outputs[0]).shape);
    const foreign = images.map((image, i) => ({ ...image, label: i === 200 ? classes : 0 }));
    await expect(measureAccuracy(build, foreign, { sqnrImages: 0 })).rejects.toMatchObject({
      diagnostic: { code: 'BLN103', found: `label ${classes}` },
    });
  });

  it('ends with the error of a thread', async () => {
    const absent = new URL('./absent.js', workerEntry);
    await expect(
      measureAccuracy(build, images, { sqnrImages: 0, threads: 2, workerEntry: absent }),
    ).rejects.toThrow(/absent\.js/);
    const workers = new ImageWorkers(build.quantized, 1, workerEntry);
    await expect(workers.run([new Uint8Array(3)])).rejects.toThrow();
    await expect(workers.run([images[0].pixels])).rejects.toThrow();
    await workers.close();
  });
});

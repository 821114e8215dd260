/** Width conversion, both ways: ratios, pixels whose last wide beat is partly or mostly padding. */
import { blockCase, type GridPoint, runGrid } from '../support/kind-grid.js';

const PIXELS = 6;
const BITS = 5;

/** ratio, narrow lanes, narrow beats per pixel */
const GRID: [number, number, number][] = [
  [2, 1, 2],
  [2, 3, 3],
  [2, 1, 1],
  [3, 2, 7],
  [4, 1, 5],
  [5, 2, 5],
  [7, 1, 3],
];

const chunk = <T>(list: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));

const up = ([ratio, lanes, groups]: [number, number, number], i: number): GridPoint => ({
  title: `up: ${groups} beats of ${lanes} lanes to ${ratio} times as wide`,
  case: blockCase(
    `up${i}`,
    { kind: 'widthUp', pixels: PIXELS, lanesIn: lanes, bits: BITS, ratio, groupsIn: groups },
    { lanes, bits: BITS, signed: true, beats: PIXELS * groups },
    { lanes: lanes * ratio, bits: BITS, signed: true },
    (frame) =>
      chunk(frame, groups).flatMap((pixel) =>
        chunk(pixel, ratio).map((beats) => {
          const wide = beats.flat();
          return [...wide, ...Array(lanes * ratio - wide.length).fill(0)];
        }),
      ),
  ),
});

const down = ([ratio, lanes, groups]: [number, number, number], i: number): GridPoint => ({
  title: `down: ${groups} beats of ${lanes} lanes from ${ratio} times as wide`,
  case: blockCase(
    `down${i}`,
    { kind: 'widthDown', pixels: PIXELS, lanesOut: lanes, bits: BITS, ratio, groupsOut: groups },
    { lanes: lanes * ratio, bits: BITS, signed: true, beats: PIXELS * Math.ceil(groups / ratio) },
    { lanes, bits: BITS, signed: true },
    (frame) =>
      chunk(frame, Math.ceil(groups / ratio)).flatMap((pixel) => chunk(pixel.flat(), lanes).slice(0, groups)),
  ),
});

runGrid('widthUp', GRID.map(up));
runGrid('widthDown', GRID.map(down));

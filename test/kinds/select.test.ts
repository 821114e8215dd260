/** Channels in any order: slices at whole beats and between them, shuffles, one channel often, more out than in. */
import { expect, it } from 'vitest';
import { Prng } from '../../src/ir/prng.js';
import { select } from '../../src/kinds/select.js';
import { blockCase, type GridPoint, layerPoints, runGrid } from '../support/kind-grid.js';
import { QuantBuilder } from '../support/quant-builder.js';

/** The graph of one layer in several foldings. */
function layer(own: number, channels: readonly number[]): GridPoint[] {
  const name = `select${own}to${channels.join('')}`.slice(0, 40);
  const format = { bits: 5, signed: true, zeroPoint: 3 };
  const b = new QuantBuilder(new Prng(own), name, { channels: own, height: 2, width: 3 }, format);
  return layerPoints(b.finish(b.select('image', channels)), 4);
}

/** Lanes beyond the channels, which layers do not ask for. */
const wide = {
  kind: 'select',
  pixels: 5,
  lanes: 4,
  bits: 3,
  groupsIn: 1,
  groupsOut: 3,
  places: Int32Array.of(3, 2, 1, 0, 0, 0, 0, 0, 1, 2, 3, 0),
} as const;

runGrid('select', [
  ...layer(6, [2, 3, 4, 5]),
  ...layer(6, [1, 2, 3]),
  ...layer(8, [0, 4, 1, 5, 2, 6, 3, 7]),
  ...layer(5, [4, 4, 0, 1, 2, 3, 0, 0, 1]),
  ...layer(1, [0, 0, 0]),
  ...layer(7, [6]),
  {
    title: 'one beat to three',
    case: blockCase(
      'selectwide',
      wide,
      { lanes: 4, bits: 3, signed: false, beats: 5 },
      { lanes: 4, bits: 3, signed: false },
      (frame) =>
        frame.flatMap((beat) =>
          [0, 1, 2].map((g) => [0, 1, 2, 3].map((l) => beat[wide.places[4 * g + l] ?? 0])),
        ),
    ),
  },
]);

it('places that are not there are refused', () => {
  expect(select.check(wide)).toEqual([]);
  expect(select.check({ ...wide, places: wide.places.slice(1) }).join()).toMatch(
    /11 places for 3 beats of 4/,
  );
  expect(select.check({ ...wide, places: wide.places.map(() => 4) }).join()).toMatch(/outside of 4 channels/);
  expect(select.check({ ...wide, groupsIn: 0 }).join()).toMatch(/groupsIn is 0/);
});

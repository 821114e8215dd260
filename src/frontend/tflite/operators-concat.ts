/** Handler of TFLite's CONCATENATION of feature maps along their channels. */
import type { Handler } from './operator-context.js';

const CONCATENATION = { axis: 0, fused: 1 } as const;

const concatenation: Handler = (c) => {
  const maps = Array.from({ length: c.inputs }, (_, i) => c.feature(i));
  const [first] = maps;
  if (!first) throw c.error('BLN102', { found: 'a CONCATENATION of nothing' });
  const last = first.dims.length - 1;
  const axis = c.options.int32(CONCATENATION.axis);
  if (axis !== last && axis !== -1) {
    throw c.error('BLN202', {
      found: `axis ${axis} of [${first.dims.join(', ')}]`,
      need: 'the channels, the last axis',
    });
  }
  const pixels = (dims: readonly number[]): string => dims.slice(0, -1).join();
  const other = maps.find(
    (x) => pixels(x.dims) !== pixels(first.dims) || x.dims.length !== first.dims.length,
  );
  const isFlat = maps.some((x) => x.dims.length === 2 && x.dims[1] !== x.shape.channels);
  if (other || isFlat) {
    throw c.error('BLN103', {
      found: `joining ${maps.map((x) => `[${x.dims.join(', ')}]`).join(' and ')}`,
      need: 'maps, or vectors, that differ in the channels alone',
    });
  }
  const fused = c.fused(CONCATENATION.fused);
  if (maps.length === 1 && !fused) return c.view(first, first.dims);
  const channels = maps.reduce((sum, x) => sum + x.shape.channels, 0);
  return c.emit({ op: 'concat' }, maps, fused, [...first.dims.slice(0, -1), channels]);
};

export const CONCAT_OPERATORS = { CONCATENATION: concatenation } as const satisfies Record<string, Handler>;

/** Handler of ONNX's Concat of feature maps along their channels. */
import type { Value } from './feature.js';
import type { Handler, OperatorContext } from './operator-context.js';

/** Errors: BLN202 for another axis than the channels, BLN103 where the other extents differ. */
function concat(c: OperatorContext): Value {
  const maps = c.values.map((_, i) => c.feature(i));
  const [first] = maps;
  if (!first) throw c.error('BLN102', { found: 'a Concat of nothing' });
  const axis = c.attributes.int('axis', 1);
  const at = axis < 0 ? axis + first.dims.length : axis;
  if (at !== c.channelAxis(first)) {
    throw c.error('BLN202', {
      found: `axis ${axis} of [${first.dims.join(', ')}]`,
      need: 'the axis of the channels',
      hint: 'join maps by their channels only; a border is what Pad is for',
    });
  }
  const rest = (dims: readonly number[]): string => dims.map((d, i) => (i === at ? '-' : d)).join(', ');
  const other = maps.find((x) => x.order !== first.order || rest(x.dims) !== rest(first.dims));
  if (other) {
    throw c.error('BLN103', {
      found: `a Concat of [${first.dims.join(', ')}] and [${other.dims.join(', ')}] along axis ${axis}`,
      need: 'extents that differ in the channels alone',
    });
  }
  if (maps.length === 1) return c.view(first, first.dims);
  const channels = maps.reduce((sum, x) => sum + x.shape.channels, 0);
  const dims = first.dims.map((d, i) => (i === at ? channels : d));
  return c.emit({ op: 'concat' }, maps, { dims, order: first.order });
}

export const CONCAT_OPERATORS = { Concat: concat } as const satisfies Record<string, Handler>;

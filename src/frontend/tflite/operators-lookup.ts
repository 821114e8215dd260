/** Handlers of the TFLite operators that become a table: activations that no clamp can say. */
import type { FunctionName } from '../../layers/lookup/functions.js';
import type { Handler } from './operator-context.js';

const LEAKY_RELU = { alpha: 0 } as const;

const table =
  (name: FunctionName, alpha = 0, beta = 0): Handler =>
  (c) => {
    const x = c.feature(0);
    return c.emit({ op: 'lookup', function: name, alpha, beta }, [x], null, x.dims);
  };

export const LOOKUP_OPERATORS = {
  LOGISTIC: table('sigmoid'),
  TANH: table('tanh'),
  HARD_SWISH: table('hardSwish', Math.fround(1 / 6), 0.5),
  ELU: table('elu', 1),
  LEAKY_RELU: (c) => table('leakyRelu', c.options.float32(LEAKY_RELU.alpha))(c),
} as const satisfies Record<string, Handler>;

/**
 * Handlers of the ONNX operators that become a table: activations that no clamp can say, and their products with their own
 * input (SiLU, hard swish), which exporters write as two operators.
 */
import type { FunctionName } from '../../layers/lookup/functions.js';
import type { LookupOp } from '../../layers/lookup/index.js';
import type { Feature, Value } from './feature.js';
import type { Handler, OperatorContext } from './operator-context.js';

/** A function of one value with ONNX's defaults of its attributes, as the single precision that they are stored in. */
const table =
  (name: FunctionName, defaults: { readonly alpha?: number; readonly beta?: number } = {}): Handler =>
  (c) => {
    const attribute = (key: 'alpha' | 'beta'): number => {
      const fallback = defaults[key];
      return fallback === undefined ? 0 : c.attributes.float(key, Math.fround(fallback));
    };
    const x = c.feature(0);
    return c.emit(
      { op: 'lookup', function: name, alpha: attribute('alpha'), beta: attribute('beta') },
      [x],
      x,
    );
  };

const hardSwish: Handler = (c) => {
  const x = c.feature(0);
  const [alpha, beta] = [Math.fround(1 / 6), 0.5];
  return c.emit({ op: 'lookup', function: 'hardSwish', alpha, beta }, [x], x);
};

/** Exact, or by tanh, as the attribute says. */
const gelu: Handler = (c) => {
  const approximate = c.attributes.string('approximate', 'none');
  if (approximate !== 'none' && approximate !== 'tanh')
    throw c.error('BLN202', { found: `approximate ${approximate}`, need: 'none or tanh' });
  return table(approximate === 'none' ? 'gelu' : 'geluTanh')(c);
};

/** ONNX calls the factor gamma. */
const selu: Handler = (c) => {
  const x = c.feature(0);
  const alpha = c.attributes.float('alpha', Math.fround(1.6732631921768188));
  const beta = c.attributes.float('gamma', Math.fround(1.0507010221481323));
  return c.emit({ op: 'lookup', function: 'selu', alpha, beta }, [x], x);
};

/** What x times the function of x is. */
const GATED: Readonly<Partial<Record<FunctionName, FunctionName>>> = {
  sigmoid: 'silu',
  hardSigmoid: 'hardSwish',
};

/** x * f(x) in either order, as a table; null where the operands are anything else. */
export function gatedByItself(c: OperatorContext, a: Feature, b: Feature): Value | null {
  for (const [x, gate] of [
    [a, b],
    [b, a],
  ] as const) {
    const maker = c.producerOf(gate);
    const isSame = x.dims.join() === gate.dims.join() && x.order === gate.order;
    if (!maker || !('function' in maker) || maker.inputs[0] !== x.tensor || !isSame) continue;
    const name = GATED[maker.function];
    if (!name) continue;
    const { alpha, beta } = maker;
    const op: LookupOp = { op: 'lookup', function: name, alpha, beta };
    return c.emit(op, [x], x);
  }
  return null;
}

export const LOOKUP_OPERATORS = {
  Sigmoid: table('sigmoid'),
  Tanh: table('tanh'),
  HardSigmoid: table('hardSigmoid', { alpha: 0.2, beta: 0.5 }),
  HardSwish: hardSwish,
  LeakyRelu: table('leakyRelu', { alpha: 0.01 }),
  Elu: table('elu', { alpha: 1 }),
  Celu: table('celu', { alpha: 1 }),
  Selu: selu,
  ThresholdedRelu: table('thresholdedRelu', { alpha: 1 }),
  Gelu: gelu,
  Erf: table('erf'),
  Softplus: table('softplus'),
  Softsign: table('softsign'),
  Mish: table('mish'),
  Abs: table('abs'),
} as const satisfies Record<string, Handler>;

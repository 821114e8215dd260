/**
 * Shape of an operation's output from the shapes of its inputs. The frontends, the spec builder and the verifier
 * all ask here, so that a graph's shapes cannot depend on who made it.
 */
import type { GraphOp, Shape } from '../ir/graph.js';
import { floatLayer } from './index.js';
import { mismatch } from './shared/shapes.js';

/** `2`, or `2 or more`. */
export function arityText([least, most]: readonly [number, number]): string {
  if (least === most) return `${least}`;
  return most === Number.POSITIVE_INFINITY ? `${least} or more` : `${least} to ${most}`;
}

/** Errors: BLN103 when inputs and parameters do not fit, BLN102 for illegal parameters. `where` names the node. */
export function inferShape(op: GraphOp, inputs: readonly Shape[], where: string): Shape {
  const layer = floatLayer(op);
  const [least, most] = layer.inputs;
  if (inputs.length < least || inputs.length > most)
    throw mismatch(where, `${inputs.length} inputs`, arityText(layer.inputs));
  return layer.infer(op, inputs, where);
}

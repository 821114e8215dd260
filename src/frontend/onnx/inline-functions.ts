/**
 * Functions of a model (local functions, which torch.onnx.export writes for its own operators) put in place of the nodes
 * that call them, before anything else looks at the nodes.
 */
import { BlnetError } from '../../diagnostics.js';
import { checkLimit } from '../../limits.js';
import type { AttributeMessage, FunctionMessage, NodeMessage } from './onnx-proto.js';

/** Functions that call each other deeper than this call themselves. */
const MAX_DEPTH = 16;
/** Characters of a call's name that the names of its nodes begin with. */
const MOST_NAME = 200;

const keyOf = (domain: string | undefined, name: string | undefined): string =>
  `${domain === 'ai.onnx' ? '' : (domain ?? '')}::${name ?? ''}`;

/** The attributes of a node in a function's body, with those that the call gives. */
function attributesOf(
  n: NodeMessage,
  call: NodeMessage,
  defaults: readonly AttributeMessage[],
): AttributeMessage[] {
  return (n.attribute ?? []).flatMap((a) => {
    if (!a.refAttrName) return [a];
    const given = [...(call.attribute ?? []), ...defaults].find((g) => g.name === a.refAttrName);
    return given ? [{ ...given, name: a.name ?? '' }] : [];
  });
}

/** Errors: BLN203 for functions that call themselves, BLN207 for more nodes than a model may hold. */
export function inlineFunctions(
  nodes: readonly NodeMessage[],
  functions: readonly FunctionMessage[],
): readonly NodeMessage[] {
  if (functions.length === 0) return nodes;
  const known = new Map(functions.map((f) => [keyOf(f.domain, f.name), f]));
  const result: NodeMessage[] = [];
  let calls = 0;

  const inline = (call: NodeMessage, depth: number): void => {
    const f = known.get(keyOf(call.domain, call.opType));
    if (!f) {
      result.push(call);
      checkLimit('nodes', result.length);
      return;
    }
    if (depth === MAX_DEPTH) {
      throw new BlnetError('BLN203', {
        where: `function ${f.name ?? ''}`,
        found: `functions that call each other ${MAX_DEPTH} deep`,
        need: 'functions that do not call themselves',
      });
    }
    checkLimit('nodes', ++calls);
    // The number tells calls apart; what is before it is for readers.
    const prefix = `${(call.name || call.output?.[0] || f.name || '').slice(0, MOST_NAME)}/${calls}/`;
    const names = new Map<string, string>();
    for (const [i, name] of (f.input ?? []).entries()) names.set(name, call.input?.[i] ?? '');
    for (const [i, name] of (f.output ?? []).entries()) {
      names.set(name, call.output?.[i] || `${prefix}${name}`);
    }
    const nameOf = (name: string) => (name === '' ? '' : (names.get(name) ?? `${prefix}${name}`));
    for (const n of f.node ?? []) {
      const own = {
        ...n,
        name: `${prefix}${n.name || n.output?.[0] || ''}`,
        input: (n.input ?? []).map(nameOf),
        output: (n.output ?? []).map(nameOf),
        attribute: attributesOf(n, call, f.attributeProto ?? []),
      };
      inline(own, depth + 1);
    }
  };
  for (const n of nodes) inline(n, 0);
  return result;
}

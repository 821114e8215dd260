/**
 * Typed reading of a node's attributes. Every attribute must be read or ignored by its handler, so that one that
 * would change the meaning of a node can never pass unseen.
 */
import { BlnetError } from '../../diagnostics.js';
import { checkLimit } from '../../limits.js';
import { type ConstTensor, toConstTensor } from './const-tensor.js';
import { ATTRIBUTE_TYPE, type AttributeMessage } from './onnx-proto.js';

/** UTF-8 without TextDecoder, which the pure core does not have; attribute strings are ASCII keywords. */
const ascii = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, 256));

type TypeName = keyof typeof ATTRIBUTE_TYPE;

export class Attributes {
  private readonly left = new Map<string, AttributeMessage>();
  readonly where: string;

  constructor(list: readonly AttributeMessage[], where: string) {
    this.where = where;
    for (const a of list) this.left.set(a.name ?? '', a);
  }

  private take(name: string, type: TypeName): AttributeMessage | undefined {
    const a = this.left.get(name);
    this.left.delete(name);
    // Old writers leave `type` out; then the default of the asked type is what they mean.
    if (a && a.type !== undefined && a.type !== 0 && a.type !== ATTRIBUTE_TYPE[type]) {
      throw new BlnetError('BLN102', {
        where: this.where,
        found: `attribute ${name} has ONNX attribute type ${a.type}`,
        need: `${type} (${ATTRIBUTE_TYPE[type]})`,
      });
    }
    return a;
  }

  int(name: string, fallback: number): number {
    const a = this.take(name, 'int');
    return a ? (a.i ?? 0) : fallback;
  }

  float(name: string, fallback: number): number {
    const a = this.take(name, 'float');
    return a ? (a.f ?? 0) : fallback;
  }

  string(name: string, fallback: string): string {
    const a = this.take(name, 'string');
    return a ? ascii(a.s ?? new Uint8Array()) : fallback;
  }

  ints(name: string): readonly number[] | undefined {
    const a = this.take(name, 'ints');
    return a ? this.limited(name, a.ints ?? []) : undefined;
  }

  floats(name: string): readonly number[] | undefined {
    const a = this.take(name, 'floats');
    return a ? this.limited(name, a.floats ?? []) : undefined;
  }

  private limited(name: string, values: readonly number[]): readonly number[] {
    checkLimit('listNumbers', values.length, `${this.where} attribute ${name}`);
    return values;
  }

  tensor(name: string): ConstTensor | undefined {
    const a = this.take(name, 'tensor');
    return a ? toConstTensor(a.t ?? {}, `${this.where} attribute ${name}`) : undefined;
  }

  /** Attributes that have no effect on inference. */
  ignore(...names: readonly string[]): void {
    for (const name of names) this.left.delete(name);
  }

  /** BLN202 for the first attribute that nobody asked for. */
  finish(): void {
    for (const name of this.left.keys()) {
      throw new BlnetError('BLN202', {
        where: this.where,
        found: `unknown attribute "${name}"`,
        need: 'the attributes of the ONNX standard, opset 6 to 25',
      });
    }
  }
}

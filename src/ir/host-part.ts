/** What a model does behind the outputs of the hardware and leaves to the host: a function of one output vector. */
import type { QuantFormat } from './number-format.js';

export type HostFunction =
  | {
      readonly computes: 'softmax';
      readonly beta: number;
      /** Of its 8-bit integers, which are then those of TFLite's kernel; null where it is computed in reals. */
      readonly format: QuantFormat | null;
    }
  | { readonly computes: 'argmax' };

/** With the output that it reads. */
export type HostPart = HostFunction & { readonly tensor: string };

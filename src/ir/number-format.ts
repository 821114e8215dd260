/** How integers stand for reals: real = scale * (q - zeroPoint). Shared by the float graph, which may bring formats, and the quantized one. */

/** Number format of one tensor. */
export interface QuantFormat {
  readonly bits: number;
  readonly signed: boolean;
  readonly scale: number;
  readonly zeroPoint: number;
}

export const sameFormat = (a: QuantFormat, b: QuantFormat): boolean =>
  a.bits === b.bits && a.signed === b.signed && a.scale === b.scale && a.zeroPoint === b.zeroPoint;

export const formatText = (f: QuantFormat): string =>
  `${f.signed ? 'int' : 'uint'}${f.bits} of scale ${f.scale}, zero point ${f.zeroPoint}`;

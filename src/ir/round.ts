/** Halves to even: how IEEE 754, and ONNX after it, round to a whole number. */
export const roundHalfEven = (v: number): number => {
  const floor = Math.floor(v);
  const rest = v - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
};

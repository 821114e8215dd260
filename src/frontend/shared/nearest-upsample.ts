/** Nearest-neighbour resizing as formats describe it: coordinate and rounding modes, and whether they repeat pixels. */

/** Source coordinate of output index `o` by ONNX's formulas; `to` is the output extent, `f` the factor. */
const COORDINATES: ReadonlyMap<string, (o: number, to: number, f: number) => number> = new Map([
  ['asymmetric', (o, _, f) => o / f],
  ['half_pixel', (o, _, f) => (o + 0.5) / f - 0.5],
  ['half_pixel_symmetric', (o, _, f) => (o + 0.5) / f - 0.5],
  ['pytorch_half_pixel', (o, to, f) => (to > 1 ? (o + 0.5) / f - 0.5 : 0)],
  ['tf_half_pixel_for_nn', (o, _, f) => (o + 0.5) / f],
  ['align_corners', (o, to, f) => (to > 1 ? (o * (to / f - 1)) / (to - 1) : 0)],
]);

const NEAREST: ReadonlyMap<string, (x: number) => number> = new Map([
  ['floor', Math.floor],
  ['ceil', Math.ceil],
  ['round_prefer_floor', (x) => Math.ceil(x - 0.5)],
  ['round_prefer_ceil', (x) => Math.floor(x + 0.5)],
]);

/** Whether the modes repeat every pixel `factor` times, found by evaluating them at every output index. */
export function repeatsPixels(coordinate: string, nearest: string, to: number, factor: number): boolean {
  const [position, round] = [COORDINATES.get(coordinate), NEAREST.get(nearest)];
  if (!position || !round) return false;
  const clip = (i: number) => Math.min(Math.max(i, 0), to / factor - 1);
  return Array.from({ length: to }, (_, o) => clip(round(position(o, to, factor)))).every(
    (i, o) => i === Math.floor(o / factor),
  );
}

/** Line buffer: kernels, strides, paddings, lane groups, tap orders, rows of storage. */
import type { WindowParams } from '../../src/ir/hardware.js';
import { blockCase, type GridPoint, runGrid } from '../support/kind-grid.js';

/** Output row, output column, group, window column, window row; `taps` of them a beat. */
function tapsOf(p: WindowParams, frame: readonly number[][]): number[][] {
  const pixel = (y: number, x: number, g: number): number[] =>
    y < 0 || y >= p.height || x < 0 || x >= p.width
      ? Array(p.lanes).fill(p.padValue)
      : frame[(y * p.width + x) * p.groups + g];
  const beats: number[][] = [];
  for (let oy = 0; oy < p.outHeight; oy++)
    for (let ox = 0; ox < p.outWidth; ox++)
      for (let g = 0; g < p.groups; g++) {
        const taps: number[][] = [];
        for (let kx = 0; kx < p.kernel; kx++)
          for (let ky = 0; ky < p.kernel; ky++)
            taps.push(pixel(oy * p.stride - p.padTop + ky, ox * p.stride - p.padLeft + kx, g));
        for (let t = 0; t < taps.length; t += p.taps) beats.push(taps.slice(t, t + p.taps).flat());
      }
  return beats;
}

/** kernel, stride, [top, left, bottom, right], height, width, groups, lanes, columns at once, spare rows */
type Row = [
  number,
  number,
  [number, number, number, number],
  number,
  number,
  number,
  number,
  boolean,
  number,
];
const GRID: Row[] = [
  [3, 1, [1, 1, 1, 1], 5, 7, 1, 3, true, 0],
  [3, 1, [1, 1, 1, 1], 5, 7, 3, 1, false, 0],
  [3, 2, [1, 1, 1, 1], 6, 8, 2, 2, true, 0],
  [3, 2, [1, 1, 1, 1], 7, 5, 1, 1, false, 0],
  [3, 2, [0, 0, 1, 1], 6, 6, 2, 3, true, 0],
  // The last row and column of the image are never read: they must not stay behind.
  [3, 2, [0, 0, 0, 0], 6, 8, 1, 2, true, 0],
  [3, 1, [0, 0, 0, 0], 4, 5, 2, 1, false, 1],
  [2, 2, [0, 0, 0, 0], 6, 4, 3, 1, true, 0],
  [2, 1, [0, 0, 1, 1], 4, 5, 1, 2, false, 0],
  [5, 1, [2, 2, 2, 2], 6, 5, 1, 1, true, 0],
  [5, 2, [2, 2, 2, 2], 7, 9, 2, 1, true, 2],
  // The window exceeds the image on every side.
  [5, 1, [4, 4, 4, 4], 2, 3, 1, 1, true, 0],
  [3, 1, [1, 1, 1, 1], 1, 1, 2, 2, true, 0],
  [1, 2, [0, 0, 0, 0], 5, 7, 2, 2, true, 0],
  [1, 1, [0, 0, 0, 0], 3, 4, 1, 5, false, 0],
];

function point(
  [kernel, stride, pads, height, width, groups, lanes, column, spare]: Row,
  i: number,
): GridPoint {
  const [top, left, bottom, right] = pads;
  const params: WindowParams = {
    kind: 'window',
    height,
    width,
    groups,
    lanes,
    bits: 8 - (i % 3),
    kernel,
    stride,
    padTop: top,
    padLeft: left,
    outHeight: Math.floor((height + top + bottom - kernel) / stride) + 1,
    outWidth: Math.floor((width + left + right - kernel) / stride) + 1,
    taps: column ? kernel : 1,
    rows: kernel + stride - 1 + spare,
    padValue: i % 2 ? -3 : 0,
  };
  const format = { bits: params.bits, signed: true };
  const input = { ...format, lanes, beats: height * width * groups };
  const output = { ...format, lanes: params.taps * lanes };
  return {
    title: `${kernel}x${kernel} stride ${stride} pads ${pads} on ${height}x${width}, ${groups} groups of ${lanes}, ${params.taps} taps, ${params.rows} rows`,
    case: blockCase(`window${i}`, params, input, output, (f) => tapsOf(params, f)),
  };
}

runGrid('window', GRID.map(point));

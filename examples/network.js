/** What the examples share: a small network, and images to calibrate and run it on. A model of your own would be a file. */
export const network = {
  name: 'example',
  input: { channels: 3, height: 8, width: 8, mean: 128, std: 64 },
  classes: 4,
  stages: [
    { type: 'conv', name: 'stem', out: 5, kernel: 3, stride: 1 },
    { type: 'classifier', name: 'classifier' },
  ],
};

/** Images as bytes, channel-major: noise that is the same everywhere. */
export function images(count) {
  let state = 1;
  const byte = () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 24;
  };
  return Array.from({ length: count }, () => Uint8Array.from({ length: 3 * 8 * 8 }, byte));
}

/** Model files of other programs, told by their first bytes: each is refused with what makes it one that blnet reads. */
import { BlnetError } from '../diagnostics.js';

const TORCH = {
  what: 'a PyTorch file, which holds weights or Python objects',
  hint: 'export from Python: torch.onnx.export(model.eval(), torch.zeros(1, CHANNELS, HEIGHT, WIDTH), "net.onnx")',
};
const KERAS = {
  what: 'a Keras model',
  hint: 'convert it in Python: open("net.tflite", "wb").write(tf.lite.TFLiteConverter.from_keras_model(keras.models.load_model(FILE)).convert())',
};
const ARCHIVE = { what: 'a zip archive', hint: 'unpack it, and name the .onnx or .tflite file within' };
const NUMPY = {
  what: 'a NumPy array',
  hint: 'images go to --calibration; the model is an .onnx or .tflite file',
};

const HEAD_BYTES = 4096;

const starts = (bytes: Uint8Array, text: string): boolean =>
  bytes.length >= text.length && [...text].every((c, i) => bytes[i] === c.charCodeAt(0));

function formatOf(bytes: Uint8Array): { readonly what: string; readonly hint: string } | undefined {
  if (starts(bytes, '\x89HDF\r\n')) return { ...KERAS, what: 'an HDF5 file, as Keras writes' };
  if (starts(bytes, '\x93NUMPY')) return NUMPY;
  if (starts(bytes, 'PK\x03\x04')) {
    const head = Array.from(bytes.subarray(0, HEAD_BYTES), (b) => String.fromCharCode(b)).join('');
    if (/\/(data\.pkl|byteorder|version|\.format_version)/.test(head)) return TORCH;
    return /metadata\.json|config\.json|model\.weights/.test(head) ? KERAS : ARCHIVE;
  }
  // A pickle of protocol 2 to 5, as torch.save wrote it once: its version, then the magic number of PyTorch.
  const isPickle = bytes[0] === 0x80 && bytes[1] >= 2 && bytes[1] <= 5;
  return isPickle && bytes[2] === 0x8a ? TORCH : undefined;
}

/** Errors: BLN101 for a file of another program, with the way from there to here. */
export function refuseForeign(bytes: Uint8Array): void {
  const foreign = formatOf(bytes);
  if (!foreign) return;
  throw new BlnetError('BLN101', {
    found: foreign.what,
    need: 'ONNX (.onnx), TFLite (.tflite) or a network spec (.json)',
    hint: foreign.hint,
  });
}

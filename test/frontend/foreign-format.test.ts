/** Files of other programs are named for what they are, with the way to a model that is read. */
import { describe, expect, it } from 'vitest';
import { readModel } from '../../src/api/model.js';
import { diagnosticOf } from '../support/errors.js';

const bytes = (text: string): Uint8Array => Uint8Array.from([...text].map((c) => c.charCodeAt(0)));

describe('a model file of another program', () => {
  it.each([
    ['torch.save', 'PK\x03\x04\0\0\0\0net/data.pkl', 'PyTorch', 'torch.onnx.export'],
    ['torch.save of old', '\x80\x02\x8a\x0al\xfc\x9c', 'PyTorch', 'torch.onnx.export'],
    ['.h5', '\x89HDF\r\n\x1a\n', 'HDF5', 'TFLiteConverter'],
    ['.keras', 'PK\x03\x04\0\0metadata.json', 'Keras', 'TFLiteConverter'],
    ['a zip', 'PK\x03\x04\0\0readme', 'zip archive', 'unpack'],
    ['.npy', '\x93NUMPY\x01\0', 'NumPy', '--calibration'],
  ])('%s', (_, text, what, cure) => {
    const { code, found, hint } = diagnosticOf(() => readModel(bytes(text)));
    expect(code).toBe('BLN101');
    expect(found).toContain(what);
    expect(hint).toContain(cure);
  });
});

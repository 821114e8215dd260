/** Networks that load by a click; they are part of the page. */

import model from '../../models/mobile-blnet-cifar10.onnx?url';
import qdq from '../../models/mobile-blnet-cifar10.qdq.onnx?url';
import images from '../../models/samples/class-prototypes.bin?url';

export interface Sample {
  readonly title: string;
  readonly name: string;
  readonly address: string;
  /** Images for its calibration. */
  readonly images: { readonly name: string; readonly address: string };
}

const PROTOTYPES = { name: 'class-prototypes.bin', address: images };

export const SAMPLES: readonly Sample[] = [
  { title: 'Mobile_BLNet, float', name: 'mobile-blnet-cifar10.onnx', address: model, images: PROTOTYPES },
  {
    title: 'the same, quantized (QDQ)',
    name: 'mobile-blnet-cifar10.qdq.onnx',
    address: qdq,
    images: PROTOTYPES,
  },
];

export async function fetchBytes(address: string): Promise<Uint8Array> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

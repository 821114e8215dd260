/** A model as a user gave it. */
export interface ModelFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** real = (pixel - mean) / std, in place of what the model says. */
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
}

const MODEL = /\.(onnx|tflite|json)$/i;
export const isModelName = (name: string): boolean => MODEL.test(name);

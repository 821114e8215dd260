/**
 * What lies beside a model and says how images reach it: `config.json` of timm (`pretrained_cfg`), `preprocessor_config.json` of Hugging Face.
 * Mean and deviation are there in units of 1, here in pixel steps.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DataFacts } from '../ir/dataset.js';
import { readJson } from './files.js';

export interface ModelCard extends DataFacts {
  /** Name of the file. */
  readonly file: string;
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
}

type Json = Readonly<Record<string, unknown>>;
const object = (v: unknown): Json => (typeof v === 'object' && v !== null ? (v as Json) : {});
const isNumber = (v: unknown): v is number => typeof v === 'number' && Number.isFinite(v);
const numbers = (v: unknown): readonly number[] | undefined =>
  Array.isArray(v) && v.length > 0 && v.every(isNumber) ? v : undefined;
const texts = (v: unknown): readonly string[] | undefined =>
  Array.isArray(v) && v.length > 0 && v.every((t) => typeof t === 'string') ? v : undefined;

/** A step of a pixel is 1/255, unless the file says that pixels are multiplied by something else first. */
function scaled(mean: unknown, std: unknown, factor: unknown): Pick<ModelCard, 'mean' | 'std'> {
  const [m, s] = [numbers(mean), numbers(std)];
  const steps = isNumber(factor) && factor > 0 ? 1 / factor : 255;
  // As many digits as single precision has, so that 0.5 * 255 stays 127.5 and 1 / 0.00392 becomes 255.
  const pixelSteps = (v: number): number => Number((v * steps).toPrecision(7));
  return m && s?.every((v) => v > 0) ? { mean: m.map(pixelSteps), std: s.map(pixelSteps) } : {};
}

function ofTimm(o: Json): Omit<ModelCard, 'file'> {
  const c = object(o.pretrained_cfg);
  const size = numbers(c.input_size);
  const isCropped = isNumber(c.crop_pct) && c.crop_pct > 0 && c.crop_mode !== 'squash';
  const resize =
    isCropped && size ? `${Math.floor(Math.max(...size.slice(1)) / Number(c.crop_pct))}` : undefined;
  const classes = texts(o.label_names) ?? texts(c.label_names);
  return { ...scaled(c.mean, c.std, undefined), resize, classes };
}

function ofHuggingFace(o: Json): Omit<ModelCard, 'file'> {
  const size = object(o.size);
  const shorter = isNumber(o.size) ? o.size : size.shortest_edge;
  const resize = isNumber(shorter) ? `${shorter}` : isNumber(size.height) ? 'stretch' : undefined;
  const isNormal = o.do_normalize !== false;
  return {
    ...scaled(isNormal ? o.image_mean : [0], isNormal ? o.image_std : [1], o.rescale_factor),
    resize,
  };
}

const CARDS = [
  ['config.json', 'pretrained_cfg', ofTimm],
  ['preprocessor_config.json', 'image_mean', ofHuggingFace],
] as const;

/** The first file that says something of images; undefined without one. Errors: BLN107 for a file that is no JSON. */
export function modelCard(model: string): ModelCard | undefined {
  for (const [file, key, read] of CARDS) {
    const path = join(dirname(model), file);
    if (!existsSync(path)) continue;
    const document = object(readJson(path));
    if (Object.hasOwn(document, key)) return { file, ...read(document) };
  }
  return undefined;
}

export const cardText = ({ file, mean, resize, classes }: ModelCard): string => {
  const said = [mean && 'mean and deviation', resize && 'the size of images', classes && 'names of classes'];
  return `${file} beside the model: ${said.filter(Boolean).join(', ') || 'nothing of use'}`;
};

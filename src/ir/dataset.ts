/** What a network's metadata says of the data that it is for, beside mean and deviation: class names, how images are fitted, reals. */
import type { Graph } from './graph.js';

type Metadata = Readonly<Record<string, string>>;

const CLASSES_KEY = 'blnet.classes';
/** As `--resize` takes it. */
export const RESIZE_KEY = 'blnet.input.resize';
/** `reals` where the input is no pixels. */
const VALUES_KEY = 'blnet.input.values';

/** Names of classes in the order of the outputs: a JSON list, or names separated by commas. */
export function classesOf(metadata: Metadata): readonly string[] | undefined {
  const text = metadata[CLASSES_KEY];
  if (text === undefined) return undefined;
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list)) return list.map(String);
  } catch {
    // Names, then.
  }
  return text.split(',').map((name) => name.trim());
}

export const takesReals = (metadata: Metadata): boolean => metadata[VALUES_KEY] === 'reals';

/** What of a network's data somebody else than the model says. */
export interface DataFacts {
  readonly classes?: readonly string[] | undefined;
  readonly resize?: string | undefined;
  readonly reals?: boolean;
}

export function withData(graph: Graph, { classes, resize, reals }: DataFacts): Graph {
  return {
    ...graph,
    metadata: {
      ...graph.metadata,
      ...(classes ? { [CLASSES_KEY]: JSON.stringify(classes) } : {}),
      ...(resize === undefined ? {} : { [RESIZE_KEY]: resize }),
      ...(reals ? { [VALUES_KEY]: 'reals' } : {}),
    },
  };
}

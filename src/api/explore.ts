/** The Pareto front of a model on a part, without files. */
import { parseConfig } from '../config.js';
import { type Exploration, exploreModel } from '../explore-model.js';
import { paretoSvg } from '../report/pareto-svg.js';
import type { CompileRequest } from './accelerator.js';

export interface ExploreRequest extends Omit<CompileRequest, 'assets'> {
  /** Speeds that are done, of those that will be. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** The front as data and as a drawing. Errors: those of `compile`; BLN206 when nothing fits. */
export function explore({ model, images, config = {}, onStage, onProgress }: ExploreRequest): {
  readonly front: Exploration;
  readonly svg: string;
} {
  const front = exploreModel({
    graph: model.graph,
    images,
    config: parseConfig(config, 'config'),
    ...(onStage ? { onStage } : {}),
    ...(onProgress ? { onProgress } : {}),
  });
  return { front, svg: paretoSvg(front, `${model.name} on ${front.part}`, front.clockMhz) };
}

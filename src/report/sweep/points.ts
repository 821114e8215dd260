/** The points of a sweep: every combination of its lists, each under a name that stays when lists grow. */
import { type CompileConfig, parseConfig } from '../../config.js';
import { BlnetError } from '../../diagnostics.js';
import { checkLimit } from '../../limits.js';
import type { SweepDocument } from '../../schema/sweep.js';

export interface SweepPoint {
  /** Letters, digits and `. _ -`: a file name, and a word in a shell. */
  readonly id: string;
  /** As the document names it. */
  readonly model: string;
  readonly option: string;
  readonly config: CompileConfig;
}

const WIDTHS = [{ activationBits: 8, weightBits: 8 }] as const;
const OPTIONS: NonNullable<SweepDocument['options']> = [{ name: 'default' }];

/** Name of a model file without folders and ending. */
const stemOf = (model: string): string => model.replace(/^.*[/\\]/, '').replace(/\.[^.]*$/, '');
const slug = (text: string): string =>
  text.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '');

/**
 * In the order of the lists, models first.
 * @param where name of the document, for errors
 * Errors: BLN107 for settings that none may have and for combinations that come twice, BLN002, BLN207 for too many.
 */
export function sweepPoints(document: SweepDocument, where: string): SweepPoint[] {
  const { models, parts, rates = [null], widths = WIDTHS, options = OPTIONS } = document;
  const count = models.length * parts.length * rates.length * widths.length * options.length;
  checkLimit('sweepPoints', count, where);
  const points = new Map<string, SweepPoint>();
  for (const model of models)
    for (const part of parts)
      for (const fps of rates)
        for (const width of widths)
          for (const { name: option, ...more } of options) {
            const config = parseConfig({ ...more, ...width, part, fps }, where);
            const rate = fps === null ? 'fastest' : `${fps}fps`;
            const { activationBits, weightBits } = width;
            const id = slug(
              [stemOf(model), part, rate, `a${activationBits}w${weightBits}`, option].join('-').slice(0, 160),
            );
            const twin = points.get(id);
            if (twin) {
              throw new BlnetError('BLN107', {
                where,
                found: `two points named ${id}, of ${twin.model} and ${model}`,
                need: 'combinations that differ, file names and names of options included',
                hint: 'rename one of the models or options, or take it out of its list',
              });
            }
            points.set(id, { id, model, option, config });
          }
  return [...points.values()];
}

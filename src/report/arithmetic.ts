/** Whose integers a build has, and what is proved of it, in words. */
import { differenceText, isProved, type LayerProof } from '../arithmetic/proof.js';
import type { Manifest } from './manifest.js';

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** One line, the layers that are not equal included. */
export function arithmeticText({ name, layers }: Manifest['arithmetic']): string {
  if (name === 'blnet') return "blnet's own";
  const all: readonly LayerProof[] = layers;
  const equal = all.reduce((sum, l) => sum + l.channels - l.differing.length, 0);
  const proved = `${plural(equal, 'channel')} of ${plural(all.length, 'layer')} proved equal for every value`;
  const others = all.filter((l) => !isProved(l)).map((l) => `${l.layer}: ${differenceText(l)}`);
  return [`those of ${name}, ${proved}`, ...others].join('; ');
}

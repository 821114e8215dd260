/** What a network is planned for, as the form has it. */
import type { Device } from 'blnet';
import type { CalibrationSource } from './calibration.js';
import { byId, make } from './dom.js';

const FAMILIES: Readonly<Record<string, string>> = {
  xc7: 'Xilinx 7 series',
  xcup: 'Xilinx UltraScale+',
  ecp5: 'Lattice ECP5',
};

const form = byId<HTMLFormElement>('plan');
const NUMBERS = ['fps', 'clockMhz', 'maxDsp', 'maxLut', 'maxBram'] as const;
const NOISE_NOTE =
  'Without images noise stands in: structure, cycles and resources are right, answers are not. Take a .npy file of uint8 (N, C, H, W), a CIFAR .bin file, or pictures, which are scaled to the input.';

export function fillForm(devices: readonly Device[]): void {
  const select = form.elements.namedItem('part') as HTMLSelectElement;
  for (const family of new Set(devices.map((d) => d.family))) {
    const group = make('optgroup', { label: FAMILIES[family] ?? family });
    for (const { name, lut, dsp } of devices.filter((d) => d.family === family))
      group.append(
        make('option', {
          value: name,
          textContent: `${name}: ${dsp} DSPs, ${lut.toLocaleString('en-US')} LUTs`,
        }),
      );
    select.append(group);
  }
  select.value = 'xc7z020';
  byId('images-note').textContent = NOISE_NOTE;
}

const textOf = (name: string): string => (new FormData(form).get(name) as string).trim();

/** A word that is no number is left to the compiler, which says what is wrong with it. */
const numberOrText = (text: string): number | string => (Number.isFinite(Number(text)) ? Number(text) : text);

/** Keys of manifest.json "config"; an empty field has its default. */
export function configOf(): object {
  const given = NUMBERS.filter((name) => textOf(name) !== '').map((name) => [
    name,
    numberOrText(textOf(name)),
  ]);
  const choices = (['part', 'requantizeIn', 'backend'] as const).map((name) => [name, textOf(name)]);
  return Object.fromEntries([...choices, ...given]);
}

/** Throws what to say of a field that is no list of numbers. */
export function preprocessingOf(): { mean?: readonly number[]; std?: readonly number[] } {
  const list = (name: 'mean' | 'std'): readonly number[] | undefined => {
    const text = textOf(name);
    if (text === '') return undefined;
    const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
    if (!values.every(Number.isFinite)) throw new Error(`${name}: write numbers separated by commas`);
    return values;
  };
  const [mean, std] = [list('mean'), list('std')];
  return { ...(mean ? { mean } : {}), ...(std ? { std } : {}) };
}

export const imageCount = (): number => Math.max(1, Math.floor(Number(textOf('imageCount')) || 100));

/** Images that a sample brought or a user dropped; the file field stands above them. */
let given: readonly File[] = [];

export function giveImages(files: readonly File[], from: string): void {
  given = files;
  byId('images-note').textContent = files.length > 0 ? `Calibration with ${from}.` : NOISE_NOTE;
}

export async function calibrationOf(): Promise<CalibrationSource> {
  const input = form.elements.namedItem('images') as HTMLInputElement;
  const files = input.files && input.files.length > 0 ? [...input.files] : given;
  const [first] = files;
  if (!first) return { kind: 'noise', seed: 1 };
  if (/\.(npy|bin)$/i.test(first.name))
    return { kind: 'file', name: first.name, bytes: new Uint8Array(await first.arrayBuffer()) };
  return { kind: 'pictures', pictures: files };
}

/** Numbers as the reports print them; the HTML page carries the raw value beside each. */

/** 1234567 -> 1,234,567. */
export const grouped = (n: number): string => `${Math.round(n)}`.replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',');

export const percent = (fraction: number): string => `${(100 * fraction).toFixed(1)} %`;

export const fixed =
  (digits: number) =>
  (n: number): string =>
    n.toFixed(digits);

/** 1234567 bits -> 150.7 KiB. */
export function bytesOfBits(bits: number): string {
  const bytes = bits / 8;
  return bytes < 1024 ? `${Math.ceil(bytes)} B` : `${(bytes / 1024).toFixed(1)} KiB`;
}

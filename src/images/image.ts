/** One image of a dataset, whatever file it comes from. */
export interface Image {
  readonly pixels: Uint8Array;
  /** Class index, or null where the source has none. */
  readonly label: number | null;
}

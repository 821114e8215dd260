/** The part of WaveDrom that the reports use; the package has no types. */
declare module 'wavedrom' {
  /** JsonML: [tag, attributes, ...children]. */
  type JsonMl = [string, ...unknown[]];
  const wavedrom: {
    renderAny(index: number, source: object, skin: Readonly<Record<string, unknown>>): JsonMl;
    readonly waveSkin: Readonly<Record<string, unknown>>;
    readonly onml: { stringify(tree: JsonMl): string };
  };
  export default wavedrom;
}
declare module 'wavedrom/skins/narrow.js' {
  const skin: Readonly<Record<string, unknown>>;
  export default skin;
}

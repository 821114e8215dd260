/**
 * Names that try to leave their place in every language that blnet writes, and the build of a network that carries
 * them: as model file, network, nodes and tensors. Whatever runs of them makes or prints `PWNED`.
 */
import { compile } from '../../src/compile.js';
import { DEFAULT_CONFIG } from '../../src/config.js';
import { importOnnx } from '../../src/frontend/onnx/import-onnx.js';
import { loadAssets } from '../../src/io/assets.js';
import { floats, node, onnxModel } from './onnx-model.js';

export const HOSTILE: readonly string[] = [
  'x\ninitial begin $display("PWNED"); $system("touch PWNED"); $finish; end //',
  'x*/ int PWNED = 1; /*',
  'm"""\nimport os; os.system("touch PWNED")\n"""',
  'm[exec touch PWNED].onnx',
  '$(shell touch PWNED)`touch PWNED`$(touch PWNED)',
  '"; exec touch PWNED; set a "',
  '</script><script>window.PWNED=1</script><img src=x onerror="window.PWNED=1">',
  '" onmouseover="window.PWNED=1',
  "'; touch PWNED; '",
  'ends in a backslash \\',
  'ends in a trigraph ??/',
  '\u001b]0;PWNED\u0007\u001b[8m\u009b31mred',
  '\u202eevil\u2066 bidi\u2028line\u0085next',
  'nul\u0000inside',
  '#error PWNED',
  '- a: [b, {c: d}]\npwned: 1',
  'include ../PWNED\nall:\n\ttouch PWNED',
  '{{model}} {{{model}}}',
  '| a | b |\n<b>**bold**</b> [PWNED](http://x)',
  '../../PWNED',
  '__proto__',
  'constructor',
  'module',
  'begin',
  'class',
  'u_foo',
  'foo_out_tdata',
  'foo',
  'blnet_fifo',
  'true',
  '名前',
  'x'.repeat(10_000),
];

/** A chain of 1x1 convolutions, one for each name. */
export function chainOf(names: readonly string[], network: string): Uint8Array {
  const weights = floats('w', [2, 2, 1, 1], [0.5, -0.25, 0.125, 0.75]);
  const tensorOf = (i: number): string =>
    i < 0 ? 'x' : i === names.length - 1 ? 'y' : `tensor ${names[i]} ${i}`;
  const nodes = names.map((name, i) => ({
    ...node('Conv', [tensorOf(i - 1), 'w'], tensorOf(i)),
    name,
  }));
  return onnxModel(nodes, [weights], {
    input: ['N', 2, 3, 3],
    patch: (m) => {
      if (m.graph) m.graph.name = network;
    },
  });
}

/** The build folder of such a chain, for both backends. */
export function buildOf(names: readonly string[], network: string, model: string): Map<string, string> {
  const { files } = compile({
    graph: importOnnx(chainOf(names, network)),
    model,
    images: [new Uint8Array(18).map((_, i) => 14 * i)],
    config: { ...DEFAULT_CONFIG, backend: 'both', maxDsp: 8 },
    assets: loadAssets(),
  });
  return new Map(files);
}

/** What the distance to two multiply-accumulates per DSP and cycle is made of. */
import type { Build } from '../src/io/build/build-folder.js';
import { identifierOf } from '../src/ir/identifiers.js';
import { tensorOf } from '../src/ir/quant-graph.js';
import { productDsps } from '../src/kinds/engine.js';

/** Lines of text for a build whose design takes `dsp` DSPs and a frame every `interval` cycles. */
export function dspShare({ hardware, quantized }: Build, dsp: number, interval: number): string[] {
  let macs = 0;
  let macsInDsps = 0;
  /** DSPs with packed or single weights, and the cycles per frame in which their engines issue. */
  let engines = 0;
  let issued = 0;
  for (const n of quantized.nodes) {
    if (n.op !== 'conv' && n.op !== 'depthwise') continue;
    const x = tensorOf(quantized, n.inputs[0]).shape;
    const y = tensorOf(quantized, n.output).shape;
    const own = y.height * y.width * y.channels * n.kernel ** 2 * (n.op === 'depthwise' ? 1 : x.channels);
    macs += own;
    const p = hardware.blocks.find((b) => b.name === identifierOf(n.name))?.params;
    if (!p) throw new Error(`no block is named after layer ${n.name}`);
    if (p.kind === 'pointwise' && p.engine.peDsp > 0) {
      let outputs = 0;
      for (let pass = 0; pass < p.foldOut; pass++)
        outputs += Math.min(p.engine.peDsp, Math.max(0, y.channels - pass * p.pe));
      macsInDsps += (own * outputs) / y.channels;
      const dsps = productDsps(p.simd, p.engine.peDsp, p.engine.packShift);
      engines += dsps;
      issued += dsps * p.pixels * p.foldIn * p.foldOut;
    } else if (p.kind === 'depthwise' && p.engine.useDsp) {
      macsInDsps += own;
      engines += p.lanes * p.taps;
      issued += p.lanes * p.taps * p.pixels * p.groups * p.foldTaps;
    }
  }
  const per = (n: number, dsps: number): string => (n / dsps / interval).toFixed(2);
  return [
    `${macs} MACs a frame, interval ${interval} cycles, ${dsp} DSPs: ${per(macs, dsp)} MACs per DSP and cycle`,
    `  ${per(macs - macsInDsps, dsp)}  of it in LUTs (depthwise filters, outputs that the search puts there)`,
    `  ${per(macsInDsps, dsp)}  in DSPs, over all ${dsp}`,
    `  ${per(macsInDsps, engines)}  in DSPs, over the ${engines} that multiply weights; the other ${dsp - engines} scale results`,
    `  ${((100 * issued) / engines / interval).toFixed(1)} % of the cycles these issue: layers wait for the slowest one`,
    `  ${(macsInDsps / issued).toFixed(2)}  MACs per such DSP in a cycle in which it issues, of 2: the rest is padding of lanes and outputs`,
  ];
}

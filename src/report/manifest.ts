/** manifest.json of a build folder: what made the build, and what it promises. It holds no time and no path. */
import type { CompileConfig } from '../config.js';
import type { GraphNote } from '../ir/graph.js';
import type { Preprocessing } from '../ir/preprocess.js';

export interface Manifest {
  readonly blnet: string;
  readonly format: 1;
  readonly model: string;
  readonly top: string;
  readonly config: CompileConfig;
  readonly clockMhz: number;
  readonly calibrationImages: number;
  /** How to fill the input stream: pixels as they are, or quantized reals. */
  readonly input: {
    readonly takesPixels: boolean;
    readonly lanes: number;
    readonly bits: number;
    readonly scale: number;
    readonly zeroPoint: number;
    /** real = (pixel - mean) / std; where the model does not say so, a note says that it is assumed. */
    readonly preprocessing: Preprocessing;
  };
  /** What the frontend rewrote, assumed or left to the host. */
  readonly notes: readonly GraphNote[];
  /** What the folding search expects; LUTs and block RAM are estimates. */
  readonly planned: {
    readonly cycles: number;
    readonly dsp: number;
    readonly lut: number;
    /** In the part's blocks. */
    readonly bram: number;
    /** Layer that bounds the interval. */
    readonly bound: string;
    /** Why no shorter interval was planned. */
    readonly reason: string;
  };
  readonly simulated: {
    readonly latencyCycles: number;
    readonly intervalCycles: number;
    readonly framesPerSecond: number;
  };
  readonly folding: Readonly<Record<string, object>>;
  readonly fifoDepths: Readonly<Record<string, number>>;
}

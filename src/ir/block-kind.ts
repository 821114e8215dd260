/**
 * What a hardware block must be able to tell about itself. Engines take the table of kinds and ask;
 * none of them branches on a kind's name.
 */

import type { Bill } from './bill.js';
import type { BlockPorts } from './block-ports.js';
import type { BlockTiming } from './block-timing.js';
import type { BilledOf, KindName, ParamsOf, ShapeOf } from './hardware.js';
import type { Target } from './target.js';

/** One memory file that an RTL instance reads; one hexadecimal word a line. */
export interface MemoryImage {
  /** RTL parameter that takes the file's name. */
  readonly parameter: string;
  readonly suffix: string;
  /**
   * Set where the module has several memories of one kind: file `<name>NN.mem` with NN = bank. The parameter then
   * takes the name up to NN, and the module completes it.
   */
  readonly bank?: number;
  readonly wordBits: number;
  /** Words as non-negative integers. */
  readonly words: readonly bigint[];
}

/** How a block is instantiated. */
export interface RtlBinding {
  readonly module: string;
  /** Integer parameters in declaration order. */
  readonly parameters: ReadonlyArray<readonly [string, number]>;
  readonly memories: readonly MemoryImage[];
  /** Port prefixes of the inputs and outputs, in the order of the block's streams. */
  readonly inputPorts: readonly string[];
  readonly outputPorts: readonly string[];
}

/** One constant array of the HLS code, `words` x `lanes` integers of one width. */
export interface HlsRom {
  /** Argument of the function template; part of the file's and the variable's name. */
  readonly name: string;
  readonly bits: number;
  readonly signed: boolean;
  /** Elements of a word, read at once. */
  readonly lanes: number;
  /** In block RAM rather than LUTs. */
  readonly block: boolean;
  /** Word after word; the length is a multiple of `lanes`. */
  readonly values: ArrayLike<number>;
}

/** One call of a function template; `hw/hls/<function>.hpp` holds it. */
export interface HlsCall {
  readonly function: string;
  /** Integer template parameters in declaration order. */
  readonly parameters: ReadonlyArray<readonly [string, number]>;
  /** Arrays in the order of the arguments behind the streams. */
  readonly roms: readonly HlsRom[];
}

/** Channel between two calls of one block; the first one may already widen the block's input. */
export interface HlsLink {
  readonly name: string;
  readonly bits: number;
  readonly depth: number;
}

/**
 * How a block appears in HLS C++: as a chain of dataflow processes, or as nothing but the depth of a channel.
 * The first call reads the block's streams, the last one writes them; link i joins call i to call i + 1.
 */
export type HlsBinding =
  | {
      readonly form: 'processes';
      readonly calls: readonly HlsCall[];
      readonly links: readonly HlsLink[];
      /** Beats that a channel in front must hold, so that the block buffers as much as its RTL twin. */
      readonly inputDepth: number;
    }
  | { readonly form: 'channel'; readonly depth: number };

export interface BlockKind<K extends KindName> {
  readonly kind: K;
  /** One sentence for the catalogue. */
  readonly summary: string;
  /** Problems of a parameter set, in words; empty when legal. */
  check(p: ParamsOf<K>): readonly string[];
  /** How beats must look on the block's streams; asked only of legal parameters. */
  ports(p: ParamsOf<K>): BlockPorts;
  /** Cycles that the block is busy per frame when never stalled. */
  cyclesPerFrame(p: ShapeOf<K>): number;
  /** Multiply-accumulates per frame that count as useful work for utilisation, padding included. */
  macsPerFrame(p: ShapeOf<K>): number;
  /** What its RTL is made of; the target prices it. */
  bill(p: BilledOf<K>, target: Target): Bill;
  timing(p: ParamsOf<K>): BlockTiming;
  /** The block with room for so many steps more of its input, values as before; absent where there is nothing to add. */
  roomier?(p: ParamsOf<K>, steps: number): ParamsOf<K>;
  rtl(p: ParamsOf<K>): RtlBinding;
  hls(p: ParamsOf<K>): HlsBinding;
}

export type KindTable = { readonly [K in KindName]: BlockKind<K> };

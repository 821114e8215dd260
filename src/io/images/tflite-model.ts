/** The golden of a TFLite model: a TFLite runtime that the user has, in a Python process that is asked frame by frame. */
import { type ChildProcess, spawn } from 'node:child_process';
import { BlnetError } from '../../diagnostics.js';
import { PACKAGE_ROOT } from '../assets.js';
import { lastLines } from '../process.js';

const SCRIPT = `${PACKAGE_ROOT}templates/run_tflite.py`;

/** One end of the model as the runtime sees it; a scale of 0 where it holds reals. */
export interface TfliteEnd {
  readonly type: string;
  readonly size: number;
  readonly scale: number;
  readonly zeroPoint: number;
}

interface Head {
  readonly name: string;
  readonly version: string;
  readonly input: TfliteEnd;
  readonly outputs: readonly TfliteEnd[];
}

/** Bytes of a stream, taken in the lengths in which they are wanted. */
class Bytes {
  private held: Buffer = Buffer.alloc(0);
  private waiting: (() => void) | null = null;
  private ended = false;

  constructor(stream: NodeJS.ReadableStream) {
    const wake = (): void => {
      this.waiting?.();
      this.waiting = null;
    };
    stream.on('data', (part: Buffer) => {
      this.held = Buffer.concat([this.held, part]);
      wake();
    });
    stream.on('close', () => {
      this.ended = true;
      wake();
    });
  }

  /** Up to where `length` says, given what is here; undefined where the stream ends before. */
  async take(length: (held: Buffer) => number): Promise<Buffer | undefined> {
    for (;;) {
      const wanted = length(this.held);
      if (wanted > 0 && wanted <= this.held.length) {
        const taken = this.held.subarray(0, wanted);
        this.held = this.held.subarray(wanted);
        return taken;
      }
      if (this.ended) return undefined;
      await new Promise<void>((resolve) => {
        this.waiting = resolve;
      });
    }
  }
}

export class TfliteModel {
  private constructor(
    private readonly child: ChildProcess,
    private readonly answers: Bytes,
    private readonly said: { text: string },
    readonly head: Head,
  ) {}

  /** Errors: BLN402 where the runtime does not take the model. */
  static async open(python: string, path: string): Promise<TfliteModel> {
    const child = spawn(python, [SCRIPT, path], { stdio: ['pipe', 'pipe', 'pipe'] });
    const said = { text: '' };
    child.stderr.on('data', (part: Buffer) => {
      said.text = `${said.text}${part}`.slice(-4000);
    });
    // A process that has ended takes no more frames; what it said is told where its answer is missed.
    child.stdin.on('error', () => {});
    child.on('error', (error) => {
      said.text += error.message;
    });
    const answers = new Bytes(child.stdout);
    const line = await answers.take((held) => held.indexOf(10) + 1);
    if (!line) throw failed(python, said.text);
    return new TfliteModel(child, answers, said, JSON.parse(line.toString()) as Head);
  }

  /** The outputs of frames, each a value after the other in the type of the model's input. Errors: BLN402. */
  async run(frames: readonly (Int8Array | Uint8Array | Float32Array)[]): Promise<Float64Array[][]> {
    const { outputs } = this.head;
    const size = 8 * outputs.reduce((sum, o) => sum + o.size, 0);
    for (const f of frames) this.child.stdin?.write(new Uint8Array(f.buffer, f.byteOffset, f.byteLength));
    const results: Float64Array[][] = [];
    for (const _ of frames) {
      const bytes = await this.answers.take(() => size);
      if (!bytes) throw failed(this.child.spawnfile, this.said.text);
      const values = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + size));
      let at = 0;
      results.push(
        outputs.map((o) => {
          at += o.size;
          return values.subarray(at - o.size, at);
        }),
      );
    }
    return results;
  }

  close(): void {
    this.child.stdin?.end();
    this.child.kill();
  }
}

const failed = (python: string, said: string): BlnetError =>
  new BlnetError('BLN402', {
    where: python,
    found: `the TFLite runtime ended\n${lastLines(said)}`,
    hint: 'BLNET_PYTHON names another Python; without a TFLite runtime the reals of the integers are the golden',
  });

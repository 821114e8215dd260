/**
 * `make soak`: random networks through simulator and RTL, one line each. Every line stands for three runs of
 * three frames (steady, back-pressure, both ends stalling) in which every output value equals the integer
 * reference's and every handshake of every stream falls on the simulator's cycle.
 * Arguments: how many networks (500), the first seed (1). One process per core, a Verilator program per batch.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { differences, PATTERNS, simulateCase } from '../test/support/compare-rtl.js';
import { networkCase, type RandomNetwork, randomNetwork } from '../test/support/random-network.js';
import { RtlBuild } from '../test/support/rtl-build.js';

const FRAMES = 3;
/** Networks that share a Verilator program. */
const BATCH = 10;
const COMPARED = ['steady', 'backpressure', 'both'] as const;
const OK = 'ok';

const shapeText = ({ graph }: RandomNetwork): string => {
  const { channels, height, width } = graph.tensors.get(graph.input)?.shape ?? {};
  return `${channels}x${height}x${width}`;
};

function lineOf(network: RandomNetwork, cycles: readonly number[], problems: readonly string[]): string {
  const { seed, graph, sized, boundCycles } = network;
  const { blocks, streams } = sized.hardware;
  const facts = [
    `${seed}`.padStart(4),
    `input ${shapeText(network)}`.padEnd(15),
    `${graph.nodes.length} layers`.padStart(9),
    `${blocks.length} blocks`.padStart(10),
    `${streams.length} streams`.padStart(11),
    `bound ${boundCycles}`.padEnd(12),
    `cycles ${cycles.join(' ')}`.padEnd(28),
    problems.length === 0 ? OK : `FAILED ${problems.join('; ')}`,
  ];
  return facts.join('  ');
}

/** Prints a line per network. */
function runBatch(from: number, count: number): void {
  const networks = Array.from({ length: count }, (_, i) => randomNetwork(from + i, 'all'));
  const cases = networks.map((n) => networkCase(n, FRAMES));
  const build = new RtlBuild(cases);
  build.buildVerilator(0);
  networks.forEach((network, i) => {
    const c = cases[i];
    const cycles = COMPARED.map((name) => simulateCase(c, PATTERNS[name]).cycles);
    const problems = COMPARED.flatMap((name) =>
      differences(c, PATTERNS[name], build.run('verilator', c, PATTERNS[name])).map((d) => `${name}: ${d}`),
    );
    console.log(lineOf(network, cycles, problems));
  });
  build.remove();
}

/** A batch in a process of its own; the text that it printed, with what went wrong. */
function spawnBatch(from: number, count: number): Promise<string> {
  return new Promise((resolve) => {
    const script = fileURLToPath(import.meta.url);
    const child = spawn(process.execPath, [script, 'batch', `${from}`, `${count}`]);
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
    child.on('close', (status) =>
      resolve(status === 0 ? text : `${text}batch from seed ${from}: exit ${status}\n`),
    );
  });
}

async function soak(count: number, first: number): Promise<void> {
  const starts = Array.from({ length: Math.ceil(count / BATCH) }, (_, i) => first + i * BATCH);
  console.log(`make soak: node build/bench-js/bench/soak.js ${count} ${first}\n`);
  console.log(
    `${count} random networks from seed ${first}, ${FRAMES} frames each under the stall patterns ${COMPARED.join(', ')}`,
  );
  const results: Promise<string>[] = [];
  const worker = async (): Promise<void> => {
    for (let start = starts.shift(); start !== undefined; start = starts.shift()) {
      const result = spawnBatch(start, Math.min(BATCH, first + count - start));
      results[Math.round((start - first) / BATCH)] = result;
      await result;
    }
  };
  const workers = Array.from({ length: availableParallelism() }, worker);
  let equal = 0;
  for (let i = 0; i < Math.ceil(count / BATCH); i++) {
    while (!results[i]) await new Promise((resolve) => setTimeout(resolve, 200));
    const text = await results[i];
    equal += text.split('\n').filter((line) => line.endsWith(`  ${OK}`)).length;
    process.stdout.write(text);
  }
  await Promise.all(workers);
  console.log(`${equal} of ${count} networks: reference = simulator = RTL`);
  process.exitCode = equal === count ? 0 : 1;
}

const [mode, ...rest] = process.argv.slice(2);
if (mode === 'batch') runBatch(Number(rest[0]), Number(rest[1]));
else await soak(Number(mode ?? 500), Number(rest[0] ?? 1));

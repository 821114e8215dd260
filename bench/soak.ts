/**
 * `make soak`: random networks through simulator and RTL, one line each. Every line stands for three runs of
 * three frames (steady, back-pressure, both ends stalling) in which every output value equals the integer
 * reference's and every handshake of every stream falls on the simulator's cycle.
 * Last, one frame of the paper's Food101 network (paper-frame.ts). Arguments: how many networks (500), the first seed (1).
 */
import { differences, PATTERNS, simulateCase } from '../test/support/compare-rtl.js';
import { networkCase, type RandomNetwork, randomNetwork } from '../test/support/random-network.js';
import { RtlBuild } from '../test/support/rtl-build.js';
import { paperFrame } from './paper-frame.js';

const FRAMES = 3;
/** Networks that share a Verilator program. */
const BATCH = 10;
const COMPARED = ['steady', 'backpressure', 'both'] as const;

const COUNT = Number(process.argv[2] ?? 500);
const FIRST = Number(process.argv[3] ?? 1);

const shapeText = ({ graph }: RandomNetwork): string => {
  const { channels, height, width } = graph.tensors.get(graph.input)?.shape ?? {};
  return `${channels}x${height}x${width}`;
};

function describe(network: RandomNetwork, cycles: readonly number[], problems: readonly string[]): string {
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
    problems.length === 0 ? 'ok' : `FAILED ${problems.join('; ')}`,
  ];
  return facts.join('  ');
}

let failed = 0;
console.log(
  `${COUNT} random networks from seed ${FIRST}, ${FRAMES} frames each under the stall patterns ${COMPARED.join(', ')}`,
);
for (let from = FIRST; from < FIRST + COUNT; from += BATCH) {
  const seeds = Array.from({ length: Math.min(BATCH, FIRST + COUNT - from) }, (_, i) => from + i);
  const networks = seeds.map(randomNetwork);
  const cases = networks.map((n) => networkCase(n, FRAMES));
  const build = new RtlBuild(cases);
  build.buildVerilator(0);
  networks.forEach((network, i) => {
    const c = cases[i] as (typeof cases)[number];
    const cycles = COMPARED.map((name) => simulateCase(c, PATTERNS[name]).cycles);
    const problems = COMPARED.flatMap((name) =>
      differences(c, PATTERNS[name], build.run('verilator', c, PATTERNS[name])).map((d) => `${name}: ${d}`),
    );
    if (problems.length > 0) failed++;
    console.log(describe(network, cycles, problems));
  });
  build.remove();
}
console.log(`${COUNT - failed} of ${COUNT} networks: reference = simulator = RTL`);
process.exitCode = paperFrame() && failed === 0 ? 0 : 1;

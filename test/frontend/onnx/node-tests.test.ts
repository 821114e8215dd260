/**
 * ONNX's own node tests with an image for their first input, the others taken as constants: each is read, and gives ONNX's
 * output in reals and its reals in integers, or is refused with the reason that `golden/node-tests.txt` keeps.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { BlnetError } from '../../../src/diagnostics.js';
import { importOnnx } from '../../../src/frontend/onnx/import-onnx.js';
import { floatError, integerError, type NodeTest, nodeTests } from '../../support/onnx-node-tests.js';
import { describeWithTool } from '../../support/tools.js';

const GOLDEN = fileURLToPath(new URL('golden/node-tests.txt', import.meta.url));
/** The whole list anew: BLNET_UPDATE_GOLDEN=1. */
const UPDATES = process.env.BLNET_UPDATE_GOLDEN === '1';

/** Of ONNX's largest value: sums in another order. */
const FLOAT_ERROR = 1e-5;
const STEPS = 2.5;
const READ = 'read';

/** Without the list of all operators. */
const reasonOf = (e: BlnetError): string => `${e.diagnostic.code} ${e.diagnostic.found}`;

function stateOf(test: NodeTest): string {
  try {
    const graph = importOnnx(test.model);
    const [float, integer] = [floatError(test, graph), integerError(test, graph)];
    return float < FLOAT_ERROR && integer <= STEPS
      ? READ
      : `${float} off in reals, ${integer} steps in integers`;
  } catch (e) {
    if (e instanceof BlnetError) return reasonOf(e);
    throw e;
  }
}

describeWithTool('python3-onnx', "ONNX's node tests", () => {
  let tests: readonly NodeTest[];
  beforeAll(() => {
    tests = nodeTests();
  }, 600_000);

  it('are read, or refused with a reason', () => {
    const lines = tests.map((test) => `${test.name}: ${stateOf(test)}`);
    if (UPDATES) writeFileSync(GOLDEN, `${lines.join('\n')}\n`);
    expect(lines).toEqual(readFileSync(GOLDEN, 'utf8').trimEnd().split('\n'));
    expect(lines.filter((line) => line.endsWith(`: ${READ}`)).length).toBeGreaterThanOrEqual(60);
  }, 600_000);

  it('a wrong value is seen', () => {
    const test = tests.find((t) => t.name === 'test_basic_conv_with_padding') as NodeTest;
    const faulty = { ...test, outputs: test.outputs.map((o) => o.map((v, i) => (i === 3 ? v + 1 : v))) };
    expect(stateOf(test)).toBe(READ);
    expect(stateOf(faulty)).toMatch(/off in reals/);
  });
});

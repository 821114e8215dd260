/** The ends of a design with one input and one output, by their streams. */
import type { End } from '../../src/ir/hardware.js';
import type { EndPlan } from '../../src/ir/hardware-builder.js';

export const soleEnds = (input: number, output: number): readonly End[] => [
  { port: 's_axis', direction: 'in', role: 'pixels', tensor: 'input', stream: input },
  { port: 'm_axis', direction: 'out', role: 'result', tensor: 'output', stream: output },
];

/** What `HardwareBuilder.finish` takes for such a design. */
export const soleEnd = (direction: 'in' | 'out', stream: number): readonly EndPlan[] =>
  direction === 'in'
    ? [{ role: 'pixels', tensor: 'input', stream }]
    : [{ role: 'result', tensor: 'output', stream }];

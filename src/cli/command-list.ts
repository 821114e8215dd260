/**
 * All commands: what the program's help says of each, and its file, which is loaded when it is asked for: all of them
 * together take longer to load than some take to run.
 */
import type { Command } from 'commander';

export interface CommandEntry {
  /** Its arguments, as its help has them. */
  readonly takes: string | null;
  readonly description: string;
  /** The command without its description. */
  readonly load: () => Promise<Command>;
}

export const COMMANDS: ReadonlyMap<string, CommandEntry> = new Map<string, CommandEntry>([
  [
    'compile',
    {
      takes: '<model>',
      description:
        'compile a model (ONNX, TFLite, or a network spec with seeded weights) to Verilog in a build folder',
      load: async () => (await import('./commands/compile.js')).compileCommand(),
    },
  ],
  [
    'simulate',
    {
      takes: '<dir>',
      description:
        'outputs, latency, interval, what every block does with its cycles, the fullest each FIFO gets',
      load: async () => (await import('./commands/simulate.js')).simulateCommand(),
    },
  ],
  [
    'verify',
    {
      takes: '<dir>',
      description: 'run frames through the RTL; compare every output beat and the cycle of every handshake',
      load: async () => (await import('./commands/verify.js')).verifyCommand(),
    },
  ],
  [
    'accuracy',
    {
      takes: '<dir>',
      description:
        'top-1 of the model (ONNX Runtime, or a TFLite runtime) and of the integer reference, agreement, SQNR per layer',
      load: async () => (await import('./commands/accuracy.js')).accuracyCommand(),
    },
  ],
  [
    'inspect',
    {
      takes: '<model|dir>',
      description: 'layers, shapes, parameters, MACs and bits',
      load: async () => (await import('./commands/inspect.js')).inspectCommand(),
    },
  ],
  [
    'wave',
    {
      takes: '<dir>',
      description: 'draw handshakes around chosen events as SVG and VCD, from simulator and RTL',
      load: async () => (await import('./commands/wave.js')).waveCommand(),
    },
  ],
  [
    'report',
    {
      takes: '<dir>',
      description: 'write report.html, report.md and report.json of a build',
      load: async () => (await import('./commands/report.js')).reportCommand(),
    },
  ],
  [
    'demo',
    {
      takes: null,
      description: 'compile the reference network, simulate it, verify its RTL (where Verilator is found)',
      load: async () => (await import('./commands/demo.js')).demoCommand(),
    },
  ],
  [
    'doctor',
    {
      takes: null,
      description: 'which tools are found, which versions, and what each unlocks',
      load: async () => (await import('./commands/doctor.js')).doctorCommand(),
    },
  ],
  [
    'completion',
    {
      takes: '<shell>',
      description: 'a completion script for the shell',
      load: async () => (await import('./commands/completion.js')).completionCommand(),
    },
  ],
  [
    'estimate',
    {
      takes: '<dir>',
      description: 'LUTs, flip-flops, DSPs and memories of every block, and their share of the part',
      load: async () => (await import('./commands/estimate.js')).estimateCommand(),
    },
  ],
  [
    'synth',
    {
      takes: '<dir>',
      description: 'synthesise every block with Yosys or Vivado and hold the estimate against it',
      load: async () => (await import('./commands/synth.js')).synthCommand(),
    },
  ],
  [
    'route',
    {
      takes: '<dir>',
      description: 'place and route a build for its ECP5 part: the clock that it reaches, seed by seed',
      load: async () => (await import('./commands/route.js')).routeCommand(),
    },
  ],
  [
    'run',
    {
      takes: '<dir> [images]',
      description: 'run images on a board, over its serial port, and print their classes',
      load: async () => (await import('./commands/run.js')).runCommand(),
    },
  ],
  [
    'ui',
    {
      takes: null,
      description: 'serve the playground: compile models in a browser, on this machine alone',
      load: async () => (await import('./commands/ui.js')).uiCommand(),
    },
  ],
  [
    'explore',
    {
      takes: '<model>',
      description:
        'frames per second against DSPs, LUTs and block RAM: the Pareto front of a model on a part',
      load: async () => (await import('./commands/explore.js')).exploreCommand(),
    },
  ],
  [
    'sweep',
    {
      takes: '<file>',
      description: 'plan models for parts, rates, widths and options: one table, Pareto plots, a page',
      load: async () => (await import('./commands/sweep.js')).sweepCommand(),
    },
  ],
]);

/** `blnet inspect`: layers, shapes, parameters, MACs and bits of a model or a build. */
import { statSync } from 'node:fs';
import { Command, Option } from 'commander';
import { readBuildFolder } from '../../io/build/build-folder.js';
import { loadModel } from '../../io/load-model.js';
import { floatLayers, type LayerTable, quantizedLayers } from '../../report/layers.js';
import { terminalText } from '../../text/terminal.js';
import { emit, facts, grouped, table, withJson } from '../terminal/output.js';
import { positiveInteger } from './arguments.js';
import { noteFacts } from './notes.js';

interface InspectOptions {
  readonly seed: number;
  readonly json?: boolean;
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

export function inspectCommand(): Command {
  const command = new Command('inspect')
    .argument('<model|dir>', 'MODEL.onnx, MODEL.tflite, a spec .json, or a build folder')
    .addOption(new Option('--seed <n>', 'of the weights, for a spec').argParser(positiveInteger).default(1));
  return withJson(command).action((path: string, options: InspectOptions) => {
    const layers = isFolder(path) ? ofBuild(path) : floatLayers(loadModel(path, options.seed).graph);
    emit(options, layers, () => inspectText(layers));
  });
}

function ofBuild(path: string): LayerTable {
  const { quantized, manifest } = readBuildFolder(path);
  return quantizedLayers(quantized, manifest.notes);
}

function inspectText(t: LayerTable): string {
  const isQuantized = t.layers.some((l) => l.bits !== null);
  const head = ['layer', 'kind', 'output', 'parameters>', 'MACs>', ...(isQuantized ? ['bits>', 'acc>'] : [])];
  const optional = (n: number | null): string => (n === null ? '' : `${n}`);
  const rows = t.layers.map((l) => [
    l.name,
    l.op,
    l.output,
    grouped(l.parameters),
    grouped(l.macs),
    ...(isQuantized ? [optional(l.bits), optional(l.accumulatorBits)] : []),
  ]);
  const notes = noteFacts(t.notes);
  return [
    table(head, rows),
    '',
    `${terminalText(t.name)}: input ${t.input}, ${grouped(t.parameters)} parameters, ${grouped(t.macs)} MACs`,
    ...(notes.length > 0 ? ['', facts(notes)] : []),
  ].join('\n');
}

/** What a network is called: its modules, files and memories begin with it, so that several live in one design. */
import type { Graph } from './graph.js';
import { topNameOf } from './hardware-builder.js';

/** `folder/my-net.onnx` -> `my-net`. */
export const stemOf = (file: string): string =>
  file.replace(/^.*[/\\]/, '').replace(/\.(onnx|tflite|json)$/i, '');

/** The same graph under another name, where there is one. */
export const withName = (graph: Graph, name: string | undefined): Graph =>
  name === undefined ? graph : { ...graph, name };

/** Whether a name is the prefix as it stands, with nothing to be replaced. */
export const isPrefix = (name: string): boolean => topNameOf(name) === name;

/**
 * A Python with a TFLite runtime: `BLNET_PYTHON`, the active virtual environment and the Pythons on the path are looked at,
 * in this order.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findTool } from './process.js';

/** Modules that `run_tflite.py` knows, best first. */
const MODULES = ['tflite_micro', 'ai_edge_litert', 'tflite_runtime', 'tensorflow'];
const HAS_RUNTIME = `import sys, importlib.util as u; sys.exit(not any(map(u.find_spec, ${JSON.stringify(MODULES)})))`;
const PATIENCE_MS = 20_000;

/** The first Python that has a TFLite runtime, or undefined. */
export function findTflitePython(): string | undefined {
  const { BLNET_PYTHON, VIRTUAL_ENV } = process.env;
  const venv = VIRTUAL_ENV ? join(VIRTUAL_ENV, 'bin', 'python') : undefined;
  const places = new Set([BLNET_PYTHON, venv, findTool('python3'), '/usr/bin/python3']);
  return [...places].find(
    (place) =>
      place !== undefined &&
      existsSync(place) &&
      spawnSync(place, ['-c', HAS_RUNTIME], { stdio: 'ignore', timeout: PATIENCE_MS }).status === 0,
  );
}

/** The native Yosys: a process for every run, in a temporary folder of its own. */
import { spawnSync } from 'node:child_process';
import { runTool } from '../tool-run.js';
import { SCRIPT_FILE, toolName, type Yosys } from './yosys-job.js';

/** @param version its own line, see `nativeVersion` */
export function nativeYosys(command: string, version: string): Yosys {
  const run: Yosys['run'] = ({ files, script, ...job }) =>
    runTool({
      ...job,
      tool: toolName('native'),
      command,
      args: ['-s', SCRIPT_FILE],
      files: new Map([...files, [SCRIPT_FILE, script]]),
    });
  return { choice: 'native', version, parallel: true, run };
}

/** Version line of the program, or null where it does not run. */
export function nativeVersion(command: string): string | null {
  const probe = spawnSync(command, ['-V'], { encoding: 'utf8' });
  return probe.status === 0 ? probe.stdout.trim() : null;
}

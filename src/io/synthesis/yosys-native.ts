/** The native Yosys: a process for every run, in a temporary folder of its own. */
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findTool } from '../process.js';
import { runTool } from '../tool-run.js';
import { SCRIPT_FILE, toolName, type Yosys } from './yosys-job.js';

/** Beside the folder of the program, as its own installation has it. */
function shareOf(command: string): string | null {
  const path = command.includes('/') ? command : findTool(command);
  const share = path && existsSync(path) && join(dirname(realpathSync(path)), '..', 'share', 'yosys');
  return share && existsSync(share) ? share : null;
}

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
  return { choice: 'native', version, share: shareOf(command), parallel: true, run };
}

/** Version line of the program, or null where it does not run. */
export function nativeVersion(command: string): string | null {
  const probe = spawnSync(command, ['-V'], { encoding: 'utf8' });
  return probe.status === 0 ? probe.stdout.trim() : null;
}

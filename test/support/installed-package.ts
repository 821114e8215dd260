/** The package as a user gets it: packed from a copy of the sources without anything built, installed into an empty folder. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SOURCES = ['src', 'web', 'scripts', 'templates', 'hw', 'models', 'schemas', 'README.md', 'LICENSE'];

export interface InstalledPackage {
  /** Holds node_modules and the examples. */
  readonly folder: string;
  /** Paths in the package. */
  readonly files: readonly string[];
  remove(): void;
}

/** Throws with the tool's output when it fails. */
export function runIn(
  folder: string,
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): string {
  const run = spawnSync(command, args, { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env } });
  if (run.status === 0) return run.stdout;
  throw new Error(`${command} ${args.join(' ')}: exit ${run.status}\n${run.stdout}${run.stderr}`);
}

export function installPackage(): InstalledPackage {
  const root = mkdtempSync(join(tmpdir(), 'blnet-package-'));
  const [copy, folder] = [join(root, 'copy'), join(root, 'empty')];
  mkdirSync(copy);
  mkdirSync(folder);
  for (const name of [...SOURCES, ...readdirSync(ROOT).filter((n) => /^(package|tsconfig).*json$/.test(n))])
    if (existsSync(join(ROOT, name))) cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  // `prepack` builds everything that is not in the repository.
  runIn(copy, 'npm', ['pack', '--silent', '--pack-destination', root]);
  const tarball = join(root, readdirSync(root).find((n) => n.endsWith('.tgz')) as string);
  writeFileSync(join(folder, 'package.json'), '{"private": true, "type": "module"}');
  install(tarball, folder);
  cpSync(join(ROOT, 'examples'), folder, { recursive: true });
  const files = runIn(root, 'tar', ['-tzf', tarball])
    .trim()
    .split('\n')
    .map((n) => n.replace(/^package\//, ''));
  return { folder, files, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** Without what is optional. Where no registry answers, this repository's own packages take its place. */
function install(tarball: string, folder: string): void {
  const quiet = ['--no-audit', '--no-fund', '--loglevel', 'error', '--fetch-retries', '0'];
  try {
    runIn(folder, 'npm', ['install', tarball, '--omit=optional', '--prefer-offline', ...quiet]);
  } catch (error) {
    if (!/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ENOTCACHED/.test(String(error))) throw error;
    process.stderr.write('no package registry: the dependencies are those of the repository\n');
    installByHand(tarball, folder);
  }
}

function installByHand(tarball: string, folder: string): void {
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '.bin'), { recursive: true });
  runIn(modules, 'tar', ['-xzf', tarball]);
  runIn(modules, 'mv', ['package', 'blnet']);
  symlinkSync('../blnet/dist/cli/main.js', join(modules, '.bin/blnet'));
  const needed = runIn(ROOT, 'npm', ['ls', '--omit=dev', '--omit=optional', '--all', '--parseable'])
    .trim()
    .split('\n')
    .filter((path) => path.includes('/node_modules/'))
    .map((path) => path.slice(path.indexOf('/node_modules/') + '/node_modules/'.length));
  for (const name of needed) {
    if (name.includes('/node_modules/') || existsSync(join(modules, name))) continue;
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    cpSync(join(ROOT, 'node_modules', name), join(modules, name), { recursive: true });
  }
}

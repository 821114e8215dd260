/** Threads run compiled code, and what `dist/` holds may be older than the sources: tests compile for themselves. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

/**
 * @param folder of its own for each test file, since these run side by side
 * @returns address of a compiled module, by its path in src/ without the extension
 */
export function compileSources(folder: string): (module: string) => URL {
  // Inside the repository, so that the modules are found to be modules.
  const output = join(REPOSITORY, 'build', folder);
  const tsc = join(REPOSITORY, 'node_modules', '.bin', 'tsc');
  const { status, stdout } = spawnSync(tsc, ['-p', 'tsconfig.json', '--outDir', output], {
    cwd: REPOSITORY,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stdout);
  return (module) => pathToFileURL(join(output, `${module}.js`));
}

/** Where results are kept from one command to the next, and the keys that they are found by. */
import { createHash } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** What is kept, each in a folder of its own. */
export type Room = 'synthesis' | 'models' | 'routing' | 'tools';

/** Hash of everything that a result depends on. */
export const cacheKey = (parts: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:${part}`);
  return hash.digest('hex').slice(0, 40);
};

/** `BLNET_CACHE`, else the user's cache folder; an empty variable counts as none. Null where the user has no home. */
export function cacheFolder(
  room: Room,
  env: NodeJS.ProcessEnv = process.env,
  home = homedir(),
): string | null {
  const { BLNET_CACHE: own, XDG_CACHE_HOME: shared } = env;
  if (own) return join(own, room);
  // The XDG specification wants relative paths ignored.
  if (shared && isAbsolute(shared)) return join(shared, 'blnet', room);
  return home ? join(home, '.cache', 'blnet', room) : null;
}

/** Removes files and folders of a room but for the `most` used last, by the time of their last change. */
export function keepNewest(room: string, most: number): void {
  const all = readdirSync(room).map((name) => ({ name, used: statSync(join(room, name)).mtimeMs }));
  all.sort((a, b) => b.used - a.used);
  for (const { name } of all.slice(most)) rmSync(join(room, name), { recursive: true, force: true });
}

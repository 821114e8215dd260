/**
 * Who made a lock or a temporary folder, and whether that process still lives. A process is known by machine, boot,
 * process id and start time together: ids alone come again, in containers with every run.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process in one word that fits a file name: machine, boot, process id, start. */
export interface Owner {
  /** Hash of the host's name and its space of process ids: containers of one host do not see each other. */
  readonly machine: string;
  /** Hash of the boot: no process outlives it. `0` where the system does not say. */
  readonly boot: string;
  readonly pid: number;
  /** Start in clock ticks since the boot, `0` where the system does not say. */
  readonly start: string;
}

/** `unknown`: a process of another machine, of which nothing can be told from here. */
export type Life = 'alive' | 'dead' | 'unknown';

const short = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

function told(read: () => string): string {
  try {
    return read().trim();
  } catch {
    return '';
  }
}

/** State letter and start of a process, as Linux tells them; undefined where it does not. */
function processStat(pid: number): { readonly state: string; readonly start: string } | undefined {
  // The name in parentheses may hold anything.
  const fields = told(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
    .replace(/^.*\) /s, '')
    .split(' ');
  return fields.length < 20 ? undefined : { state: fields[0], start: fields[19] };
}

let self: Owner | undefined;

export function thisOwner(): Owner {
  if (self) return self;
  const boot = told(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
  self = {
    machine: short(`${hostname()} ${told(() => readlinkSync('/proc/self/ns/pid'))}`),
    boot: boot === '' ? '0' : short(boot),
    pid: process.pid,
    start: processStat(process.pid)?.start ?? '0',
  };
  return self;
}

export const ownerText = (o: Owner): string => `${o.machine}-${o.boot}-${o.pid}-${o.start}`;

export const OWNER_PATTERN = '([0-9a-f]{8})-(0|[0-9a-f]{8})-([1-9]\\d{0,9})-(\\d{1,20})';
const OWNER = new RegExp(`^${OWNER_PATTERN}$`);

export function parseOwner(text: string): Owner | undefined {
  const [, machine, boot, pid, start] = OWNER.exec(text) ?? [];
  if (machine === undefined || boot === undefined || start === undefined) return undefined;
  return { machine, boot, pid: Number(pid), start };
}

/** Whether any process has this id; a negative one asks for a group. */
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export function lifeOf(o: Owner): Life {
  const here = thisOwner();
  if (o.machine !== here.machine) return 'unknown';
  if (o.boot !== here.boot || !exists(o.pid)) return 'dead';
  const stat = processStat(o.pid);
  if (!stat) return 'alive';
  return stat.start === o.start && stat.state !== 'Z' ? 'alive' : 'dead';
}

/** Whether a process group of this machine has members left. */
export const groupLives = (group: number): boolean => exists(-group);

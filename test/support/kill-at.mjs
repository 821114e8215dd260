/**
 * Loaded before a program (`node --import`): kills it in the middle of its Nth change of the file system, N being
 * KILL_AT. KILL_CALLS, with commas between, says which changes count; a file that is cut off is half-written.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const calls = (
  process.env.KILL_CALLS ??
  'renameSync,mkdirSync,mkdtempSync,writeFileSync,openSync,unlinkSync,rmdirSync,rmSync'
).split(',');
const at = Number(process.env.KILL_AT);
let count = 0;

for (const name of calls) {
  const original = fs[name];
  fs[name] = (...args) => {
    // Reading is no change.
    if (name === 'openSync' && args[1] === 'r') return original(...args);
    if (++count !== at) return original(...args);
    if (name === 'writeFileSync') {
      const content = Buffer.from(args[1]);
      original(args[0], content.subarray(0, content.length >> 1));
    }
    process.kill(process.pid, 'SIGKILL');
    for (;;);
  };
}
syncBuiltinESMExports();

/** In a browser, bundled (`vite build`): the same, put into the page. */
import { BlnetError, readModel } from 'blnet';
import { run } from './simulate.js';

const result = run();
document.body.textContent = `${result.latencyCycles} cycles, ${Object.keys(result.files).length} files`;
// Errors have a code and say what to do, here too.
let error;
try {
  readModel(new Uint8Array([1, 2, 3]));
} catch (e) {
  error = e instanceof BlnetError ? e.diagnostic : e;
}
globalThis.example = { ...result, error };

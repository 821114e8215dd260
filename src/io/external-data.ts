/** Files that a model keeps its weights in: only those of the model's own folder are read. */
import { closeSync, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { BlnetError } from '../diagnostics.js';
import type { ExternalData, ReadExternal } from '../frontend/onnx/embed-external.js';
import { checkLimit } from '../limits.js';
import { reasonOf } from './files.js';

const refused = (location: string, found: string): BlnetError =>
  new BlnetError('BLN202', {
    where: `external data ${JSON.stringify(location.slice(0, 200))}`,
    found,
    need: 'a file in the folder of the model, named by a relative path',
    hint: 'save it again with onnx.save_model(model, path, save_as_external_data=False)',
  });

/** The real path of a file that lies in `folder`, links followed. */
function pathInside(folder: string, location: string): string {
  const parts = location.split(/[\\/]/);
  if (location === '' || isAbsolute(location) || /^[a-zA-Z]:/.test(location) || location.includes('\0')) {
    throw refused(location, 'a path that is absolute or empty');
  }
  if (parts.includes('..')) throw refused(location, 'a path that leaves the folder');
  let path: string;
  try {
    path = realpathSync(join(folder, location));
  } catch (error) {
    throw new BlnetError('BLN301', {
      where: `external data ${location.slice(0, 200)}`,
      found: reasonOf(error),
    });
  }
  const way = relative(realpathSync(folder), path);
  if (way === '' || way.split(sep)[0] === '..' || isAbsolute(way)) {
    throw refused(location, 'a link that leaves the folder');
  }
  return path;
}

/** Reads the external data of the model at `modelPath`. Errors: BLN202 outside its folder, BLN102 beyond a file's end, BLN301. */
export function externalReader(modelPath: string): ReadExternal {
  const folder = dirname(modelPath);
  return ({ location, offset, length }: ExternalData) => {
    const path = pathInside(folder, location);
    const file = openSync(path, 'r');
    try {
      const stat = fstatSync(file);
      if (!stat.isFile()) throw refused(location, 'no regular file');
      const count = length ?? stat.size - offset;
      checkLimit('modelBytes', count);
      if (count < 0 || offset + count > stat.size) {
        throw new BlnetError('BLN102', {
          where: `external data ${location.slice(0, 200)}`,
          found: `bytes ${offset} to ${offset + count} of a file of ${stat.size}`,
          hint: 'the file is damaged, or is not the one that was saved with the model',
        });
      }
      const bytes = new Uint8Array(count);
      if (readSync(file, bytes, 0, count, offset) !== count) throw refused(location, 'a file that changes');
      return bytes;
    } finally {
      closeSync(file);
    }
  };
}

/** Writes a build folder of a few files: `node write-build.mjs FOLDER WORD`. Stands for the end of a compilation. */
import { prepareOutput, writeBuildFolder } from '../../dist/io/build/write-build-folder.js';

const [folder, word] = process.argv.slice(2);
prepareOutput(folder, []);
const files = ['manifest.json', 'network.json', 'rtl/top.v', 'weights/a.hex', `rtl/${word}.v`];
const kept = writeBuildFolder(folder, new Map(files.map((name) => [name, `${word} ${name}\n`])));
process.stdout.write(JSON.stringify(kept));

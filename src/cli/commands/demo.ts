/** `blnet demo`: the committed network through everything, in one command. */

import { Command, Option } from 'commander';
import { BlnetError } from '../../diagnostics.js';
import { PACKAGE_ROOT } from '../../io/assets.js';
import { readBuildFolder } from '../../io/build/build-folder.js';
import { readImages } from '../../io/images/images.js';
import { measureAccuracy } from '../../io/images/measure-accuracy.js';
import { findTool } from '../../io/process.js';
import { verifyBuild } from '../../io/simulators/verify-build.js';
import { tensorOf } from '../../ir/quant-graph.js';
import { terminalText } from '../../text/terminal.js';
import { chalk } from '../terminal/colour.js';
import { emit, facts, fail, percent, withJson } from '../terminal/output.js';
import { Progress } from '../terminal/progress.js';
import { writeStdout } from '../terminal/streams.js';
import { type AccessOptions, accessOf, withWait } from './access.js';
import { framesOf, framesOption } from './arguments.js';
import { compileText, compileWaiting } from './compile.js';
import { verifyDocument, verifyText } from './verify.js';

const MODEL = `${PACKAGE_ROOT}models/mobile-blnet-cifar10.onnx`;
const SAMPLES = `${PACKAGE_ROOT}models/samples/class-prototypes.bin`;

interface DemoOptions extends AccessOptions {
  readonly output: string;
  readonly part: string;
  readonly frames: number;
  readonly json?: boolean;
}

export function demoCommand(): Command {
  const command = new Command('demo')
    .addOption(new Option('-o, --output <dir>', 'build folder').default('build/demo'))
    .addOption(new Option('--part <name>', 'device').default('xc7z020'))
    .addOption(framesOption(4));
  return withJson(withWait(command)).action(async (o: DemoOptions) => {
    const progress = new Progress(o.json);
    try {
      await demo(o, progress);
    } finally {
      progress.clear();
    }
  });
}

async function demo(o: DemoOptions, progress: Progress): Promise<void> {
  const say = (text: string) => {
    progress.clear();
    if (!o.json) writeStdout(`${text}\n\n`);
  };
  const title = (text: string) => chalk.bold(text);
  const access = accessOf('demo', o, progress);
  const made = await compileWaiting(
    MODEL,
    { output: o.output, part: o.part, calibration: SAMPLES, calibrationImages: 64, seed: 1 },
    progress,
    access,
  );
  say(`${title('Compile')}\n${compileText(made, o.output)}`);
  const build = readBuildFolder(o.output);
  progress.stage('accuracy on the sample images');
  const { shape } = tensorOf(build.quantized, build.quantized.input);
  const accuracy = await measureAccuracy(build, readImages(SAMPLES, shape, 'test', 64), { sqnrImages: 0 });
  const samples = facts([
    [
      'sample images',
      `${accuracy.images}, synthesised from the network (models/samples/README.md): no measure of accuracy`,
    ],
    ['top-1 float', percent(accuracy.floatTop1)],
    ['top-1 integer', percent(accuracy.integerTop1)],
  ]);
  say(`${title('Classify')}\n${samples}`);
  const tools = ['verilator', 'make', 'g++'].filter((tool) => !findTool(tool));
  const frames = framesOf(build, o.frames, SAMPLES).values;
  if (tools.length > 0) {
    say(`${title('Verify')}\nskipped: ${tools.join(', ')} not found (apt-get install verilator make g++)`);
    emit(o, { compile: made.manifest, samples: accuracy, verify: null, missing: tools }, () => 'done');
    return;
  }
  const result = await verifyBuild({
    build,
    frames,
    simulator: 'verilator',
    onStage: progress.stage,
    access,
  });
  say(`${title('Verify')}\n${verifyText(result)}`);
  emit(
    o,
    { compile: made.manifest, samples: accuracy, verify: verifyDocument(result) },
    () => `The build is in ${terminalText(o.output)}.`,
  );
  if (!result.ok) {
    fail(new BlnetError('BLN501', { where: o.output, found: result.problems.join('; ') }));
  }
}

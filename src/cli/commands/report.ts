/** `blnet report`: what a build is and does, as Markdown, JSON and one HTML page. */
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { readBuildFolder } from '../../io/build/build-folder.js';
import { writeIntoBuild } from '../../io/build/lock-build.js';
import { writeFiles } from '../../io/files.js';
import { reportBuild } from '../../io/report/report-build.js';
import { emit, facts, grouped, withJson } from '../terminal/output.js';
import { Progress } from '../terminal/progress.js';
import { type AccessOptions, accessOf, withWait } from './access.js';
import { IMAGES_HELP, nonNegativeInteger, positiveInteger } from './arguments.js';

interface ReportOptions extends AccessOptions {
  readonly output?: string;
  readonly dataset?: string;
  readonly images: number;
  readonly sqnrImages: number;
  readonly json?: boolean;
}

export function reportCommand(): Command {
  const command = new Command('report')
    .argument('<dir>', 'build folder')
    .option('-o, --output <dir>', 'folder for the files (default: DIR)')
    .option('--dataset <path>', `measure accuracy on labelled images: ${IMAGES_HELP}`)
    .addOption(new Option('--images <n>', 'how many of them').argParser(positiveInteger).default(1000))
    .addOption(
      new Option('--sqnr-images <n>', 'images that compare every layer')
        .argParser(nonNegativeInteger)
        .default(64),
    )
    .addHelpText(
      'after',
      `
The page also shows what earlier commands left in the build folder:
  blnet wave DIR                                        simulator and RTL
  blnet accuracy DIR --dataset IMAGES --json > DIR/accuracy.json
  blnet verify DIR --json > DIR/verify.json
report.json follows schemas/report.schema.json; --json prints it.`,
    );
  return withJson(withWait(command)).action(async (folder: string, o: ReportOptions) => {
    const progress = new Progress(o.json);
    try {
      const build = readBuildFolder(folder);
      const { data, files } = await reportBuild({
        build,
        dataset: o.dataset,
        images: o.images,
        sqnrImages: o.sqnrImages,
        onStage: progress.stage,
        onImages: (done) => progress.count('images', done, o.images),
      });
      progress.clear();
      const target = o.output ?? folder;
      if (o.output) writeFiles(target, files);
      else await writeIntoBuild(build, accessOf('report', o, progress), files);
      emit(o, data, () =>
        facts([
          ['report', join(target, 'report.html')],
          ['also', 'report.md, report.json'],
          ['frames/s', grouped(data.timing.framesPerSecond)],
          ['interval', `${grouped(data.timing.intervalCycles)} cycles`],
          ['bounded by', data.timing.boundReason],
        ]),
      );
    } finally {
      progress.clear();
    }
  });
}

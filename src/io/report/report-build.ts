/** `blnet report`: gathers what a build folder holds and what the simulator says of it, and writes the three forms. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TSchema } from 'typebox';
import { parseFit } from '../../images/resize.js';
import { classesOf, RESIZE_KEY } from '../../ir/dataset.js';
import { tensorOf } from '../../ir/quant-graph.js';
import type { AccuracyReport } from '../../report/accuracy.js';
import { buildReport } from '../../report/build-report.js';
import { reportHtml } from '../../report/html/page.js';
import { reportMarkdown } from '../../report/markdown.js';
import type {
  ReportAccuracy,
  ReportData,
  ReportRouting,
  ReportVerification,
} from '../../report/report-data.js';
import type { DrawnWave } from '../../report/simulator-waves.js';
import type { DocumentOf } from '../../schema/parts.js';
import {
  ACCURACY_SCHEMA,
  type AccuracyDocument,
  ROUTING_SCHEMA,
  type RoutingDocument,
  VERIFICATION_SCHEMA,
  type VerificationDocument,
  WAVES_SCHEMA,
} from '../../schema/results.js';
import { validate } from '../../schema/validate.js';
import type { Build } from '../build/build-folder.js';
import { readJson, readText } from '../files.js';
import { openImages } from '../images/images.js';
import { measureAccuracy } from '../images/measure-accuracy.js';
import type { OnStage } from '../simulators/rtl-simulation.js';
import { WAVES_FILE, waveFolder } from '../simulators/wave-build.js';

export interface ReportBuildRequest {
  readonly build: Build;
  /** Labelled images to measure accuracy on; otherwise accuracy.json of the build, where there is one. */
  readonly dataset?: string | undefined;
  readonly images: number;
  readonly sqnrImages: number;
  readonly onStage?: OnStage;
  readonly onImages?: (done: number) => void;
}

export interface Report {
  readonly data: ReportData;
  /** report.json, report.md, report.html, and accuracy.json when it was measured: name → text. */
  readonly files: ReadonlyMap<string, string>;
}

/** Errors: BLN502 when the build deadlocks; BLN107 for a broken accuracy.json; those of datasets and models. */
export async function reportBuild(r: ReportBuildRequest): Promise<Report> {
  const { build, onStage = () => {} } = r;
  const { quantized } = build;
  const measured = r.dataset ? await measure(r, r.dataset) : null;
  onStage('cycle simulator');
  const { data, waves: images } = buildReport(build, {
    accuracy: accuracyOf(
      measured ?? kept(build, 'accuracy.json', ACCURACY_SCHEMA),
      classesOf(quantized.metadata),
    ),
    verification: verificationOf(kept(build, 'verify.json', VERIFICATION_SCHEMA)),
    routing: routingOf(routed(build)),
    waves: keptWaves(build),
  });
  onStage('report');
  const paths = new Map(data.waves.map((w) => [w.name, `wave/${w.name}.svg`]));
  const files = new Map([
    ['report.json', `${JSON.stringify(data, null, 2)}\n`],
    ['report.md', reportMarkdown(data, paths)],
    ['report.html', reportHtml(data, images)],
  ]);
  if (measured) files.set('accuracy.json', `${JSON.stringify(measured, null, 2)}\n`);
  for (const [name, svg] of images) files.set(`wave/${name}.svg`, svg);
  return { data, files };

  async function measure(request: ReportBuildRequest, dataset: string): Promise<AccuracyReport> {
    onStage('accuracy');
    const { shape } = tensorOf(quantized, quantized.input);
    const source = openImages(dataset, shape, {
      split: 'test',
      limit: request.images,
      fit: parseFit(quantized.metadata[RESIZE_KEY] ?? ''),
      classes: classesOf(quantized.metadata),
    });
    const { sqnrImages, onImages = () => {} } = request;
    return measureAccuracy(build, source, { sqnrImages, onProgress: onImages });
  }
}

/** A document that an earlier command left in the build, or null. Errors: BLN107 for another one. */
function kept<S extends TSchema>(build: Build, name: string, schema: S): DocumentOf<S> | null {
  const path = join(build.folder, name);
  if (!existsSync(path)) return null;
  const command = name.replace('.json', '');
  const hint = `write it with: blnet ${command} DIR --json > DIR/${name}, or remove it`;
  return validate(schema, readJson(path), { where: path, code: 'BLN107', hint });
}

/** What `blnet route` left. Errors: BLN107 for another document. */
function routed(build: Build): RoutingDocument | null {
  const path = join(build.folder, 'route', 'route.json');
  if (!existsSync(path)) return null;
  const hint = 'route it again with: blnet route DIR, or remove DIR/route';
  return validate(ROUTING_SCHEMA, readJson(path), { where: path, code: 'BLN107', hint });
}

function routingOf(d: RoutingDocument | null): ReportRouting | null {
  if (d === null) return null;
  const { placeAndRoute, speedGrade, clockMhz, framesPerSecond, seeds } = d;
  const resources = d.resources.map((r) => ({ ...r, share: r.used / Math.max(1, r.available) }));
  const routedSeeds = seeds.filter((s) => s.clockMhz !== null).length;
  const slowest = seeds
    .flatMap((s) => {
      if (s.clockMhz === null || s.slowest === null) return [];
      const { ns, routing, from, to, crosses } = s.slowest;
      return [{ seed: s.seed, clockMhz: s.clockMhz, ns, routing, from, to, crosses }];
    })
    .sort((a, b) => b.ns - a.ns);
  const { board = null, bitstream } = d;
  const proved = { placeAndRoute, speedGrade, seeds: routedSeeds, clockMhz, framesPerSecond };
  return { ...proved, resources, slowest, board, bitstream };
}

/** JSON has no infinity: a perfect SQNR is null. */
function accuracyOf(
  r: AccuracyReport | AccuracyDocument | null,
  names: readonly string[] | undefined,
): ReportAccuracy | null {
  if (r === null) return null;
  const { images, labelled, floatTop1, integerTop1, agreement } = r;
  const layers = r.layers.map(({ tensor, sqnrDb }) => ({
    tensor,
    sqnrDb: sqnrDb !== null && Number.isFinite(sqnrDb) ? sqnrDb : null,
  }));
  const { equal, golden } = r;
  const classes = r.classes?.map(({ class: at, ...counts }) => ({ name: names?.[at] ?? `${at}`, ...counts }));
  return {
    images,
    labelled,
    floatTop1,
    integerTop1,
    agreement,
    ...(equal === undefined ? {} : { equal }),
    ...(golden === undefined ? {} : { golden }),
    ...(classes ? { classes } : {}),
    layers,
  };
}

function verificationOf(d: VerificationDocument | null): ReportVerification | null {
  if (d === null) return null;
  const { ok, simulator, frames, mismatches, streams } = d;
  return { ok, simulator, frames, mismatches, streams, differingTraces: d.differingTraces.length };
}

/** What `blnet wave` left in the build. */
function keptWaves(build: Build): DrawnWave[] | null {
  const file = join(waveFolder(build), WAVES_FILE);
  if (!existsSync(file)) return null;
  const hint = 'draw them again with: blnet wave DIR, or remove DIR/wave';
  const waves = validate(WAVES_SCHEMA, readJson(file), { where: file, code: 'BLN107', hint });
  return waves.map((summary) => ({
    summary,
    svg: readText(join(waveFolder(build), `${summary.name}.svg`)),
  }));
}

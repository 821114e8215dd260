/**
 * The public API that needs no files: model bytes in, files and cycles out. It runs in Node.js and in a browser.
 * `blnet/node` has all of it and the file system besides; docs/api.md shows both.
 */
export {
  type Accelerator,
  type CompiledAccelerator,
  type CompileRequest,
  compile,
} from './api/accelerator.js';
export { type ExploreRequest, explore } from './api/explore.js';
export { type BuildFilesRequest, buildFiles } from './api/files.js';
export { type ImageFile, imagesOf, imagesText } from './api/images.js';
export { inputShape, type Model, type ModelOptions, readModel } from './api/model.js';
export { type Report, type ReportPart, report } from './api/report.js';
export {
  type Answer,
  classify,
  estimate,
  type OutputValues,
  type SimulateOptions,
  simulate,
} from './api/run.js';
export type { Assets } from './compile.js';
export { BACKENDS, type CompileConfig, DEFAULT_CONFIG, parseConfig } from './config.js';
export { BlnetError, CODES, type Code, type Diagnostic, formatDiagnostic } from './diagnostics.js';
export type { Estimate } from './estimate/estimate.js';
export type { Exploration } from './explore-model.js';
export type { Shape } from './ir/graph.js';
export type { Manifest } from './report/manifest.js';
export type { ReportData } from './report/report-data.js';
export type { SimulationReport } from './report/simulation.js';
export { DEVICES, type Device } from './targets/devices.js';
export { VERSION } from './version.js';

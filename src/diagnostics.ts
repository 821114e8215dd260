/**
 * Every error a user can meet: one code, where it is, what was found, what is needed, what to try.
 * All stages raise `BlnetError`; only the command line turns it into text and an exit code.
 */

/** Exit code of the process for each family of errors. */
export const EXIT = {
  usage: 2,
  input: 3,
  unsupported: 4,
  io: 5,
  tool: 6,
  mismatch: 7,
  internal: 70,
  busy: 75,
} as const;
export type ExitKind = keyof typeof EXIT;

/** Code → what it is about. Codes are stable: scripts and tests match on them. */
export const CODES = {
  BLN001: { kind: 'usage', title: 'invalid option' },
  BLN002: { kind: 'usage', title: 'unknown part' },
  BLN101: { kind: 'input', title: 'not a readable model' },
  BLN102: { kind: 'input', title: 'inconsistent model' },
  BLN103: { kind: 'input', title: 'shape mismatch' },
  BLN104: { kind: 'input', title: 'missing calibration' },
  BLN105: { kind: 'input', title: 'unreadable dataset' },
  BLN106: { kind: 'input', title: 'invalid network spec' },
  BLN107: { kind: 'input', title: 'invalid configuration' },
  BLN201: { kind: 'unsupported', title: 'unsupported operator' },
  BLN202: { kind: 'unsupported', title: 'unsupported attribute' },
  BLN203: { kind: 'unsupported', title: 'unsupported topology' },
  BLN204: { kind: 'unsupported', title: 'unsupported opset' },
  BLN205: { kind: 'unsupported', title: 'not representable in integers' },
  BLN206: { kind: 'unsupported', title: 'no legal folding' },
  BLN207: { kind: 'unsupported', title: 'beyond a limit' },
  BLN208: { kind: 'unsupported', title: 'does not fit' },
  BLN301: { kind: 'io', title: 'cannot read' },
  BLN302: { kind: 'io', title: 'cannot write' },
  BLN303: { kind: 'io', title: 'not a build folder' },
  BLN304: { kind: 'busy', title: 'in use' },
  BLN401: { kind: 'tool', title: 'tool not found' },
  BLN402: { kind: 'tool', title: 'tool failed' },
  BLN501: { kind: 'mismatch', title: 'verification failed' },
  BLN502: { kind: 'mismatch', title: 'deadlock' },
  BLN901: { kind: 'internal', title: 'internal check failed' },
  BLN902: { kind: 'internal', title: 'unexpected error' },
} as const satisfies Record<string, { kind: ExitKind; title: string }>;
export type Code = keyof typeof CODES;

/** The four things a reader needs; `where` names the layer, file or option. */
export interface DiagnosticDetail {
  readonly where?: string;
  readonly found: string;
  readonly need?: string;
  readonly hint?: string;
}

export interface Diagnostic extends DiagnosticDetail {
  readonly code: Code;
  readonly title: string;
}

/** The one error type of the project. Anything else that reaches the command line is a bug. */
export class BlnetError extends Error {
  readonly diagnostic: Diagnostic;

  constructor(code: Code, detail: DiagnosticDetail) {
    const diagnostic: Diagnostic = { code, title: CODES[code].title, ...detail };
    super(formatDiagnostic(diagnostic));
    this.name = 'BlnetError';
    this.diagnostic = diagnostic;
  }

  get exitCode(): number {
    return EXIT[CODES[this.diagnostic.code].kind];
  }
}

/** Plain text, one fact a line; the terminal layer adds colour. */
export function formatDiagnostic(d: Diagnostic): string {
  // What a tool printed may have lines; none of them, and no name, may pass for one of ours.
  const indented = d.found.replaceAll('\n', '\n    ');
  const oneLine = (text: string): string => text.replaceAll('\n', '<U+000A>');
  const lines = [`${d.code} ${d.title}${d.where ? ` at ${oneLine(d.where)}` : ''}: ${indented}`];
  if (d.need) lines.push(`  supported: ${oneLine(d.need)}`);
  if (d.hint) lines.push(`  try: ${oneLine(d.hint)}`);
  return lines.join('\n');
}

/** What to do about what only we can have done wrong. */
export const REPORT_BUG = 'this is a bug in blnet: please report it with the model and the command';

/** Raises the first of several problems and tells how many more there are; does nothing when there is none. */
export function refuseProblems(code: Code, problems: readonly DiagnosticDetail[], hint: string): void {
  const [first] = problems;
  if (!first) return;
  const more = problems.length - 1;
  const found = more === 0 ? first.found : `${first.found} (and ${more} more)`;
  throw new BlnetError(code, { hint, ...first, found });
}

/** Raises when an invariant of our own does not hold; a user never causes this. */
export function assertInternal(condition: boolean, found: string, where?: string): asserts condition {
  if (!condition) {
    throw new BlnetError('BLN901', {
      ...(where ? { where } : {}),
      found,
      hint: REPORT_BUG,
    });
  }
}

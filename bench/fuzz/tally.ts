/** What came of the cases of one kind, in counts and in the words of a report. */
import { MOST_MIB, MOST_SECONDS } from './pool.js';
import type { Answer } from './worker.js';

const FAULTS = ['raw', 'slow', 'big', 'crash'] as const;
const isFault = (outcome: string): boolean => (FAULTS as readonly string[]).includes(outcome);

export class Tally {
  private readonly counts = new Map<string, number>();
  private readonly faults: Answer[] = [];
  private cpuSeconds = 0;
  private slowest: Answer | undefined;
  private largestMiB = 0;

  add(a: Answer): void {
    this.counts.set(a.outcome, (this.counts.get(a.outcome) ?? 0) + 1);
    if (isFault(a.outcome)) this.faults.push(a);
    this.cpuSeconds += a.cpuSeconds;
    if (a.cpuSeconds > (this.slowest?.cpuSeconds ?? 0)) this.slowest = a;
    this.largestMiB = Math.max(this.largestMiB, a.peakMiB);
  }

  get total(): number {
    return [...this.counts.values()].reduce((sum, n) => sum + n, 0);
  }

  get faulty(): number {
    return this.faults.length;
  }

  /** Lines of the report. */
  lines(title: string): string[] {
    const of = (outcome: string): number => this.counts.get(outcome) ?? 0;
    const codes = [...this.counts]
      .filter(([o]) => o.startsWith('BLN'))
      .sort(([a], [b]) => a.localeCompare(b));
    const coded = codes.reduce((sum, [, n]) => sum + n, 0);
    const slowest = this.slowest
      ? `${this.slowest.cpuSeconds.toFixed(1)} s (seed ${this.slowest.seed})`
      : '-';
    return [
      `${title}: ${this.total} cases, ${of('ok')} accepted, ${coded} refused by a coded diagnostic`,
      `  ${of('raw')} other exceptions, ${of('slow')} over ${MOST_SECONDS} s, ${of('big') + of('crash')} over ${MOST_MIB} MiB`,
      `  codes: ${codes.map(([code, n]) => `${code} ${n}`).join(', ')}`,
      `  slowest ${slowest}, largest process ${Math.round(this.largestMiB)} MiB`,
      ...this.faults.map(
        (f) =>
          `  FAULT ${f.outcome} in ${f.kind}:${f.seed}\n    ${(f.error ?? '').split('\n').slice(0, 6).join('\n    ')}`,
      ),
    ];
  }
}

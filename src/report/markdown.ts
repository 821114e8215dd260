/** report.md: the report for a terminal, a pull request or a wiki; the figures of report.json in tables. */
import { bytesOfBits, grouped, percent } from './format.js';
import type { ReportData } from './report-data.js';

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** Columns whose head ends with `>` are right-aligned. */
export function markdownTable(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  const rule = head.map((h) => (h.endsWith('>') ? '---:' : '---'));
  return [line(head.map((h) => h.replace(/>$/, ''))), `| ${rule.join(' | ')} |`, ...rows.map(line)].join(
    '\n',
  );
}

const percentOrNone = (fraction: number | null): string => (fraction === null ? '-' : percent(fraction));

/** `images`: paths of the drawings, by name of the wave. */
export function reportMarkdown(d: ReportData, images: ReadonlyMap<string, string>): string {
  const t = d.timing;
  const facts = markdownTable(
    ['', ''],
    [
      ['Model', d.model],
      ['Part', `${d.part.name}, planned for ${d.clockMhz} MHz`],
      ['Parameters, MACs', `${grouped(d.network.parameters)}, ${grouped(d.network.macs)}`],
      ['Frames a second', grouped(t.framesPerSecond)],
      ['Interval', `${grouped(t.intervalCycles)} cycles`],
      ['Latency', `${grouped(t.latencyCycles)} cycles, ${t.latencyMicroseconds.toFixed(1)} us`],
      ['DSPs', `${t.dsp} of ${d.part.dsp}`],
      ['MACs per DSP and cycle', t.macsPerDspCycle?.toFixed(2) ?? 'no DSP'],
      ...(d.verification
        ? [
            [
              'RTL',
              `${d.verification.ok ? 'bit-exact and cycle-exact' : 'DIFFERS'}, ${d.verification.frames} frames in ${d.verification.simulator}`,
            ],
          ]
        : []),
    ],
  );
  const blocks = markdownTable(
    ['Block', 'Kind', 'Busy cycles>', 'Use>', 'MACs>', 'DSPs>', 'ROM>', 'RAM>'],
    d.blocks.map((b) => [
      b.name,
      b.kind,
      grouped(b.busyCycles),
      percent(b.utilisation),
      grouped(b.macs),
      `${b.dsp}`,
      bytesOfBits(b.romBits),
      bytesOfBits(b.ramBits),
    ]),
  );
  const resources = markdownTable(
    ['Resource', 'Used>', 'Available>', 'Share>'],
    d.resources.rows.map((r) => [r.resource, grouped(r.used), grouped(r.available), percent(r.share)]),
  );
  const fifos = markdownTable(
    ['FIFO', 'Depth>', 'Fullest>', 'Memory>'],
    d.fifos.map((f) => [f.name, grouped(f.depth), grouped(f.peak), bytesOfBits(f.bits)]),
  );
  const r = d.roofline;
  const giga = (n: number): string => (n / 1e9).toFixed(2);
  const sections: Array<readonly [string, string]> = [
    ['What bounds the interval', t.boundReason],
    ['Cycles and utilisation', blocks],
    [`Resources of ${d.part.name}`, `According to ${d.resources.source}.\n\n${resources}`],
    [
      'Roofline',
      `${giga(r.achieved)} GMAC/s at ${r.intensity.toFixed(1)} MACs per byte through the ${r.port} port: ${percent(r.share)} of the ${giga(r.designRoof)} GMAC/s that its multipliers would do if each worked in every cycle. All DSPs of the part with two int8 MACs a cycle: ${giga(r.partDspRoof)} GMAC/s.`,
    ],
    ['FIFOs', d.fifos.length > 0 ? fifos : 'None.'],
    ['Accuracy', accuracyMarkdown(d)],
  ];
  if (d.waves.length > 0) {
    const waves = d.waves.map((w) => {
      const path = images.get(w.name);
      return `**${w.title}.** ${w.story}${path ? `\n\n![${w.title}](${path})` : ''}`;
    });
    sections.push(['Waveforms', waves.join('\n\n')]);
  }
  return `# ${d.top}

Made by blnet ${d.blnet}. Cycles are exact; the clock is a plan.

${facts}

${sections.map(([title, body]) => `## ${title}\n\n${body}\n`).join('\n')}`;
}

function accuracyMarkdown(d: ReportData): string {
  const a = d.accuracy;
  if (!a) return 'Not measured (`blnet report DIR --dataset IMAGES`).';
  const sum = `Of ${grouped(a.images)} images: top-1 float ${percentOrNone(a.floatTop1)}, integer ${percentOrNone(a.integerTop1)}, agreement ${percent(a.agreement)}.`;
  if (a.layers.length === 0) return sum;
  const rows = a.layers.map((l) => [l.tensor, l.sqnrDb === null ? 'equal' : l.sqnrDb.toFixed(1)]);
  return `${sum}\n\n${markdownTable(['Tensor', 'SQNR dB>'], rows)}`;
}

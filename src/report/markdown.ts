/** report.md: the report for a terminal, a pull request or a wiki; the figures of report.json in tables. */
import { type Markdown, markdown, stacked } from '../text/markdown.js';
import { bytesOfBits, grouped, percent } from './format.js';
import { markdownTable } from './markdown-table.js';
import { pathText, type ReportData, type ReportRouting } from './report-data.js';

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
      ['Frames a second', `${grouped(t.framesPerSecond)} at the planned clock`],
      ['Interval', `${grouped(t.intervalCycles)} cycles`],
      ['Latency', `${grouped(t.latencyCycles)} cycles, ${t.latencyMicroseconds.toFixed(1)} us`],
      ['DSPs', `${t.dsp} of ${d.part.dsp}`],
      ['MACs per DSP and cycle', t.macsPerDspCycle?.toFixed(2) ?? 'no DSP'],
      ...(d.routing
        ? [
            [
              'Proved by place and route',
              `${d.routing.clockMhz.median.toFixed(1)} MHz in the median of ${d.routing.seeds} seeds (${d.routing.clockMhz.least.toFixed(1)} to ${d.routing.clockMhz.best.toFixed(1)}), speed grade ${d.routing.speedGrade}: ${grouped(d.routing.framesPerSecond)} frames a second`,
            ],
          ]
        : [['Proved by place and route', 'nothing: the clock is a plan']]),
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
  const sections: Array<readonly [string, Markdown]> = [
    ['What bounds the interval', markdown`${t.boundReason}`],
    ['Cycles and utilisation', blocks],
    [`Resources of ${d.part.name}`, markdown`According to ${d.resources.source}.\n\n${resources}`],
    [
      'Roofline',
      markdown`${giga(r.achieved)} GMAC/s at ${r.intensity.toFixed(1)} MACs per byte through the ${r.port} port: ${percent(r.share)} of the ${giga(r.designRoof)} GMAC/s that its multipliers would do if each worked in every cycle. All DSPs of the part with two int8 MACs a cycle: ${giga(r.partDspRoof)} GMAC/s.`,
    ],
    ['FIFOs', d.fifos.length > 0 ? fifos : markdown`None.`],
    ['Accuracy', accuracyMarkdown(d)],
  ];
  if (d.routing) sections.splice(3, 0, ['Place and route', routingMarkdown(d.routing)]);
  if (d.waves.length > 0) {
    const waves = d.waves.map((w) => {
      const path = images.get(w.name);
      const image = path ? markdown`\n\n![${w.title}](${path})` : markdown``;
      return markdown`**${w.title}.** ${w.story}${image}`;
    });
    sections.push(['Waveforms', stacked(waves, '\n\n')]);
  }
  const body = sections.map(([title, text]) => markdown`## ${title}\n\n${text}\n`);
  return markdown`# ${d.top}

Made by blnet ${d.blnet}. Cycles are exact; the planned clock is a plan${d.routing ? ', the routed one is what place and route reached' : ''}.

${facts}

${stacked(body, '\n')}`.in('markdown');
}

function routingMarkdown(r: ReportRouting): Markdown {
  const { board, bitstream } = r;
  const on = board
    ? ` On ${board.name} at ${board.clockMhz.toFixed(1)} MHz: ${bitstream ?? 'no bitstream'}.`
    : '';
  const used = markdownTable(
    ['Resource', 'Used>', 'Available>', 'Share>'],
    r.resources.map((x) => [x.resource, grouped(x.used), grouped(x.available), percent(x.share)]),
  );
  const paths = markdownTable(
    ['Seed>', 'MHz>', 'Slowest path', 'Crosses', 'ns>', 'Wires>'],
    r.slowest.map((p) => [
      `${p.seed}`,
      p.clockMhz.toFixed(1),
      pathText(p),
      p.crosses.join(', '),
      p.ns.toFixed(1),
      percent(p.routing),
    ]),
  );
  return markdown`By ${r.placeAndRoute}, speed grade ${r.speedGrade}.${on}\n\n${used}\n\n${paths}`;
}

function accuracyMarkdown(d: ReportData): Markdown {
  const a = d.accuracy;
  if (!a) return markdown`Not measured (\`blnet report DIR --dataset IMAGES\`).`;
  const sum = markdown`Of ${grouped(a.images)} images: top-1 float ${percentOrNone(a.floatTop1)}, integer ${percentOrNone(a.integerTop1)}, agreement ${percent(a.agreement)}.`;
  if (a.layers.length === 0) return sum;
  const rows = a.layers.map((l) => [l.tensor, l.sqnrDb === null ? 'equal' : l.sqnrDb.toFixed(1)]);
  return markdown`${sum}\n\n${markdownTable(['Tensor', 'SQNR dB>'], rows)}`;
}

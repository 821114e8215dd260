/** What place and route proved: utilisation, and the slowest path of every seed. */
import { type Html, html } from '../../text/html.js';
import { fixed, grouped, percent } from '../format.js';
import { pathText, type ReportRouting } from '../report-data.js';
import { figure, number, table } from './parts.js';

export function routingHtml(r: ReportRouting): Html {
  const used = r.resources.map((x, i) => [
    x.resource,
    figure(`routing.resources.${i}.used`, x.used, grouped),
    figure(`routing.resources.${i}.available`, x.available, grouped),
    figure(`routing.resources.${i}.share`, x.share, percent),
  ]);
  const paths = r.slowest.map((p, i) => [
    figure(`routing.slowest.${i}.seed`, p.seed, grouped),
    figure(`routing.slowest.${i}.clockMhz`, p.clockMhz, fixed(1)),
    pathText(p),
    p.crosses.join(', '),
    figure(`routing.slowest.${i}.ns`, p.ns, fixed(1)),
    figure(`routing.slowest.${i}.routing`, p.routing, percent),
  ]);
  const { board } = r;
  return html`<p>By ${r.placeAndRoute}, speed grade ${r.speedGrade}.${board ? html` On ${board.name} at ${figure('routing.board.clockMhz', board.clockMhz, fixed(1))} MHz: ${r.bitstream ?? 'no bitstream'}.` : ''}</p>
${table('What the median design takes', [{ title: 'Resource' }, number('Used'), number('Available'), number('Share')], used)}
${table('The slowest path of each seed', [number('Seed'), number('MHz'), { title: 'From, to' }, { title: 'Crosses' }, number('ns'), number('Wires')], paths)}`;
}

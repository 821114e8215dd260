/** Drawings of handshakes, each as an image, so that their style sheets stay their own. */
import { type Html, html } from '../../text/html.js';
import type { ReportData } from '../report-data.js';

/** SVG texts by name of the wave; a page without them has no waveforms. */
export type WaveImages = ReadonlyMap<string, string>;

export function wavesHtml(d: ReportData, images: WaveImages): Html {
  const shown = d.waves.filter((w) => images.has(w.name));
  if (shown.length === 0)
    return html`<p class="note">None drawn: <code>blnet wave DIR</code> does it, and this report then shows them.</p>`;
  const figures = shown.map((w) => {
    const address = dataAddress(images.get(w.name) as string);
    const alt = `${w.title}: cycles ${w.from} to ${w.to - 1}. ${w.story}`;
    const who = w.rtl
      ? html`Simulator and RTL (${w.rtl}): one band where they agree.`
      : html`The cycle simulator alone; <code>blnet wave</code> draws the RTL beside it.`;
    return html`<figure><figcaption><strong>${w.title}.</strong> ${w.story} ${who}</figcaption><div class="scroll" tabindex="0" role="region" aria-label="${w.title}: the drawing"><img alt="${alt}" src="${address}"></div></figure>`;
  });
  return html`${figures}`;
}

/** A data address in an attribute; what HTML and addresses both bear stays readable, and short. */
const dataAddress = (svg: string): string =>
  `data:image/svg+xml,${encodeURIComponent(svg).replaceAll(/%(20|3D|3A|2F|2C)/g, (code) => decodeURIComponent(code))}`;

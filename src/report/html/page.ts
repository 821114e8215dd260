/**
 * report.html: one file without outside references, so that it opens anywhere, offline, and prints. Its one script sorts
 * tables and moves the graph; without it the page reads the same. Every figure carries the path under which report.json has it.
 */
import { adjoined, type Html, html } from '../../text/html.js';
import type { ReportData } from '../report-data.js';
import { figure, section } from './parts.js';
import { SCRIPT, SCRIPT_HASH } from './script.js';
import { reportSections } from './sections.js';
import { STYLE } from './style.js';
import { tilesHtml } from './tiles.js';
import type { WaveImages } from './waves.js';

export function reportHtml(data: ReportData, waves: WaveImages): string {
  return pageHtml(data, waves).in('html');
}

function pageHtml(data: ReportData, waves: WaveImages): Html {
  const sections = reportSections(data, waves);
  const links = adjoined(sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`));
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src '${SCRIPT_HASH}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="blnet ${data.blnet}">
<title>${data.top} on ${data.part.name}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${data.top}</h1>
<p class="sub">${data.model} on ${data.part.name}, planned for ${figure('clockMhz', data.clockMhz, String)} MHz.
Made by blnet ${data.blnet}.</p>
${tilesHtml(data)}
<nav aria-label="Sections"><ul>${links}</ul></nav>
</header>
<main>
${sections.map(({ id, title, body }) => section(id, title, body))}
</main>
<footer><p>Cycles are exact: <code>blnet verify</code> holds them against the RTL. The clock is a plan; only place and
route can prove it. The same figures are in report.json and report.md.</p></footer>
${SCRIPT}
</body>
</html>
`;
}

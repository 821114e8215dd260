/** The report of an accelerator as data and as a page, without files. */
import { buildReport } from '../report/build-report.js';
import { reportHtml } from '../report/html/page.js';
import { reportSections } from '../report/html/sections.js';
import { tilesHtml } from '../report/html/tiles.js';
import type { ReportData } from '../report/report-data.js';
import type { Accelerator } from './accelerator.js';

/** A part of the page, for pages of one's own: HTML without scripts and without styles within elements. */
export interface ReportPart {
  readonly id: string;
  readonly title: string;
  readonly html: string;
}

export interface Report {
  /** report.json (schemas/report.schema.json). */
  readonly data: ReportData;
  /** report.html, one file that needs no other. */
  readonly page: string;
  /** The headline figures and the sections of that page. */
  readonly parts: readonly ReportPart[];
}

/** Errors: BLN502 in a deadlock. */
export function report(accelerator: Accelerator): Report {
  const { data, waves } = buildReport(accelerator);
  const sections = reportSections(data, waves).map(({ id, title, body }) => ({
    id,
    title,
    html: body.in('html'),
  }));
  const headline = { id: 'headline', title: 'Headline figures', html: tilesHtml(data).in('html') };
  return { data, page: reportHtml(data, waves), parts: [headline, ...sections] };
}

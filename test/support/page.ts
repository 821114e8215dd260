/** A page in headless Chromium: what it says on the console, asks the network for, and shows. */
import axe from 'axe-core';
import puppeteer, { type Page } from 'puppeteer-core';

export interface OpenPage {
  readonly page: Page;
  /** Errors and warnings of the console, and exceptions. */
  readonly complaints: string[];
  /** Addresses asked for, the page itself and data: left out. */
  readonly requests: string[];
  close(): Promise<void>;
}

export async function openPage(path: string, scheme: 'light' | 'dark' = 'light'): Promise<OpenPage> {
  const browser = await puppeteer.launch({
    executablePath: process.env.BLNET_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    protocolTimeout: 120_000,
    timeout: 120_000,
  });
  const page = await browser.newPage();
  page.setDefaultTimeout(120_000);
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (m) => {
    if (['error', 'warn'].includes(m.type())) complaints.push(m.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (r) => {
    if (!r.url().startsWith('data:') && r.url() !== `file://${path}`) requests.push(r.url());
  });
  await page.setViewport({ width: 1200, height: 1000 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.goto(`file://${path}`);
  return { page, complaints, requests, close: () => browser.close() };
}

/** What axe-core finds, a line each; its rules are those of WCAG 2.2 A and AA and its own best practices. */
export async function violations(page: Page): Promise<string[]> {
  // By the debugger, which the page's policy does not bind.
  await page.evaluate(axe.source);
  const found = await page.evaluate(() =>
    (
      globalThis as unknown as {
        axe: {
          run(): Promise<{
            violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[];
          }>;
        };
      }
    ).axe.run(),
  );
  return found.violations.flatMap((v) =>
    v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)} ${n.failureSummary ?? ''}`),
  );
}

/** A page in headless Chromium: what it says on the console, asks the network for, and shows. */
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

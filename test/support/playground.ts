/// <reference lib="dom" />
/** The built playground, served by `blnet ui`, in headless Chromium. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { DIST, type Running, startCli } from './built-cli.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Builds the page where it is older than the package that it is made from. */
export function requirePage(): void {
  const page = join(DIST, 'web/index.html');
  const newest = (folder: string): number =>
    Math.max(
      ...readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((e) => e.isFile())
        .map((e) => statOf(join(e.parentPath, e.name))),
    );
  // The page holds the hardware library and the templates, too.
  const made = ['web', 'src', 'hw', 'templates'].map((folder) => newest(join(ROOT, folder)));
  if (existsSync(page) && statOf(page) >= Math.max(...made)) return;
  const run = spawnSync('npm', ['run', '--silent', 'build:web'], { cwd: ROOT, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`npm run build:web: ${run.stdout}${run.stderr}`);
}

/** A compilation in a browser takes seconds, on a machine that does ten things at once minutes. */
export const PATIENCE_MS = 900_000;

export interface Playground {
  readonly page: Page;
  readonly url: string;
  /** Errors and warnings of the console, and exceptions. */
  readonly complaints: string[];
  /** Addresses that page and workers asked for since `forget`, those within the page (data:, blob:) left out. */
  readonly requests: string[];
  /** Files that the page saved, by name. */
  saved(name: string): Promise<Buffer>;
  /** Ends the server; the browser goes on. */
  endServer(): Promise<void>;
  close(): Promise<void>;
}

export async function openPlayground(): Promise<Playground> {
  const downloads = mkdtempSync(join(tmpdir(), 'blnet-downloads-'));
  const server = startCli(['ui', '--port', '0', '--json']);
  const url = await addressOf(server);
  const browser = await puppeteer.launch({
    executablePath: process.env.BLNET_CHROMIUM ?? '/usr/bin/chromium',
    // No name but this machine's is known to the browser.
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
    protocolTimeout: PATIENCE_MS,
    timeout: 120_000,
  });
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (m) => {
    if (['error', 'warn'].includes(m.type())) complaints.push(m.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (r) => {
    if (!/^(data|blob):/.test(r.url())) requests.push(`${r.method()} ${r.url()}`);
  });
  const client = await browser.target().createCDPSession();
  await client.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: downloads });
  await page.goto(url);
  await ready(page);
  const endServer = async () => {
    server.child.kill('SIGTERM');
    await server.end;
  };
  return {
    page,
    url,
    complaints,
    requests,
    saved: (name) => fileAt(join(downloads, name)),
    endServer,
    close: async () => {
      await closeAll(browser);
      await endServer();
      rmSync(downloads, { recursive: true, force: true });
    },
  };
}

const statOf = (path: string): number => statSync(path).mtimeMs;

async function addressOf(server: Running): Promise<string> {
  while (!server.text.stdout.includes('\n}')) {
    await Promise.race([new Promise((resolve) => setTimeout(resolve, 50)), server.end]);
    if (server.child.exitCode !== null) throw new Error(`blnet ui: ${server.text.stderr}`);
  }
  return JSON.parse(server.text.stdout).url;
}

const closeAll = (browser: Browser) => browser.close().catch(() => {});

/** A download has its name once it is whole. */
async function fileAt(path: string): Promise<Buffer> {
  while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 50));
  const bytes = readFileSync(path);
  rmSync(path);
  return bytes;
}

/** Waits until the page is at nothing. */
const ready = (page: Page) => page.waitForSelector('body:not([aria-busy])');

/** Waits for the end of what was begun, and for what the page then says. */
export async function said(page: Page, text: string): Promise<void> {
  await page.waitForFunction(
    (wanted) =>
      !document.body.hasAttribute('aria-busy') &&
      ((document.querySelector('#progress')?.textContent ?? '').includes(wanted) ||
        document.querySelector('#error')?.textContent !== ''),
    {},
    text,
  );
  const error = await page.$eval('#error', (e) => e.textContent);
  if (error) throw new Error(error);
}

/** Drops files on the page, as a mouse would. */
export async function drop(page: Page, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const list = [...files].map(([name, bytes]) => ({ name, base64: Buffer.from(bytes).toString('base64') }));
  await page.evaluate((items) => {
    const transfer = new DataTransfer();
    for (const { name, base64 } of items)
      transfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
    document.body.dispatchEvent(
      new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }),
    );
  }, list);
}

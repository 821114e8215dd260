// Takes docs/images/*.png: `node scripts/take-screenshots.mjs REPORT.html WAVE.svg` after `blnet report` and `blnet wave`.
// BLNET_CHROMIUM names the browser where it is not /usr/bin/chromium.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';

const [report, wave] = process.argv.slice(2);
if (!wave) throw new Error('usage: node scripts/take-screenshots.mjs REPORT.html WAVE.svg');
const image = (name) => fileURLToPath(new URL(`../docs/images/${name}.png`, import.meta.url));
const browser = await puppeteer.launch({
  executablePath: process.env.BLNET_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
  timeout: 120_000,
});
const page = await browser.newPage();
const shots = [
  [report, 'report', { width: 1200, height: 1150 }],
  [wave, 'wave', { width: 1060, height: 690 }],
];
for (const [path, name, viewport] of shots) {
  await page.setViewport(viewport);
  await page.goto(`file://${resolve(path)}`);
  await page.screenshot({ path: image(name) });
}
await browser.close();

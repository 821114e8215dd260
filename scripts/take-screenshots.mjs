// Takes docs/images/*.png: `node scripts/take-screenshots.mjs REPORT.html WAVE.svg` after `blnet report`, `blnet wave` and
// `make web`. BLNET_CHROMIUM names the browser where it is not /usr/bin/chromium.
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';

const [report, wave] = process.argv.slice(2);
if (!wave) throw new Error('usage: node scripts/take-screenshots.mjs REPORT.html WAVE.svg');
const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const image = (name) => at(`../docs/images/${name}.png`);
const PATIENCE_MS = 900_000;
const browser = await puppeteer.launch({
  executablePath: process.env.BLNET_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
  timeout: PATIENCE_MS,
  protocolTimeout: PATIENCE_MS,
});
const page = await browser.newPage();
page.setDefaultTimeout(PATIENCE_MS);
const shots = [
  [report, 'report', { width: 1200, height: 1150 }],
  [wave, 'wave', { width: 1170, height: 380 }],
];
for (const [path, name, viewport] of shots) {
  await page.setViewport(viewport);
  await page.goto(`file://${resolve(path)}`);
  await page.screenshot({ path: image(name) });
}

// The playground: the first sample, compiled for 1,500 frames a second, in light and on a phone in the dark.
const server = spawn(process.execPath, [at('../dist/cli/main.js'), 'ui', '--port', '0', '--json']);
const { url } = JSON.parse(`${await new Promise((done) => server.stdout.once('data', done))}`);
await page.setViewport({ width: 1200, height: 1250 });
await page.goto(url);
await page.waitForSelector('body:not([aria-busy]) #samples button');
await page.click('#samples button');
await page.waitForSelector('#compile:not(:disabled)');
await page.type('[name=fps]', '1500');
await page.click('#compile');
await page.waitForSelector('#results:not([hidden])');
await page.evaluate(() => document.querySelector('main').scrollIntoView());
await page.screenshot({ path: image('playground') });
await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
await page.setViewport({ width: 390, height: 844, deviceScaleFactor: 2 });
await page.evaluate(() => document.querySelector('#files').scrollIntoView());
await page.screenshot({ path: image('playground-phone') });
server.kill();
await browser.close();

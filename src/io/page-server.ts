/** Serves the built playground to this machine: a folder of files, each with a policy that lets it reach nothing else. */
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import sirv from 'sirv';
import { BlnetError } from '../diagnostics.js';
import { PACKAGE_ROOT } from './assets.js';
import { reasonOf } from './files.js';
import { interruptible } from './interrupt.js';

const PAGE = `${PACKAGE_ROOT}dist/web`;
const HOST = '127.0.0.1';

/**
 * The page has its policy in itself. A worker has that of its own file: templates and the ONNX codec are made into
 * functions there, which takes `unsafe-eval`; no address can be reached from it.
 */
const WORKER_POLICY =
  "default-src 'none'; script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval'; connect-src 'self'; base-uri 'none'";

/** Only requests by the names of this machine are answered, so that no foreign page can rebind its name to it. */
const isOwn = (host: string | undefined): boolean =>
  /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host ?? '');

function pageServer(): Server {
  const files = sirv(PAGE, {
    etag: true,
    setHeaders: (response, path) => {
      response.setHeader('X-Content-Type-Options', 'nosniff');
      response.setHeader('Referrer-Policy', 'no-referrer');
      if (path.endsWith('.js')) response.setHeader('Content-Security-Policy', WORKER_POLICY);
    },
  });
  return createServer((request, response) => {
    if (!isOwn(request.headers.host)) {
      response.writeHead(403).end();
      return;
    }
    files(request, response, () => {
      response.writeHead(404).end();
    });
  });
}

/**
 * Serves until a signal comes; `onReady` gets the address.
 * @param port 0 takes any free one
 * Errors: BLN301 without a built page, or for a port that cannot be had.
 */
export async function servePage(port: number, onReady: (url: string) => void): Promise<void> {
  if (!existsSync(`${PAGE}/index.html`)) {
    const hint = 'in a checkout: make web';
    throw new BlnetError('BLN301', { where: PAGE, found: 'the page is not built', hint });
  }
  const server = pageServer();
  await interruptible(async (signal) => {
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) =>
        reject(
          new BlnetError('BLN301', {
            where: `port ${port}`,
            found: reasonOf(error),
            hint: 'name another one with --port',
          }),
        ),
      );
      server.listen(port, HOST, resolve);
    });
    onReady(`http://${HOST}:${(server.address() as AddressInfo).port}/`);
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    server.close();
    server.closeAllConnections();
  });
}

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

/** The strictest policy that still lets the script of a server in. */
export const strictPolicy = (server: { url: string }): string =>
  [
    "default-src 'none'",
    'img-src data:',
    `script-src ${server.url}`,
    `connect-src ${server.url} ${server.url.replace('http', 'ws')}`,
    "require-trusted-types-for 'script'",
  ].join('; ');

/** Puts up somebody else's page until the test is over; gives its address. */
export async function hostPage(html: string, policy: string | null = null): Promise<string> {
  const host = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    if (policy !== null) response.setHeader('content-security-policy', policy);
    response.end(html);
  }).listen(0, '127.0.0.1');
  await once(host, 'listening');
  onTestFinished(() => {
    host.closeAllConnections();
    host.close();
  });
  return `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
}

/** A page that has a script of a server, and these elements. */
export const pageWith = (server: { url: string }, html: string, attributes = ''): string =>
  `<!doctype html><html lang="en" ${attributes}><link rel="icon" href="data:," /><title>Host</title>
  <script src="${server.url}/embed/live-monitor.js"></script>${html}</html>`;

/** Errors and warnings of a page, as they come. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  return complaints;
}

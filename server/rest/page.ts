import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';

/** A public file. */
export type PublicFile = { content: Buffer; headers: Record<string, string> };

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.map': 'application/json',
};

/** The page loads its own script and talks to its own server, and nothing else. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/** The page at `/` and the files under `/embed/`, from the folder that the client is built into; null for others. */
export function createPublicFiles(folder: string): (path: string) => Promise<PublicFile | null> {
  return async (path) => {
    const name = path === '/' ? 'index.html' : path.startsWith('/embed/') ? path.slice(1) : null;
    const type = name === null ? undefined : types[extname(name)];
    if (name === null || type === undefined) return null;
    const file = normalize(join(folder, name));
    if (!file.startsWith(folder + sep)) return null;
    const content = await readFile(file).catch(() => null);
    if (content === null) return null;
    const headers: Record<string, string> = {
      'content-type': type,
      etag: `"${createHash('sha256').update(content).digest('base64url').slice(0, 16)}"`,
      'cache-control': 'no-cache',
    };
    if (path === '/') headers['content-security-policy'] = policy;
    // Scripts may be loaded by pages of any site.
    else
      Object.assign(headers, {
        'access-control-allow-origin': '*',
        'cross-origin-resource-policy': 'cross-origin',
      });
    return { content, headers };
  };
}

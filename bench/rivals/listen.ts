import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A bare server that answers every request with the JSON that `handle` makes of its body. */
export function serveJson(handle: (body: never) => Promise<unknown>): Server {
  return createServer((request, response) => {
    readJson(request)
      .then((body) => handle(body as never))
      .then(
        (answer) => {
          const text = JSON.stringify(answer);
          response
            .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
            .end(text);
        },
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
  });
}

/** The JSON in the body of a request. */
export function readJson(request: IncomingMessage): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      try {
        resolve(JSON.parse(Buffer.concat(chunks).toString()));
      } catch (error) {
        reject(error as Error);
      }
    });
    request.on('error', reject);
  });
}

/** Listens on a free port of loopback and says where. */
export function listen(server: Server): void {
  server.keepAliveTimeout = 65_000;
  server.listen(0, '127.0.0.1', () => {
    announce((server.address() as AddressInfo).port);
  });
}

/** Tells the program that started this one where it answers. */
export function announce(port: number): void {
  console.log(`ready at http://127.0.0.1:${port}`);
  process.on('SIGTERM', () => process.exit(0));
}

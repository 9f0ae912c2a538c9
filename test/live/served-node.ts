import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { NodeClient } from '../../src/live/node-client.ts';

/** A folder of a node, behind an API server on a unix socket. */
export interface Served {
  client: NodeClient;
  files: Map<string, Buffer>;
  /** Called before each answer with what is asked for; true: it has answered. */
  before: (name: string, range: string | undefined, response: ServerResponse) => boolean;
  asked: string[];
}

export async function serve(silenceMs = 5000): Promise<Served> {
  const dir = mkdtempSync(join(tmpdir(), 'node-log-'));
  const socketPath = join(dir, 's');
  const files = new Map<string, Buffer>();
  const client = new NodeClient({ socketPath, signal: new AbortController().signal, silenceMs });
  const served: Served = { client, files, before: () => false, asked: [] };
  const server = createServer(({ url = '', headers }, response) => {
    const name = url.slice('/api/v1/nodes/cp-1/proxy/logs/a/'.length);
    served.asked.push(`${name} ${headers.range ?? ''}`);
    response.setHeader('audit-id', String(headers['audit-id']));
    if (served.before(name, headers.range, response)) return;
    if (name === '')
      return void response.end([...files.keys()].map((each) => `<a href="${each}">${each}</a>`).join('\n'));
    const bytes = files.get(name);
    if (!bytes) return void response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n');
    const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? '') ?? [];
    if (from === undefined) return void response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
    const start = from === '' ? Math.max(0, bytes.length - Number(to)) : Number(from);
    if (start >= bytes.length)
      return void response.writeHead(416, { 'content-type': 'text/plain' }).end('invalid range');
    const part = bytes.subarray(start, to === '' || from === '' ? undefined : Number(to) + 1);
    response.writeHead(206, { 'content-range': `bytes ${start}-${start + part.length - 1}/${bytes.length}` }).end(part);
  });
  await new Promise<void>((done) => server.listen(socketPath, () => done()));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
    rmSync(dir, { recursive: true, force: true });
  });
  return served;
}

export const CURRENT: string = 'audit.log';
export const rotated = (second: number): string => `audit-2026-11-24T09-00-0${second}.000.log`;

export function write({ files }: Served, name: string, text: string): void {
  files.set(name, Buffer.concat([files.get(name) ?? Buffer.alloc(0), Buffer.from(text)]));
}

export function rotate(served: Served, name: string, isCompressed = false): void {
  const bytes = served.files.get(CURRENT) ?? Buffer.alloc(0);
  served.files.set(isCompressed ? `${name}.gz` : name, isCompressed ? gzipSync(bytes) : bytes);
  served.files.delete(CURRENT);
}

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { NodeClient } from '../../src/live/node-client.ts';
import { NodeLog } from '../../src/live/node-log.ts';

/** A folder of a node, behind an API server on a unix socket. */
interface Served {
  client: NodeClient;
  files: Map<string, Buffer>;
  /** Called before each answer with what is asked for; true: it has answered. */
  before: (name: string, range: string | undefined, response: ServerResponse) => boolean;
  asked: string[];
}

async function serve(silenceMs = 5000): Promise<Served> {
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

const CURRENT = 'audit.log';
const rotated = (second: number): string => `audit-2026-11-24T09-00-0${second}.000.log`;

function logOf({ client }: Served): { log: NodeLog; gaps: string[]; read: () => Promise<string> } {
  const gaps: string[] = [];
  const log = new NodeLog(client, { node: 'cp-1', folder: 'a', name: CURRENT }, (text) => gaps.push(text));
  const read = async (): Promise<string> => {
    let text = '';
    for await (const bytes of log.news()) text += Buffer.from(bytes).toString();
    return text;
  };
  return { log, gaps, read };
}

function write({ files }: Served, name: string, text: string): void {
  files.set(name, Buffer.concat([files.get(name) ?? Buffer.alloc(0), Buffer.from(text)]));
}

function rotate(served: Served, name: string, isCompressed = false): void {
  const bytes = served.files.get(CURRENT) ?? Buffer.alloc(0);
  served.files.set(isCompressed ? `${name}.gz` : name, isCompressed ? gzipSync(bytes) : bytes);
  served.files.delete(CURRENT);
}

describe('NodeLog', () => {
  it('gives what was rotated away, the file, and then only what is new', async () => {
    const served = await serve();
    write(served, rotated(2), 'b\n');
    write(served, rotated(1), 'a\n');
    write(served, CURRENT, 'c\n');
    const { read, gaps } = logOf(served);
    expect(await read()).toBe('a\nb\nc\n');
    expect(await read()).toBe('');
    write(served, CURRENT, 'd\n');
    served.asked.length = 0;
    expect(await read()).toBe('d\n');
    expect(served.asked).toEqual([`${CURRENT} bytes=0-`]);
    expect(gaps).toEqual([]);
  });

  it.each([false, true])(
    'goes on across several rotations between two looks (compressed: %s)',
    async (isCompressed) => {
      const served = await serve();
      const { read, gaps } = logOf(served);
      write(served, CURRENT, 'a\n');
      expect(await read()).toBe('a\n');
      write(served, CURRENT, 'b\n');
      rotate(served, rotated(1), isCompressed);
      write(served, CURRENT, 'c\n');
      rotate(served, rotated(2), isCompressed);
      write(served, CURRENT, 'a longer one than the first\n');
      expect(await read()).toBe('b\nc\na longer one than the first\n');
      expect(gaps).toEqual([]);
    },
  );

  it('reads again where the file is rotated between the listing and the opening', async () => {
    const served = await serve();
    const { read } = logOf(served);
    write(served, CURRENT, 'a\n');
    let isFirst = true;
    served.before = (name) => {
      if (name === CURRENT && isFirst) {
        isFirst = false;
        rotate(served, rotated(1));
        write(served, CURRENT, 'b\n');
      }
      return false;
    };
    expect(await read()).toBe('a\nb\n');
  });

  it('says where the file was emptied, and where what followed it is gone', async () => {
    const served = await serve();
    const { read, gaps } = logOf(served);
    write(served, CURRENT, 'first\n');
    await read();
    served.files.clear();
    write(served, rotated(5), 'other file\n');
    write(served, CURRENT, 'new\n');
    expect(await read()).toBe('other file\nnew\n');
    expect(gaps).toEqual(['cp-1: audit.log was replaced; what came after its byte 6 may be missing']);
  });

  it('goes on where a connection breaks in the middle', async () => {
    const served = await serve();
    const { read } = logOf(served);
    write(served, CURRENT, 'first half, second half\n');
    let isFirst = true;
    served.before = (name, _range, response) => {
      if (name !== CURRENT || !isFirst) return false;
      isFirst = false;
      response.writeHead(200, { 'content-length': 24 });
      response.write('first half, ', () => setTimeout(() => response.destroy(), 50));
      return true;
    };
    expect(await read()).toBe('first half, second half\n');
  });

  it('leaves out what is there', async () => {
    const served = await serve();
    const { log, read } = logOf(served);
    write(served, rotated(1), 'a\n');
    write(served, CURRENT, 'b\n');
    await log.skip();
    write(served, CURRENT, 'c\n');
    expect(await read()).toBe('c\n');
  });
});

describe('NodeClient', () => {
  it.each(['a/../pods', 'a/./x', '', 'a//b', 'a/\u0000', '..'])(
    'asks for no path that goes elsewhere: %j',
    async (path) => {
      const { client, asked } = await serve();
      await expect(client.open('cp-1', path, null)).rejects.toThrow('is no path below /var/log');
      expect(asked).toEqual([]);
    },
  );

  it('knows its own requests by their ID and by what was asked, not by one of them', async () => {
    const served = await serve();
    let auditID = '';
    served.before = (_name, _range, response) => {
      auditID = String(response.getHeader('audit-id'));
      return false;
    };
    await served.client.list('cp-1', 'a');
    const own = { auditID, verb: 'get', requestURI: '/api/v1/nodes/cp-1/proxy/logs/a/' };
    expect(served.client.isOurs(own)).toBe(true);
    expect(served.client.isOurs({ ...own, verb: 'delete' })).toBe(false);
    expect(served.client.isOurs({ ...own, requestURI: '/api/v1/secrets' })).toBe(false);
    expect(served.client.isOurs({ ...own, auditID: 'another' })).toBe(false);
  });

  it('does not wait for ever for one that says nothing', async () => {
    const served = await serve(100);
    served.before = () => true;
    await expect(served.client.list('cp-1', 'a')).rejects.toThrow('cp-1 gives nothing for 0.1 s');
  });
});

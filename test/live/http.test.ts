import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type HttpRequest, sendHttp } from '../../src/live/http.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(handler: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address: AddressInfo | string | null = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/x`;
}

function send(url: string, more: Partial<HttpRequest> = {}): ReturnType<typeof sendHttp> {
  const signal = new AbortController().signal;
  return sendHttp({
    url,
    method: 'POST',
    headers: { a: 'b' },
    body: Buffer.from('body'),
    timeoutMs: 5000,
    signal,
    ...more,
  });
}

describe('a request to a store', () => {
  it('gives any answer, and follows no redirect', async () => {
    const url = await listen((_, answer) =>
      answer.writeHead(307, { location: '/y', 'content-type': 'text/x' }).end('go'),
    );
    const body = Buffer.from('go');
    expect(await send(url)).toEqual({ type: 'answer', status: 307, contentType: 'text/x', location: '/y', body });
  });

  it('sends the headers and the body with its length', async () => {
    const url = await listen((request, answer) => {
      request.on('data', (data) => answer.end(`${request.headers['a']} ${request.headers['content-length']} ${data}`));
    });
    const outcome = await send(url);
    expect(outcome.type === 'answer' && String(outcome.body)).toBe('b 4 body');
  });

  it('gives the code of what keeps it from an answer', async () => {
    const silent = await listen(() => {});
    expect(await send(silent, { timeoutMs: 20 })).toMatchObject({ type: 'failure', code: 'TIMEOUT' });
    const broken = await listen((request) => request.socket.destroy());
    expect(await send(broken)).toMatchObject({ type: 'failure', code: 'ECONNRESET' });
    expect(await send('http://127.0.0.1:1/')).toMatchObject({ type: 'failure', code: 'ECONNREFUSED' });
    expect(await send(silent.replace('http:', 'https:'))).toMatchObject({ type: 'failure', code: 'EPROTO' });
  });

  it('ends with the reason of the signal', async () => {
    const control = new AbortController();
    const url = await listen(() => control.abort(new Error('stop')));
    await expect(send(url, { signal: control.signal })).rejects.toThrow('stop');
  });
});

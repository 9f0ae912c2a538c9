import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { join } from 'node:path';
import { execa } from 'execa';
import { go } from '../go-build.ts';
import type { LoggedEvent } from './audit-log.ts';

/** A request as it came in: what it was answered, and its events. */
interface Received {
  method: string;
  path: string;
  contentType: string;
  status: number;
  events: LoggedEvent[];
}

/** A server that takes audit events from who shows its client certificate and its token. */
export interface Receiver {
  url: string;
  received: Received[];
  close(): Promise<void>;
}

/** The PEM files of a certificate that signs itself, for the address 127.0.0.1: `cert.pem` and `key.pem` in a folder, made by Go's own tool. */
export async function certificate(folder: string): Promise<{ cert: string; key: string }> {
  const root = (await go(folder, ['env', 'GOROOT'])).trim();
  const tool = join(root, 'src/crypto/tls/generate_cert.go');
  await execa('go', ['run', tool, '--host', '127.0.0.1', '--ca', '--ecdsa-curve', 'P256'], { cwd: folder });
  return { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
}

/** Opens a receiver on a free port. */
export async function openReceiver(
  server: { cert: string; key: string },
  client: { cert: string; token: string },
): Promise<Receiver> {
  const known = new X509Certificate(await readFile(client.cert)).fingerprint256;
  const received: Received[] = [];
  const listener = createServer(
    // Go's tool makes certificates for servers: who it is is told by the certificate itself, and TLS proves that its key is there.
    {
      cert: await readFile(server.cert),
      key: await readFile(server.key),
      requestCert: true,
      rejectUnauthorized: false,
    },
    (request, response) => {
      void bodyOf(request).then((body) => {
        const isKnown =
          (request.socket as TLSSocket).getPeerCertificate().fingerprint256 === known &&
          request.headers.authorization === `Bearer ${client.token}`;
        received.push({ ...said(request), status: isKnown ? 200 : 401, events: isKnown ? eventsIn(body) : [] });
        response.writeHead(isKnown ? 200 : 401).end();
      });
    },
  ).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}/audit/events`,
    received,
    async close() {
      listener.closeAllConnections();
      listener.close();
      await once(listener, 'close');
    },
  };
}

function said({ method = '', url = '', headers }: IncomingMessage): Pick<Received, 'method' | 'path' | 'contentType'> {
  return { method, path: url, contentType: headers['content-type'] ?? '' };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function eventsIn(body: string): LoggedEvent[] {
  const { kind, apiVersion, items } = JSON.parse(body) as { kind: string; apiVersion: string; items: LoggedEvent[] };
  if (kind !== 'EventList' || apiVersion !== 'audit.k8s.io/v1') throw new Error(`received a ${kind} of ${apiVersion}`);
  return items;
}

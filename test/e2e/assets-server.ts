import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const HASH = `${'0'.repeat(63)}1\n`;

export interface AssetsServer {
  port: number;
  close(): void;
}

/** A loopback stand-in for the site kOps takes its own binaries from (KOPS_BASE_URL): `update cluster` asks it for hashes only, and any will do. */
export async function startAssetsServer(): Promise<AssetsServer> {
  const server = createServer((request, response) => {
    if (request.url?.endsWith('.sha256')) response.end(HASH);
    else response.writeHead(404).end();
  });
  server.unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { port, close: () => server.close() };
}

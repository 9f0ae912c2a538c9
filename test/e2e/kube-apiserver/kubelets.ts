import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, connect, createServer as createPlainServer, type Server as PlainServer } from 'node:net';
import { join } from 'node:path';
import type { Apiserver } from './apiserver.ts';
import { authorization } from './identities.ts';

/** Stands in for the kubelet of a node: its `/var/log` is a folder, served as Go's file server does behind kubelet's GET routes (1.36.3). */
interface Kubelet {
  /** What is served below `/logs/`. */
  root: string;
  /** Answers before the file server does, where it gives true. */
  fault: ((request: IncomingMessage, response: ServerResponse) => boolean) | null;
  /** Takes no connection any more, and ends those that there are. */
  stop: () => void;
  /** What it was asked for. */
  requests: string[];
}

/** Three control-plane nodes that a real kube-apiserver forwards to. */
export interface Nodes {
  kubelets: Readonly<Record<string, Kubelet>>;
  /** The flags by which the API server finds them. */
  flags: readonly string[];
  /** Where else it may forward to: `IP:PORT` of a pod, and the port of this machine that answers there. */
  pods: Map<string, number>;
  /** Lets the API server know of them; call it when it is ready. */
  register(apiserver: Apiserver): Promise<void>;
  close(): Promise<void>;
}

const NAMES = ['cp-1', 'cp-2', 'cp-3'];

/**
 * Makes them, each with a folder below `dir/nodes`. The API server refuses to forward to loopback addresses, so it is given others and
 * sent through a CONNECT proxy on a unix socket (`--egress-selector-config-file`): needs no privileges. Texts of failed dials differ then.
 */
export async function makeNodes(dir: string): Promise<Nodes> {
  const socket = join(dir, 'egress.sock');
  const config = join(dir, 'egress.json');
  await writeFile(config, egressConfig(socket));
  const kubelets: Record<string, Kubelet> = {};
  for (const name of NAMES) {
    const root = join(dir, 'nodes', name);
    await mkdir(join(root, 'kube-audit'), { recursive: true });
    kubelets[name] = { root, fault: null, stop: () => {}, requests: [] };
  }
  const servers: Server[] = [];
  const ports: Record<string, number> = {};
  const pods = new Map<string, number>();
  const tunnel = await connectProxy(socket, (target) => {
    const [address = ''] = target.split(':');
    const name = NAMES[Number(address.split('.').at(-1)) - 1] ?? '';
    return target.endsWith(':10250') ? ports[name] : pods.get(target);
  });
  return {
    kubelets,
    pods,
    flags: [`--egress-selector-config-file=${config}`, '--kubelet-preferred-address-types=InternalIP'],
    async register(apiserver) {
      // The pair that kube-apiserver made for itself serves for the kubelets too: it is not told to verify them.
      const pair = ['crt', 'key'].map((ext) => readFileSync(join(dir, 'certificates', `apiserver.${ext}`), 'utf8'));
      for (const [index, name] of NAMES.entries()) {
        const kubelet = kubelets[name]!;
        const server = createServer({ cert: pair[0], key: pair[1] }, (request, response) =>
          serve(kubelet, request, response),
        );
        await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
        servers.push(server);
        ports[name] = (server.address() as AddressInfo).port;
        kubelet.stop = () => {
          delete ports[name];
          server.closeAllConnections();
        };
        await storeNode(apiserver, name, `10.199.0.${index + 1}`);
      }
    },
    async close() {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
      tunnel.close();
      await rm(socket, { force: true });
    },
  };
}

function egressConfig(udsName: string): string {
  return JSON.stringify({
    apiVersion: 'apiserver.k8s.io/v1beta1',
    kind: 'EgressSelectorConfiguration',
    egressSelections: [
      { name: 'cluster', connection: { proxyProtocol: 'HTTPConnect', transport: { uds: { udsName } } } },
    ],
  });
}

function connectProxy(socket: string, portOf: (target: string) => number | undefined): Promise<PlainServer> {
  const server = createPlainServer((from) => {
    from.on('error', () => {});
    from.once('data', (head) => {
      const port = portOf(/^CONNECT (\S+) HTTP/.exec(head.toString())?.[1] ?? '');
      if (port === undefined) return from.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      const to = connect(port, '127.0.0.1', () => {
        from.write('HTTP/1.1 200 Connection established\r\n\r\n');
        from.pipe(to).pipe(from);
      });
      to.on('error', () => from.destroy());
      from.on('error', () => to.destroy());
      return undefined;
    });
  });
  return new Promise((done) => server.listen(socket, () => done(server)));
}

/** A Node as a kubelet would register it, with the label that kOps gives control-plane nodes; null: without an address. */
export async function storeNode(apiserver: Apiserver, name: string, address: string | null): Promise<void> {
  const labels = { 'node-role.kubernetes.io/control-plane': '' };
  const status = {
    addresses: address === null ? [] : [{ type: 'InternalIP', address }],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    conditions: [{ type: 'Ready', status: 'True' }],
  };
  const made = await apiserver.send({
    method: 'POST',
    path: '/api/v1/nodes',
    headers: { ...authorization('admin'), 'content-type': 'application/json' },
    content: JSON.stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, status }),
  });
  if (made.status !== 201) throw new Error(made.body);
}

function serve(kubelet: Kubelet, request: IncomingMessage, response: ServerResponse): void {
  const url = decodeURIComponent((request.url ?? '').split('?')[0] ?? '');
  kubelet.requests.push(`${url} ${request.headers.range ?? ''}`.trim());
  if (kubelet.fault?.(request, response)) return;
  const path = join(kubelet.root, join('/', url.replace(/^\/logs\//, '')));
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat || !url.startsWith('/logs/')) return say(response, 404, '404 page not found\n');
  if (stat.isDirectory()) {
    const links = readdirSync(path)
      .toSorted()
      .map((name) => `<a href="${name.includes(':') ? './' : ''}${name}">${name}</a>\n`);
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    return void response.end(
      `<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n${links.join('')}</pre>\n`,
    );
  }
  const range = rangeOf(request.headers.range, stat.size);
  if (range === 'none') {
    response.setHeader('content-range', `bytes */${stat.size}`);
    return say(response, 416, 'invalid range: failed to overlap\n');
  }
  const [start, end] = range ?? [0, stat.size - 1];
  response.writeHead(range ? 206 : 200, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': end - start + 1,
    ...(range ? { 'content-range': `bytes ${start}-${end}/${stat.size}` } : {}),
  });
  if (end < start) return void response.end();
  createReadStream(path, { start, end }).pipe(response);
}

/** Go answers an empty file whole, whatever the range. */
function rangeOf(header: string | undefined, size: number): [number, number] | 'none' | null {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (header === undefined || size === 0) return null;
  if (from === '') return [Math.max(0, size - Number(to)), size - 1];
  if (Number(from) >= size) return 'none';
  return [Number(from), to === '' ? size - 1 : Math.min(Number(to), size - 1)];
}

/** Answers with a text, as the kubelet does. */
export function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(text);
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BINARIES } from './build.ts';
import { freePort } from './free-port.ts';
import { authorization } from './identities.ts';
import type { Network } from './network.ts';
import { startProcess, type ServerProcess } from './process.ts';
import { answer, type Answer, type Sending } from './send.ts';

/** A kube-apiserver that is ready. */
export interface Apiserver {
  port: number;
  /** Sends a request to it. */
  send(options: Sending): Promise<Answer>;
  /** What it wrote to stderr until now. */
  output(): string;
  /** Ends it in order, in about a second: after this its audit log is complete. */
  stop(): Promise<void>;
  /** Ends it at once. */
  kill(): Promise<void>;
}

/** Where a server runs, as far as it differs from this machine. Needs Linux, and root or user namespaces. */
export interface Machine {
  /** What it is called. */
  hostName?: string;
  /** What it is in instead of the network of this machine; then it is called as this one is. */
  network?: Network;
}

/** Where one API server lives: the lab's folder, its etcd, and a name that no other of the lab has. */
interface Place extends Machine {
  dir: string;
  etcd: string;
  name: string;
}

/** The server ended before it was ready: `exitCode`, and `output` for the reason. */
export class ServerEnded extends Error {
  readonly exitCode: number | null;
  readonly output: string;

  constructor(exitCode: number | null, output: string) {
    super(`kube-apiserver ended with exit status ${exitCode}:\n${output.trimEnd().split('\n').slice(-12).join('\n')}`);
    this.name = 'ServerEnded';
    this.exitCode = exitCode;
    this.output = output;
  }
}

const PORT_TAKEN = 'bind: address already in use';

/** Starts kube-apiserver with more flags and waits until it is ready. Throws ServerEnded if it ends instead. */
export async function startApiserver(place: Place, flags: readonly string[]): Promise<Apiserver> {
  for (;;) {
    const port = place.network?.port ?? (await freePort());
    const output = join(place.dir, `kube-apiserver-${place.name}.log`);
    const [program, ...args] = [...onMachine(place), BINARIES.apiserver, ...ownFlags(place, port), ...flags];
    const server = startProcess(program, args, { cwd: place.dir, output });
    const apiserver = { ...server, port, send: (sending: Sending) => sendTo(place, port, sending) };
    try {
      await ready(apiserver, server);
      return apiserver;
    } catch (error) {
      await server.kill();
      if (!(error instanceof ServerEnded && error.output.includes(PORT_TAKEN))) throw error;
    }
  }
}

/** The words that run what follows on that machine: each turns into the next, so the process stays the same. */
function onMachine({ hostName, network }: Machine): [] | [string, ...string[]] {
  if (network) return network.enter;
  if (hostName === undefined) return [];
  const asRoot = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  return ['unshare', ...asRoot, '--uts', 'sh', '-c', 'hostname "$0" && exec "$@"', hostName];
}

function ownFlags({ dir, etcd, name }: Place, port: number): string[] {
  return [
    `--etcd-servers=${etcd}`,
    `--etcd-prefix=/registry-${name}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${dir}/certificates`,
    '--endpoint-reconciler-type=none', // a loopback address is not allowed in the Endpoints of the service kubernetes
    '--service-cluster-ip-range=10.96.0.0/16',
    '--authorization-mode=Node,RBAC',
    `--token-auth-file=${dir}/tokens.csv`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${dir}/service-accounts.pub`,
    `--service-account-signing-key-file=${dir}/service-accounts.key`,
  ];
}

async function sendTo({ dir, network }: Place, port: number, sending: Sending): Promise<Answer> {
  const ca = await readFile(join(dir, 'certificates', 'apiserver.crt'));
  const where = network ? { socketPath: network.socket } : { port };
  return answer({ host: '127.0.0.1', ca, ...where, ...sending });
}

async function ready({ send }: Pick<Apiserver, 'send'>, server: ServerProcess): Promise<void> {
  const readyz = { path: '/readyz', headers: authorization('admin') };
  while ((await send(readyz).catch(() => undefined))?.status !== 200) {
    if (!server.isRunning()) throw new ServerEnded(await server.ended, server.output());
    await sleep(50);
  }
}

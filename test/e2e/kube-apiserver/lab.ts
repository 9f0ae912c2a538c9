import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startApiserver, type Apiserver, type Machine } from './apiserver.ts';
import { BINARIES } from './build.ts';
import { tokenFile } from './identities.ts';
import { startProcess, type ServerProcess } from './process.ts';
import { answer } from './send.ts';

/** A temporary folder with an etcd, for any number of API servers one after another. */
export interface Lab {
  dir: string;
  /**
   * Starts a kube-apiserver with more flags and with nothing stored, and waits until it is ready.
   * Throws ServerEnded if it ends instead.
   *
   * @param machine left out: this one as it is.
   */
  start(flags: readonly string[], machine?: Machine): Promise<Apiserver>;
  /** Ends what still runs and removes the folder. */
  close(): Promise<void>;
}

// The one form of a socket that etcd's flags take: a file of this name in the folder it runs in. It spares us looking for ports.
const SOCKET = 'localhost:1';

/** Opens a lab; that takes about half a second. Throws if etcd does not start. */
export async function openLab(): Promise<Lab> {
  const dir = await mkdtemp(join(tmpdir(), 'kube-'));
  await writeCredentials(dir);
  const etcd = startEtcd(dir);
  const running = new Set<Apiserver>();
  await etcdReady(dir, etcd);
  let count = 0;
  let first: Promise<Apiserver> | undefined;
  return {
    dir,
    async start(flags, machine) {
      await first?.catch(() => undefined); // which makes the certificates that all have
      count++;
      const started = startApiserver({ dir, etcd: `unix://${dir}/${SOCKET}`, name: String(count), ...machine }, flags);
      first ??= started;
      const apiserver = await started;
      running.add(apiserver);
      return apiserver;
    },
    async close() {
      await Promise.all([...running].map((apiserver) => apiserver.kill()));
      await etcd.kill();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function writeCredentials(dir: string): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const files = { 'tokens.csv': tokenFile(), 'service-accounts.key': privateKey, 'service-accounts.pub': publicKey };
  for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text, { mode: 0o600 });
}

function startEtcd(dir: string): ServerProcess {
  const client = `unix://${SOCKET}`;
  const peers = 'http://localhost:2'; // nobody asks there: it is the only member
  const flags = [
    '--data-dir=etcd',
    '--unsafe-no-fsync',
    '--log-level=warn',
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    '--listen-peer-urls=unix://localhost:2',
    `--initial-advertise-peer-urls=${peers}`,
    `--initial-cluster=default=${peers}`,
  ];
  return startProcess(BINARIES.etcd, flags, { cwd: dir, output: join(dir, 'etcd.log'), leftOver: dir });
}

async function etcdReady(dir: string, etcd: ServerProcess): Promise<void> {
  const health = { socketPath: join(dir, SOCKET), path: '/health' };
  while ((await answer(health).catch(() => undefined))?.status !== 200) {
    if (!etcd.isRunning()) throw new Error(`etcd did not start:\n${etcd.output()}`);
    await sleep(50);
  }
}

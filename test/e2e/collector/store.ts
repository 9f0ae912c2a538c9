import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../kube-apiserver/free-port.ts';
import { startProcess, type ServerProcess } from '../kube-apiserver/process.ts';
import { PROGRAMS } from './build.ts';

/** One event as the store has it. */
export interface StoredRow {
  /** The body of the record. */
  _msg: string;
  [field: string]: string;
}

/** A VictoriaLogs that runs. */
export interface Store {
  url: string;
  /** What a query of its language finds, all of it. Throws where it refuses the query. */
  query(text: string): Promise<StoredRow[]>;
  /** How many records a query finds. */
  count(text: string): Promise<number>;
  output(): string;
  /** Ends it in order; what it has is kept. */
  stop(): Promise<void>;
  /** Starts it again, at the same address and with what it had. */
  start(): Promise<void>;
}

/** How it is started. */
export interface StoreOptions {
  /** A folder for its data and its output; made if need be. */
  dir: string;
  /** Its own authentication, for reading and writing. */
  user?: { name: string; password: string };
}

/** Starts a store and waits until it answers. */
export async function startStore({ dir, user }: StoreOptions): Promise<Store> {
  await mkdir(dir, { recursive: true });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const basic = Buffer.from(`${user?.name}:${user?.password}`).toString('base64');
  const headers: Record<string, string> = user ? { authorization: `Basic ${basic}` } : {};
  let server: ServerProcess;
  const ask = async (path: string, form: Record<string, string>): Promise<string> => {
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: new URLSearchParams(form) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`the store refuses it (${answer.status}): ${text}`);
    return text;
  };
  const query = async (text: string): Promise<StoredRow[]> => {
    const found = await ask('/select/logsql/query', { query: text, limit: '0' });
    return found.split('\n').flatMap((line): StoredRow[] => (line === '' ? [] : [JSON.parse(line)]));
  };
  const start = async (): Promise<void> => {
    server = startProcess(PROGRAMS.store, flags(dir, port, user), { cwd: dir, output: join(dir, 'store.log') });
    while (!(await fetch(`${url}/health`, { headers }).catch(() => null))?.ok) {
      if (!server.isRunning()) throw new Error(`the store ended:\n${server.output()}`);
      await sleep(50);
    }
  };
  await start();
  return {
    url,
    query,
    count: async (text) => Number((await query(`${text} | stats count() n`))[0]?.['n'] ?? 0),
    output: () => server.output(),
    stop: () => server.stop(),
    start,
  };
}

function flags(dir: string, port: number, user: StoreOptions['user']): string[] {
  return [
    `-storageDataPath=${join(dir, 'data')}`,
    `-httpListenAddr=127.0.0.1:${port}`,
    '-retentionPeriod=100y',
    '-memory.allowedBytes=256MB',
    '-inmemoryDataFlushInterval=1s',
    ...(user ? [`-httpAuth.username=${user.name}`, `-httpAuth.password=${user.password}`] : []),
  ];
}

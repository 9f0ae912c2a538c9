import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { explainEvents, type LoggedEvent, type Said } from './kube-apiserver/audit-log.ts';
import { startFromSpec, type Started } from './kube-apiserver/from-spec.ts';
import { openLab, type Lab } from './kube-apiserver/lab.ts';
import { showPolicy, writePolicy } from './kube-apiserver/policy-file.ts';
import { certificate, openReceiver, type Receiver } from './kube-apiserver/receiver.ts';
import { sendAll, type Sent } from './kube-apiserver/run-workload.ts';
import { PREPARATION, WORKLOAD, type Row } from './kube-apiserver/workload.ts';

const TOKEN = 'dummy-token-of-the-webhook';
const EVERYTHING = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n';
/** Without watches, which end when they like, and without those that lose their last event. */
const ROWS: readonly Row[] = [
  ...PREPARATION,
  ...WORKLOAD.filter(({ leave, path, losesItsEnd }) => !leave && !losesItsEnd && !path.includes('watch')).slice(0, 60),
];

let lab: Lab;
let ours: { cert: string; key: string };
let theirs: { cert: string; key: string };
/** What `explain` says of each row under the policy kops. */
let said: Said[];

beforeAll(async () => {
  lab = await openLab();
  const [server, client] = [join(lab.dir, 'server'), join(lab.dir, 'client')];
  await Promise.all([server, client].map((folder) => mkdir(folder)));
  theirs = await certificate(server);
  ours = await certificate(client);
  await writeFile(join(lab.dir, 'token'), `${TOKEN}\n`);
  const seen = await seenByServer();
  said = await explainEvents(await showPolicy(lab.dir, 'kops', []), seen);
}, 120_000);
afterAll(() => lab.close());

/** Each row as a server with a policy that leaves nothing out saw it. */
async function seenByServer(): Promise<LoggedEvent[]> {
  const log = join(lab.dir, 'all.log');
  const policyFile = await writePolicy(lab.dir, EVERYTHING);
  const apiserver = await lab.start([`--audit-policy-file=${policyFile}`, `--audit-log-path=${log}`]);
  const sent = await sendAll(apiserver, ROWS);
  await apiserver.stop();
  const events = await eventsIn(log);
  return sent.map(({ auditID }) => events.find((event) => event.auditID === auditID)!);
}

async function eventsIn(log: string): Promise<LoggedEvent[]> {
  const lines = (await readFile(log, 'utf8')).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as LoggedEvent);
}

async function receiver(): Promise<Receiver> {
  const opened = await openReceiver(theirs, { cert: ours.cert, token: TOKEN });
  onTestFinished(() => opened.close());
  return opened;
}

function parts(url: string, token = 'token'): string[] {
  const files = {
    ca: theirs.cert,
    'client-cert': ours.cert,
    'client-key': ours.key,
    'token-file': join(lab.dir, token),
  };
  return ['--webhook-url', url, ...Object.entries(files).flatMap(([name, file]) => [`--webhook-${name}`, file])];
}

interface Run extends Started {
  sent: Sent[];
}

/** Sends the rows to a server that sends its events to a webhook, and ends it. */
async function run(name: string, flags: readonly string[], rows = ROWS): Promise<Run> {
  const started = await startFromSpec(lab, name, flags);
  const sent = await sendAll(started.apiserver, rows);
  await started.apiserver.stop();
  return { ...started, sent };
}

/** The events of each request that was sent, in words. */
function ofRequests(sent: readonly Sent[], events: readonly LoggedEvent[]): string[] {
  return sent.map(({ row, auditID }) => {
    const own = events.filter((event) => event.auditID === auditID).map(({ stage, level }) => `${stage} at ${level}`);
    return `${row.as} ${row.method} ${row.path}: ${own.toSorted().join(', ')}`;
  });
}

function bySaid({ as, method, path }: Row, at: number): string {
  const { level, stages } = said[at]!;
  return `${as} ${method} ${path}: ${stages
    .map((stage) => `${stage} at ${level}`)
    .toSorted()
    .join(', ')}`;
}

describe('a webhook made of its parts, with a real kube-apiserver', { timeout: 120_000 }, () => {
  it('gets one by one, in mode blocking, the events that explain says, and no other', async () => {
    const { url, received } = await receiver();
    const { sent } = await run('blocking', [...parts(url), '--no-log', '--webhook-mode', 'blocking']);
    expect(
      ofRequests(
        sent,
        received.flatMap(({ events }) => events),
      ),
    ).toEqual(ROWS.map(bySaid));
    expect(new Set(said.map(({ level }) => level)).size).toBeGreaterThan(2);
    expect(received.filter(({ events }) => events.length !== 1)).toEqual([]);
    const how = received.map(({ method, path, status, contentType }) => [method, path, status, contentType].join(' '));
    expect([...new Set(how)]).toEqual(['POST /audit/events?timeout=30s 200 application/json']);
  });

  it('gets many at once, in mode batch, and the log beside it has the same', async () => {
    const { url, received } = await receiver();
    const { sent, folder, spec } = await run('batch', parts(url));
    const events = received.flatMap((each) => each.events);
    expect(ofRequests(sent, events)).toEqual(ROWS.map(bySaid));
    const logged = await eventsIn(join(folder, String(spec.kubeAPIServer['auditLogPath'])));
    expect(ofRequests(sent, logged)).toEqual(ROWS.map(bySaid));
    expect(received.some((each) => each.events.length > 10)).toBe(true);
  });

  it('delivers nothing with a wrong token, which is tried again', async () => {
    const { url, received } = await receiver();
    await writeFile(join(lab.dir, 'wrong'), 'another-token');
    await run('wrong-token', [...parts(url, 'wrong'), '--webhook-initial-backoff', '50ms'], ROWS.slice(0, 3));
    expect(received.length).toBeGreaterThan(4);
    expect(received.every(({ status, events }) => status === 401 && events.length === 0)).toBe(true);
  });
});

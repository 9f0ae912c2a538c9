import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPolicy } from '../../src/policy/load/load.ts';
import type { Policy } from '../../src/policy/types.ts';
import type { Amount } from '../../src/replay/amount.ts';
import { type AuditEvent, goJson } from '../../src/replay/keep.ts';
import type { PolicyAmount } from '../../src/replay/policy-tally.ts';
import { Replay } from '../../src/replay/replay.ts';
import { eventsOf } from '../events/event-of.ts';
import { evened } from '../helpers/evened.ts';
import { record } from './kube-apiserver/audit-log.ts';
import { type Lab, openLab } from './kube-apiserver/lab.ts';
import { showPolicy, writePolicy } from './kube-apiserver/policy-file.ts';
import type { Sent } from './kube-apiserver/run-workload.ts';
import type { Row } from './kube-apiserver/workload.ts';
import { runCli } from './run-cli.ts';

const HEAD = 'apiVersion: audit.k8s.io/v1\nkind: Policy\n';
const EVERYTHING = `${HEAD}rules:\n- level: RequestResponse\n`;
const ALL: Policy = { rules: [{ level: 'RequestResponse' }] };

/** Stages and managed fields that are left out, by the policy, by rules, and against it by one. */
const LEAVES_OUT = `${HEAD}omitManagedFields: true
omitStages: [ResponseStarted]
rules:
- {level: RequestResponse, verbs: [update], omitManagedFields: false, omitStages: [RequestReceived]}
- {level: Request, verbs: [watch], omitStages: [ResponseComplete]}
- {level: Metadata, userGroups: ["system:serviceaccounts", "system:nodes"]}
- {level: RequestResponse}
`;

/** What a server is started with: a template with its parameters, or the text of a policy. */
const CANDIDATES: Readonly<Record<string, () => Promise<string>>> = {
  'the template metadata': () => showPolicy(lab.dir, 'metadata', []),
  'the template gce': () => showPolicy(lab.dir, 'gce', []),
  'the template kops': () => showPolicy(lab.dir, 'kops', []),
  'the template kops with bodies': () => showPolicy(lab.dir, 'kops', ['changesLevel=RequestResponse']),
  'the policy of the GCE set-up script': () => sample('gce'),
  'a policy with every request and stage at Metadata': () => sample('metadata'),
  'a policy that leaves out stages and managed fields': () => writePolicy(lab.dir, LEAVES_OUT),
};

async function sample(name: string): Promise<string> {
  const file = fileURLToPath(new URL(`../samples/policies/${name}.yaml`, import.meta.url));
  return writePolicy(lab.dir, await readFile(file, 'utf8'));
}

const CONFIG_MAPS = '/api/v1/namespaces/shop/configmaps';
const MANAGED = [
  {
    manager: 'somebody',
    operation: 'Update',
    apiVersion: 'v1',
    time: '2026-01-02T03:04:05Z',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:data': { 'f:a': {} } },
  },
];

/** Managed fields wherever they may stand: in what is sent, in patches of each kind, in lists and tables. */
const MORE: readonly Row[] = [
  row('POST', CONFIG_MAPS, 201, { metadata: { name: 'owned', managedFields: MANAGED }, data: { a: '<1> & "2"' } }),
  row('PUT', `${CONFIG_MAPS}/owned`, 200, { metadata: { name: 'owned', managedFields: MANAGED }, data: { a: '2' } }),
  patch('application/merge-patch+json', { metadata: { managedFields: [{}] } }),
  patch('application/strategic-merge-patch+json', { metadata: { managedFields: MANAGED }, data: { b: '3' } }),
  patch('application/json-patch+json', [{ op: 'replace', path: '/metadata/managedFields', value: [{}] }]),
  row('GET', CONFIG_MAPS, 200),
  accepting('application/json;as=Table;v=v1;g=meta.k8s.io', `${CONFIG_MAPS}?includeObject=Object`),
  accepting('application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io', CONFIG_MAPS),
  accepting('application/vnd.kubernetes.protobuf', `${CONFIG_MAPS}/owned`),
  accepting('application/yaml', `${CONFIG_MAPS}/owned`),
];

function row(method: string, path: string, status: number, body?: unknown): Row {
  return { as: 'alice', method, path, status, ...(body !== undefined && { body }) };
}

function patch(contentType: string, body: unknown): Row {
  return { ...row('PATCH', `${CONFIG_MAPS}/owned`, 200, body), contentType };
}

function accepting(accept: string, path: string): Row {
  return { ...row('GET', path, 200), headers: { accept } };
}

/** One run of the workload: its requests, and the lines that were written of each. */
interface Run {
  sent: readonly Sent[];
  lines: readonly string[][];
}

let lab: Lab;
let full: Run;

beforeAll(async () => {
  lab = await openLab();
  full = await run(await writePolicy(lab.dir, EVERYTHING));
});

afterAll(() => lab.close());

async function run(policyFile: string): Promise<Run> {
  const { sent, text } = await record(lab, policyFile, MORE);
  const all = evened(text).trimEnd().split('\n').map(withoutListedEvents);
  return { sent, lines: sent.map(({ auditID }) => all.filter((line) => line.includes(`"auditID":"${auditID}"`))) };
}

/** The API server may have written an event of its own, of a service whose address it had not noted yet: who lists events gets that too. */
function withoutListedEvents(line: string): string {
  if (!line.includes('"responseObject":{"kind":"EventList"')) return line;
  const event: AuditEvent = JSON.parse(line);
  return goJson({ ...event, responseObject: { kind: 'EventList' } });
}

function replayed(policy: Policy, lines: readonly string[]): PolicyAmount {
  const replay = new Replay([policy]);
  for (const event of eventsOf(lines)) replay.add(event);
  return replay.policies()[0]!;
}

function title({ as, method, path }: Row): string {
  return `${as} ${method} ${path}`;
}

describe.each(Object.keys(CANDIDATES))('a replay of a log with all bodies under %s', (name) => {
  let policyFile: string;
  let policy: Policy;
  let written: Run;

  beforeAll(async () => {
    policyFile = await CANDIDATES[name]!();
    policy = loadPolicy(await readFile(policyFile, 'utf8')).policy!;
    written = await run(policyFile);
  });

  it('is of requests that were answered as they were then', () => {
    const answers = ({ sent }: Run): string[] => sent.map(({ row, status }) => `${title(row)} ${status}`);
    expect(answers(written)).toEqual(answers(full));
    expect(answers(full)).toEqual(full.sent.map(({ row }) => `${title(row)} ${row.status}`));
  });

  /** A patch that is not JSON loses its last event at level Request and above, so that the full log has none. */
  const isLost = (at: number): boolean =>
    written.sent[at]?.row.losesItsEnd === true &&
    Object.keys(said(ALL, written.lines[at]!).levels).includes('Metadata');

  it('predicts of each request the events and the bytes that a real kube-apiserver wrote of it', () => {
    const wrong: unknown[] = [];
    for (const [at, { row }] of written.sent.entries()) {
      const predicted = said(policy, full.lines[at]!);
      const lines = written.lines[at]!.filter((line) => !isLost(at) || !line.includes('"stage":"ResponseComplete"'));
      const real = said(ALL, lines);
      if (!isDeepStrictEqual(predicted, real)) wrong.push({ at, request: title(row), predicted, written: real });
    }
    expect(wrong).toEqual([]);
  });

  it('predicts them in sum too, by the program', async () => {
    const log = join(lab.dir, 'full.log');
    await writeFile(
      log,
      full.lines
        .flat()
        .map((line) => `${line}\n`)
        .join(''),
    );
    const { exitCode, stdout } = await runCli(['policy', 'replay', log, '--policy', policyFile, '-o', 'json'], {
      env: { HOME: lab.dir },
    });
    expect(exitCode).toBe(0);
    const { policies } = JSON.parse(stdout) as { policies: { events: number; bytes: number }[] };
    const lost = written.sent.flatMap((_, at) => (isLost(at) ? written.lines[at]!.slice(-1) : []));
    const { events, bytes } = replayed(ALL, written.lines.flat());
    const size = Buffer.byteLength(lost.map((line) => `${line}\n`).join(''));
    expect(policies).toMatchObject([{ events: events - lost.length, bytes: bytes - size }]);
  });
});

interface Said {
  levels: Readonly<Record<string, Amount>>;
  stages: Readonly<Record<string, Amount>>;
}

function said(policy: Policy, lines: readonly string[]): Said {
  const { levels, stages } = replayed(policy, lines);
  return { levels, stages };
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explainEvents, record, type LoggedEvent, type Recording, type Said } from './kube-apiserver/audit-log.ts';
import { openLab, type Lab } from './kube-apiserver/lab.ts';
import { showPolicy, writePolicy } from './kube-apiserver/policy-file.ts';
import type { Row } from './kube-apiserver/workload.ts';

const EVERYTHING = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n';

interface Case {
  template: string;
  set: string[];
  /** The levels that the workload's requests have. */
  levels: string[];
  /** How many of its requests lose their ResponseComplete event (`losesItsEnd`). */
  lost: number;
}

const POLICIES: Case[] = [
  { template: 'gce', set: [], levels: ['Metadata', 'None', 'Request', 'RequestResponse'], lost: 2 },
  { template: 'kops', set: [], levels: ['Metadata', 'None', 'Request'], lost: 0 },
  {
    template: 'kops',
    set: ['changesLevel=RequestResponse'],
    levels: ['Metadata', 'None', 'RequestResponse'],
    lost: 0,
  },
  { template: 'metadata', set: [], levels: ['Metadata'], lost: 0 },
  { template: 'metadata', set: ['omitStages='], levels: ['Metadata'], lost: 0 },
];

let lab: Lab;
/** Every request of the workload as the server saw it, from a policy that leaves nothing out. */
let seen: LoggedEvent[];

beforeAll(async () => {
  lab = await openLab();
  const everything = await record(lab, await writePolicy(lab.dir, EVERYTHING));
  seen = everything.sent.map(({ auditID }) => everything.events.find((event) => event.auditID === auditID)!);
});

afterAll(() => lab.close());

it('sees every request of the workload under a policy that leaves nothing out', () => {
  expect(seen.length).toBeGreaterThan(150);
  expect(seen).not.toContain(undefined);
});

describe.each(POLICIES)('the log of a real kube-apiserver under $template $set', ({ template, set, levels, lost }) => {
  let recording: Recording;
  let said: Said[];

  beforeAll(async () => {
    recording = await record(lab, await showPolicy(lab.dir, template, set));
    said = await explainEvents(recording.policyFile, seen);
  });

  it('is of a workload that was answered as it should be', () => {
    const answers = recording.sent.map(({ row, status }) => `${title(row)} ${status}`);
    expect(answers).toEqual(recording.sent.map(({ row }) => `${title(row)} ${row.status}`));
  });

  it('is of a workload that meets every level of the policy', () => {
    expect([...new Set(said.map(({ level }) => level))].sort()).toEqual(levels);
    expect(recording.sent.filter(({ row }, index) => isLost(row, said[index]!))).toHaveLength(lost);
  });

  it('has for each request the events that explain says, and no other', () => {
    const written = recording.sent.map(({ row, auditID }) => ({
      request: title(row),
      events: eventsOf(recording, auditID).map(({ stage, level }) => `${stage} at ${level}`),
    }));
    expect(written).toEqual(recording.sent.map(({ row }, index) => expectedEvents(row, said[index]!)));
  });

  it('has no line, of whatever request, at another level or stage than explain says', async () => {
    const { events, policyFile } = recording;
    expect(events.filter(({ user }) => user?.username === 'system:apiserver').length).toBeGreaterThan(0);
    const ofAll = await explainEvents(policyFile, events);
    const written = events.map((event) => `${event.level}, ${event.stage}: ${event.verb} ${event.requestURI}`);
    expect(written).toEqual(
      events.map((event, index) => {
        const { level, stages } = ofAll[index]!;
        const stage = stages.includes(event.stage) ? event.stage : `one of ${stages.join(', ')}`;
        return `${level}, ${stage}: ${event.verb} ${event.requestURI}`;
      }),
    );
  });

  it('has the bodies that the level allows, with managed fields where explain says that they stay', () => {
    const bodies = recording.sent.flatMap(({ auditID }, index) =>
      eventsOf(recording, auditID).map((event) => ({ event, said: said[index]! })),
    );
    for (const { event, said } of bodies) {
      if (said.level === 'Metadata') expect(event.requestObject).toBeUndefined();
      if (said.level !== 'RequestResponse') expect(event.responseObject).toBeUndefined();
      if (said.omitManagedFields) expect(hasManagedFields(event)).toBe(false);
    }
    const kept = bodies.filter(({ said }) => !said.omitManagedFields && said.level === 'RequestResponse');
    expect(kept.some(({ event }) => hasManagedFields(event))).toBe(kept.length > 0);
  });
});

it('has at level RequestResponse the bodies that explain says', async () => {
  const policyFile = await writePolicy(lab.dir, EVERYTHING.replace('Metadata', 'RequestResponse'));
  const recording = await record(lab, policyFile);
  const said = await explainEvents(policyFile, seen);
  const succeeded = recording.sent
    .map((sent, index) => ({ ...sent, said: said[index]! }))
    .filter(({ status, row }) => status < 300 && row.losesItsEnd !== true);
  const written = succeeded.map(({ auditID, row }) => `${title(row)}: ${bodiesOf(eventsOf(recording, auditID))}`);
  expect(written).toEqual(succeeded.map(({ row, said }) => `${title(row)}: ${said.meaning[0]}`));
});

function title({ as, method, path }: Row): string {
  return `${as} ${method} ${path}`;
}

function eventsOf({ events }: Recording, auditID: string): LoggedEvent[] {
  return events.filter((event) => event.auditID === auditID);
}

function expectedEvents(row: Row, said: Said): { request: string; events: string[] } {
  const { level, stages } = said;
  const written = isLost(row, said) ? stages.filter((stage) => stage !== 'ResponseComplete') : stages;
  return { request: title(row), events: written.map((stage) => `${stage} at ${level}`) };
}

function isLost({ losesItsEnd = false }: Row, { level }: Said): boolean {
  return losesItsEnd && (level === 'Request' || level === 'RequestResponse');
}

function hasManagedFields({ requestObject, responseObject }: LoggedEvent): boolean {
  return JSON.stringify([requestObject, responseObject]).includes('"managedFields"');
}

/** What the events of a request have of bodies, in the words of `explain`. */
function bodiesOf(events: readonly LoggedEvent[]): string {
  const sent = events.some(({ requestObject }) => requestObject !== undefined) ? ['the object sent'] : [];
  const answered = events.some(({ responseObject }) => responseObject !== undefined) ? ['the answer'] : [];
  const bodies = [...sent, ...answered].join(' and ');
  return `Recorded: who did what, when and from where, and how it ended${bodies === '' ? '. No bodies' : `; ${bodies}`}.`;
}

import type { Level, Policy, RequestAttributes, Stage } from '../../../src/policy/types.ts';
import { requestOf } from '../../../src/events/request.ts';
import type { AuditEvent } from '../../../src/replay/keep.ts';
import { data, load, text } from './recorded.ts';

/** The policies that a kube-apiserver v1.36.3 ran with. See test/samples/README.md. */
export const SERVER_POLICIES = ['metadata', 'gce', 'requestresponse'] as const;
export type ServerPolicy = (typeof SERVER_POLICIES)[number];

/** What is in the log of a request: null for nothing. */
export type Trace = { level: Level; stages: Stage[] } | null;

/** One of the 481 numbered requests as the server saw it, with its trace under each policy. */
export interface ServerRow extends Record<ServerPolicy, Trace> {
  n: number;
  auditID: string;
  requestURI: string;
  status: number;
  request: RequestAttributes;
}

interface Row extends Omit<ServerRow, 'request'>, Pick<AuditEvent, 'objectRef' | 'verb'> {
  user?: string;
  groups?: string[];
}

/**
 * Up to v1.36 the server loses the last event of a patch that is not JSON, at level Request and above (the numbers of the requests).
 * Under `gce` the third of them, 182, is at level Metadata.
 */
export const LOST: Readonly<Record<ServerPolicy, readonly number[]>> = {
  metadata: [],
  gce: [117, 208],
  requestresponse: [117, 182, 208],
};

export const SERVER_ROWS: readonly ServerRow[] = data<Row[]>('samples/decisions.json').map((row) => ({
  ...row,
  request: requestOf(eventOf(row)),
}));

export function serverPolicy(name: ServerPolicy): Policy {
  return load(text(`samples/policies/${name}.yaml`));
}

// As in the log: a request that failed to authenticate has an empty user.
function eventOf({ user, groups, verb, requestURI, objectRef }: Row): AuditEvent {
  const who = user === undefined ? {} : { username: user, groups: groups ?? [] };
  return { level: '', stage: '', requestURI, verb, user: who, ...(objectRef ? { objectRef } : {}) };
}

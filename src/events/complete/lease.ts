import { createHash } from 'node:crypto';
import type { LoggedEvent } from '../event.ts';

/**
 * The lease that an API server renews every ten seconds, by the name of its host: `APIServerID` of `pkg/server/config.go` of k8s.io/apiserver,
 * from 1.26 on a hash of the host name and of what the server is.
 */
export function leaseNameOf(hostName: string): string {
  const parts = [hostName, 'kube-apiserver'].flatMap((part) => {
    const bytes = Buffer.from(part);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(bytes.length);
    return [length, bytes];
  });
  const hash = createHash('sha256').update(Buffer.concat(parts)).digest();
  return `apiserver-${base32(hash.subarray(0, 16))}`;
}

function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const fives = bits.match(/.{1,5}/g) ?? [];
  return fives.map((five) => 'abcdefghijklmnopqrstuvwxyz234567'[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
}

/** Whether a lease is the one of that host: releases before 1.28 put `kube-` in front of its name. */
export function isLeaseOf(lease: string, hostName: string): boolean {
  return lease.replace(/^kube-/, '') === leaseNameOf(hostName);
}

/** What an event says about the lease of an API server, done by an API server to itself or, where the lease has expired, to another. */
export interface LeaseSign {
  what: 'made' | 'renewed' | 'removed';
  /** Empty where the event does not tell the name: a lease that is being made has it only in the bodies. */
  lease: string;
  /** It was really done; a lease that is not there cannot be removed. */
  isDone: boolean;
  /** Of the lease before this: a number that all API servers of a cluster share and that only grows. NaN where it is not told. */
  revision: number;
}

const WHAT = { create: 'made', update: 'renewed', delete: 'removed' } as const;
const OURS = /^(?:kube-)?apiserver-/;

/** Reads such a sign. It is asked about every event of a log: what is cheap to see is looked at first. */
export function leaseSign(event: LoggedEvent): LeaseSign | undefined {
  const { verb } = event;
  if (verb !== 'update' && verb !== 'create' && verb !== 'delete') return undefined;
  const ref = event.objectRef;
  if (ref?.resource !== 'leases' || ref.namespace !== 'kube-system' || event.stage !== 'ResponseComplete')
    return undefined;
  if (event.user?.username !== 'system:apiserver') return undefined;
  const lease = ref.name ?? nameIn(event.requestObject);
  if (lease !== '' && !OURS.test(lease)) return undefined;
  return { what: WHAT[verb], lease, isDone: event.code < 400, revision: Number(ref.resourceVersion ?? Number.NaN) };
}

function nameIn(body: unknown): string {
  if (typeof body !== 'object' || body === null || !('metadata' in body)) return '';
  const { metadata } = body;
  if (typeof metadata !== 'object' || metadata === null || !('name' in metadata)) return '';
  return typeof metadata.name === 'string' ? metadata.name : '';
}

import { namespaceOfAccount } from '../../events/people.ts';
import { READ_VERBS, WRITES } from '../../policy/api/verbs.ts';
import { pathOf } from './spared.ts';
import type { Kind } from './traffic.ts';

/**
 * What it can cost to follow a suggestion. `low`: nothing that an investigation asks for is lost: heartbeats, health checks, discovery,
 * what the control plane and kubelets read, answers that repeat what was sent. `medium`: seldom asked for, yet nowhere else: what add-ons
 * read, status and events that programs write, bodies of what they write. `high`: an intruder can be among it: programs outside
 * kube-system, and requests some of which were denied.
 */
export type Risk = 'low' | 'medium' | 'high';

export const RISKS: readonly Risk[] = ['low', 'medium', 'high'];

/** Requests that are alike in what it means not to record them. */
export interface Family {
  /** In front of whose they are. */
  title: string;
  isOf: (kind: Kind) => boolean;
  /**
   * Of recording nothing of it: of the control plane and kubelets, of programs in kube-system, of other programs. Left out: that is never
   * suggested.
   */
  none?: readonly [Risk, Risk, Risk];
  /** Of recording it without bodies. */
  metadata: Risk;
}

const TELLING = ['create', 'update', 'patch'];

function writes(verbs: readonly string[], groups: readonly string[], resources: readonly string[]): Family['isOf'] {
  return ({ request: { verb = '', apiGroup = '', resource = '', subresource = '' } }) =>
    subresource === '' && verbs.includes(verb) && groups.includes(apiGroup) && resources.includes(resource);
}

function isResource({ request }: Kind): boolean {
  return request.isResourceRequest === true;
}

/** A kind is of the first that has it. */
export const FAMILIES: readonly Family[] = [
  {
    title: 'Leases',
    isOf: writes(['get', ...TELLING], ['coordination.k8s.io'], ['leases']),
    none: ['low', 'low', 'medium'],
    metadata: 'low',
  },
  {
    title: 'Health checks',
    isOf: ({ request }) => pathOf(request)?.kind === 'health',
    none: ['low', 'low', 'medium'],
    metadata: 'low',
  },
  {
    title: 'Discovery and metrics',
    isOf: ({ request }) => pathOf(request)?.kind === 'discovery',
    none: ['low', 'low', 'medium'],
    metadata: 'low',
  },
  {
    title: 'Events',
    isOf: writes(TELLING, ['', 'events.k8s.io'], ['events']),
    none: ['medium', 'medium', 'high'],
    metadata: 'low',
  },
  {
    title: 'Endpoints',
    isOf: writes(TELLING, ['', 'discovery.k8s.io'], ['endpoints', 'endpointslices']),
    none: ['medium', 'medium', 'high'],
    metadata: 'low',
  },
  {
    title: 'Questions about permissions',
    isOf: writes(['create'], ['authorization.k8s.io'], ['subjectaccessreviews', 'localsubjectaccessreviews']),
    none: ['medium', 'medium', 'high'],
    metadata: 'low',
  },
  {
    title: 'Status',
    isOf: ({ request: { verb = '', subresource } }) => subresource === 'status' && TELLING.includes(verb),
    none: ['medium', 'medium', 'high'],
    metadata: 'low',
  },
  {
    title: 'Reads',
    isOf: (kind) => isResource(kind) && READ_VERBS.includes(kind.request.verb ?? ''),
    none: ['low', 'medium', 'high'],
    metadata: 'low',
  },
  {
    title: 'Writes',
    isOf: (kind) => isResource(kind) && WRITES.includes(kind.request.verb ?? ''),
    metadata: 'medium',
  },
];

/** Whose requests a rule can name together. */
export interface Party {
  title: string;
  /** Its place in `none` of a family. */
  place: 0 | 1 | 2;
}

/** Whose requests a kind has. */
export function partyOf({ sender, request: { user = '' } }: Kind): Party {
  if (sender === 'kubelet') return { title: 'of kubelets', place: 0 };
  if (sender === 'component') return { title: 'of the control plane', place: 0 };
  const namespace = namespaceOfAccount(user) ?? '';
  return { title: `of programs in ${namespace}`, place: namespace === 'kube-system' ? 1 : 2 };
}

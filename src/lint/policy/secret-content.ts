import type { Target } from './deciders.ts';

/** What is kept out of logs: the verbs that send it, at level Request, and those that answer with it, at RequestResponse. */
export interface Content extends Omit<Target, 'verb'> {
  name: string;
  sent: readonly string[];
  answered: readonly string[];
}

const WRITES = ['create', 'update', 'patch'];
// The answer to a deletecollection lists what was deleted; a watch has no body in the log.
const ANSWERED = ['get', 'list', 'deletecollection'];

/** Whoever has these can act with them: passwords, keys and tokens. */
export const SECRETS: readonly Content[] = [
  { name: 'secrets', resource: 'secrets', sent: WRITES, answered: ANSWERED },
  { name: 'service account tokens', resource: 'serviceaccounts', subresource: 'token', sent: [], answered: ['create'] },
  {
    name: 'token reviews',
    apiGroup: 'authentication.k8s.io',
    resource: 'tokenreviews',
    clusterScoped: true,
    sent: ['create'],
    answered: [],
  },
];

/** Meant for what is no secret, and not always used so. */
export const CONFIG_MAPS: readonly Content[] = [
  { name: 'config maps', resource: 'configmaps', sent: WRITES, answered: ANSWERED },
];

/** What is asked for when credentials are made. */
export const CREDENTIAL_REQUESTS: readonly Content[] = [
  {
    name: 'certificate signing requests',
    apiGroup: 'certificates.k8s.io',
    resource: 'certificatesigningrequests',
    clusterScoped: true,
    sent: WRITES,
    answered: ANSWERED,
  },
  { name: 'token requests', resource: 'serviceaccounts', subresource: 'token', sent: ['create'], answered: [] },
];

/** Whether a target is one of these, whatever its verb. */
export function isSecretContent({ apiGroup = '', resource, subresource }: Target): boolean {
  return [...SECRETS, ...CONFIG_MAPS, ...CREDENTIAL_REQUESTS].some(
    (content) =>
      (content.apiGroup ?? '') === apiGroup && content.resource === resource && content.subresource === subresource,
  );
}

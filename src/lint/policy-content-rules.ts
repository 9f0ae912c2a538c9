import { contentOf } from '../cluster/present.ts';
import { decide } from '../policy/decide/decide.ts';
import type { Policy, RequestAttributes } from '../policy/types.ts';
import type { Breach, ClusterInput, ClusterRule } from './finding.ts';

/** Rules about what a policy will put into the log, judged by asking it about requests of an ordinary person. */
export const POLICY_CONTENT_RULES: readonly ClusterRule[] = [
  {
    id: 'policy-records-secrets',
    severity: 'warning',
    fatal: false,
    about: 'audit',
    why: 'Whoever can read the log can then read what is in them. Metadata records the same use without the content.',
    check: recordsSecrets,
  },
  {
    id: 'policy-records-nothing',
    severity: 'warning',
    fatal: false,
    about: 'audit',
    why: 'Auditing would be on and the log empty.',
    check: recordsNothing,
  },
];

/** What holds a secret, and the verbs that carry it: in the request at level Request, in the answer at RequestResponse. */
const SECRETS: readonly {
  name: string;
  apiGroup?: string;
  resource: string;
  subresource?: string;
  answers: string[];
}[] = [
  { name: 'secrets', resource: 'secrets', answers: ['get', 'list', 'create', 'update', 'patch'] },
  { name: 'config maps', resource: 'configmaps', answers: ['get', 'list', 'create', 'update', 'patch'] },
  { name: 'service account tokens', resource: 'serviceaccounts', subresource: 'token', answers: ['create'] },
  { name: 'token reviews', apiGroup: 'authentication.k8s.io', resource: 'tokenreviews', answers: ['create'] },
];

const SENT: readonly string[] = ['create', 'update', 'patch'];

const PERSON: RequestAttributes = {
  user: 'someone',
  groups: ['system:authenticated'],
  isResourceRequest: true,
  namespace: 'default',
};

function recordsSecrets(input: ClusterInput): Breach[] {
  return withPolicy(input, (policy, pointer) => {
    const names = SECRETS.filter((secret) => secret.answers.some((verb) => isRecorded(policy, secret, verb))).map(
      ({ name }) => name,
    );
    if (names.length === 0) return [];
    const mend = `Give them level Metadata, in a rule before the one that decides now.`;
    return [{ message: `the policy writes the content of ${names.join(', ')} into the log`, mend, pointer }];
  });
}

function isRecorded(policy: Policy, secret: (typeof SECRETS)[number], verb: string): boolean {
  const { name: _name, answers: _answers, ...attributes } = secret;
  const { level } = decide(policy, { ...PERSON, ...attributes, verb, name: 'x' });
  // A token review is secret in what is sent; a token that is asked for, only in the answer.
  if (level === 'Request') return SENT.includes(verb) && secret.subresource !== 'token';
  return level === 'RequestResponse';
}

const PROBES: readonly RequestAttributes[] = [
  ...['get', 'list', 'create', 'update', 'patch', 'delete', 'deletecollection'].flatMap((verb) => [
    { ...PERSON, verb, resource: 'pods' },
    { ...PERSON, verb, resource: 'secrets' },
    { ...PERSON, verb, apiGroup: 'apps', resource: 'deployments' },
    { ...PERSON, verb, apiGroup: 'rbac.authorization.k8s.io', resource: 'roles' },
  ]),
  { user: 'someone', groups: ['system:authenticated'], verb: 'get', path: '/metrics' },
];

function recordsNothing(input: ClusterInput): Breach[] {
  return withPolicy(input, (policy, pointer) => {
    if (PROBES.some((request) => decide(policy, request).level !== 'None')) return [];
    return [
      {
        message: 'the policy records nothing of what a person does',
        mend: 'End it with a rule "- level: Metadata".',
        pointer,
      },
    ];
  });
}

function withPolicy({ present, facts }: ClusterInput, check: (policy: Policy, pointer: string) => Breach[]): Breach[] {
  if (!present.policy) return [];
  const { policy } = facts.policies.load(contentOf(present.policy.asset));
  return policy ? check(policy, `/spec/fileAssets/${present.policy.index}/content`) : [];
}

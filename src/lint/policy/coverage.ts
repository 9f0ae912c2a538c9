import { resourceOf } from '../../policy/api/lookup.ts';
import { STREAMED } from '../../policy/api/verbs.ts';
import { isAtLeast } from '../../policy/kube-version.ts';
import { CIS, SENSITIVE, type Target, type Watched } from '../../policy/sensitive.ts';
import type { Policy, PolicyRule, RequestAttributes } from '../../policy/types.ts';
import { list, type PolicyBreach, type PolicyInput, type PolicyLintRule, policyRule } from '../rule.ts';
import { ask, decidersOf, identityOf, isSilent, PERSON, requestOf, requestsFor } from './ask.ts';
import { type NamedResource, namedResources } from './named.ts';
import { describe, records } from './words.ts';

/** Rules about a policy that leaves no trace, or none of what it does not name. */
export const COVERAGE_RULES: readonly PolicyLintRule[] = [
  policyRule({
    id: 'policy-records-nothing',
    severity: 'error',
    why: 'Auditing would be on, but the log would stay empty.',
    check: recordsNothing,
    say: ({ first }) =>
      first === null
        ? { message: 'the policy records nothing', fix: 'Add "- level: Metadata" as the last rule.' }
        : {
            message: 'the policy records nothing: rules of level None decide everything, or all stages are omitted',
            fix: `Rule ${first} is the first that could record: move it up, or omit fewer stages.`,
          },
  }),
  policyRule({
    id: 'no-catch-all',
    severity: 'warning',
    why: 'What no rule matches is silently not recorded. That includes what a new version or a custom resource brings.',
    check: noCatchAll,
    say: ({ names }) => ({
      message: `no rule matches ${list(names)}`,
      fix: 'End the policy with "- level: Metadata", or with "- level: None" if that is meant.',
    }),
  }),
];

function recordsNothing({ policy }: PolicyInput): PolicyBreach<{ first: number | null }>[] {
  if (!isSilent(policy)) return [];
  const first = policy.rules.findIndex(({ level }) => level !== 'None');
  return [{ args: { first: first < 0 ? null : first + 1 }, path: ['rules'] }];
}

/** A custom resource and a path that no policy names. */
const ANY_RESOURCE: RequestAttributes = requestOf({
  verb: 'create',
  apiGroup: 'kops-audit.example',
  resource: 'anything',
});
const ANY_PATH: RequestAttributes = { ...PERSON, verb: 'get', path: '/kops-audit/anything' };

function noCatchAll({ policy, kubernetesVersion }: PolicyInput): PolicyBreach<{ names: readonly string[] }>[] {
  if (isSilent(policy)) return [];
  const isLost = (request: RequestAttributes): boolean => ask(policy, request).rule === 0;
  const all = [...SENSITIVE, ...CIS];
  const watched = all.filter((target) => isLost(requestOf(target)));
  const others = [
    ...(isLost(HEARTBEAT) && isHeartbeat(policy, kubernetesVersion) ? ['the heartbeat of the API servers'] : []),
    ...(isLost(ANY_RESOURCE) ? ['custom resources'] : []),
    ...(isLost(ANY_PATH) ? ['other paths'] : []),
  ];
  const names = [...describe(watched, all), ...others];
  return names.length === 0 ? [] : [{ args: { names }, path: ['rules'] }];
}

/** Rules about what a rule of level None keeps out of the log although it should be there. */
export const DROPPED_RULES: readonly PolicyLintRule[] = [
  policyRule({
    id: 'sensitive-changes-dropped',
    severity: 'warning',
    why: 'Changes of permissions and secrets, and commands in containers, are what an audit log is read for. Attackers also use stolen accounts of controllers for them.',
    check: sensitiveDropped,
    say: droppedWords,
  }),
  policyRule({
    id: 'cis-3-2-2',
    severity: 'warning',
    why: 'CIS Kubernetes Benchmark 3.2.2 wants a policy to cover the use of secrets, config maps and token reviews, changes of pods and deployments, and every way into a container.',
    check: cisGaps,
    say: droppedWords,
  }),
  policyRule({
    id: 'heartbeat-dropped',
    severity: 'info',
    why: 'Each API server renews a lease of its own every ten seconds. A log without that does not tell a quiet hour from a lost one.',
    check: heartbeatDropped,
    say: ({ rule }) => ({
      message: `rule ${rule} drops the heartbeat of the API servers: nobody can tell whether the log is complete`,
      fix: `Put a rule with level Metadata before rule ${rule}, for the leases of coordination.k8s.io of users: [system:apiserver] in namespaces: [kube-system]. That is about 8 MiB a day and API server.`,
    }),
  }),
];

/** The rule, counted from 1, what it drops, and by whom where it is only about some. */
type DroppedArgs = { rule: number; names: readonly string[]; who: readonly string[] };

function droppedWords({ rule, names, who }: DroppedArgs): { message: string; fix: string } {
  return {
    message: `rule ${rule} drops ${list(names)}${who.length > 0 ? ` by ${list(who, 'or')}` : ''}`,
    fix: `Put a rule with level Metadata for them before rule ${rule}.`,
  };
}

/** What the rule `at`, counted from 0, decides. */
interface Dropped {
  target: Watched;
  at: number;
}

function sensitiveDropped({ policy }: PolicyInput): PolicyBreach<DroppedArgs>[] {
  if (isSilent(policy)) return [];
  const forgotten = gets(policy);
  const dropped = SENSITIVE.filter((target) => !isForgotten(target, forgotten)).flatMap((target) =>
    decidersOf(policy, target, (level) => level === 'None').map(({ at }) => ({ target, at })),
  );
  return breaches(policy, dropped, SENSITIVE);
}

// What an ordinary person does. `sensitive-changes-dropped`, `exec-get-missing` and `no-catch-all` say the rest.
function cisGaps({ policy }: PolicyInput): PolicyBreach<DroppedArgs>[] {
  if (isSilent(policy)) return [];
  const forgotten = gets(policy);
  const dropped = CIS.filter((target) => !isSensitive(target) && !isForgotten(target, forgotten)).flatMap((target) => {
    const { level, rule } = ask(policy, requestOf(target));
    return rule > 0 && level === 'None' ? [{ target, at: rule - 1 }] : [];
  });
  return breaches(policy, dropped, CIS);
}

// What is opened with a get that nothing records, although somebody thought of the create.
function gets(policy: Policy): string[] {
  return forgottenGets(policy).flatMap(({ names }) => names);
}

function isForgotten({ name, verb }: Watched, forgotten: readonly string[]): boolean {
  return verb === 'get' && forgotten.includes(name);
}

function isSensitive({ name, verb }: Watched): boolean {
  return SENSITIVE.some((other) => other.name === name && other.verb === verb);
}

function breaches(
  { rules }: Policy,
  dropped: readonly Dropped[],
  all: readonly Watched[],
): PolicyBreach<DroppedArgs>[] {
  const deciding = [...new Set(dropped.map(({ at }) => at))].toSorted((a, b) => a - b);
  return deciding.map((at) => {
    const targets = dropped.flatMap((entry) => (entry.at === at ? [entry.target] : []));
    const { users = [], userGroups = [] } = rules[at] ?? {};
    const args = { rule: at + 1, names: describe(targets, all), who: [...users, ...userGroups] };
    return { args, path: ['rules', at] };
  });
}

/** The renewal of the lease of an API server, which has it since Kubernetes 1.26: what `logs --check` goes by. */
const HEARTBEAT: RequestAttributes = {
  user: 'system:apiserver',
  groups: ['system:masters', 'system:authenticated'],
  isResourceRequest: true,
  verb: 'update',
  apiGroup: 'coordination.k8s.io',
  resource: 'leases',
  namespace: 'kube-system',
  name: 'apiserver-wlv32tlttr4jl3gtroqexyxapa',
};
/** The health check of kOps, once a second: it serves as a heartbeat too. */
const PROBE: RequestAttributes = { ...identityOf('kube-apiserver-healthcheck'), verb: 'get', path: '/healthz' };

// Where no rule matches it `no-catch-all` says so, and the rules about stages where its event is omitted.
function heartbeatDropped({ policy, kubernetesVersion }: PolicyInput): PolicyBreach<{ rule: number }>[] {
  if (isSilent(policy) || !isHeartbeat(policy, kubernetesVersion)) return [];
  const { level, rule } = ask(policy, HEARTBEAT);
  return rule > 0 && level === 'None' ? [{ args: { rule }, path: ['rules', rule - 1] }] : [];
}

/** Whether that lease is there, and the only heartbeat that a log could have. */
function isHeartbeat(policy: Policy, kubernetesVersion: string | undefined): boolean {
  const { level, omitStages } = ask(policy, PROBE);
  const stages = ['RequestReceived', 'ResponseComplete'] as const;
  return isAtLeast(kubernetesVersion, 26) && (level === 'None' || stages.every((stage) => omitStages.includes(stage)));
}

/** Rules about a verb that was forgotten beside its twin, where that makes a difference to what is recorded. */
export const GAP_RULES: readonly PolicyLintRule[] = [
  policyRule({
    id: 'deletecollection-missing',
    severity: 'warning',
    why: 'Deleting all objects of a kind at once has its own verb. An intruder, or a slip, does most harm with it.',
    check: missingDeleteCollection,
    say: ({ rule }) => ({
      message: `rule ${rule} records delete, but no rule records deletecollection as much`,
      fix: 'Add deletecollection to its verbs.',
    }),
  }),
  policyRule({
    id: 'exec-get-missing',
    severity: 'warning',
    why: 'kubectl now opens exec, attach and port-forward over WebSocket, which is the verb get.',
    check: missingGet,
    say: ({ rule, names }) => ({
      message: `rule ${rule} records create of ${list(names)}, but no rule records get`,
      fix: 'Add get to its verbs.',
    }),
  }),
];

/** What a rule without resources is asked about. */
const USUAL: readonly Omit<Target, 'verb'>[] = [{ resource: 'pods' }, { apiGroup: 'apps', resource: 'deployments' }];

function missingDeleteCollection({ policy }: PolicyInput): PolicyBreach<{ rule: number }>[] {
  return policy.rules.flatMap((rule, at) => {
    const { verbs = [], level } = rule;
    if (level === 'None' || !verbs.includes('delete') || verbs.includes('deletecollection')) return [];
    const isLost = targetsOf(rule).some((target) => isLess(policy, rule, at, target));
    return isLost ? [{ args: { rule: at + 1 }, path: ['rules', at, 'verbs'] }] : [];
  });
}

// Of a group, or of any resource, one that every cluster has stands for all.
function targetsOf({ resources = [] }: PolicyRule): Omit<Target, 'verb'>[] {
  if (resources.length === 0) return [...USUAL];
  return resources.flatMap(({ group = '', resources: names = [] }) => {
    const plain = names.filter((name) => !name.includes('/') && !name.includes('*'));
    const any = names.length === 0 || names.includes('*') ? [group === '' ? 'pods' : 'anything'] : [];
    return [...plain, ...any].map((resource) => ({ ...(group === '' ? {} : { apiGroup: group }), resource }));
  });
}

function isLess(policy: Policy, rule: PolicyRule, at: number, target: Omit<Target, 'verb'>): boolean {
  const known = resourceOf(target.apiGroup ?? '', target.resource);
  if (known && !known.verbs.includes('deletecollection')) return false;
  const scoped = { ...target, clusterScoped: known?.namespaced === false };
  const deletes = requestsFor(rule, { ...scoped, verb: 'delete' }).filter(
    (request) => ask(policy, request).rule === at + 1,
  );
  return deletes.some((request) => {
    const { name: _name, ...all } = request;
    return !records(ask(policy, { ...all, verb: 'deletecollection' }).level, atMost(rule.level));
  });
}

// The body of a deletecollection is of little use: Metadata is enough.
function atMost(level: PolicyRule['level']): PolicyRule['level'] {
  return level === 'None' ? 'None' : 'Metadata';
}

// A log is only ever read, which is a get.
const OPENED = STREAMED.filter((name) => name !== 'log');

function missingGet({ policy }: PolicyInput): PolicyBreach<{ rule: number; names: readonly string[] }>[] {
  return forgottenGets(policy).map(({ at, names }) => ({
    args: { rule: at + 1, names },
    path: ['rules', at, 'verbs'],
  }));
}

/** The rules, counted from 0, that record only the create of what is also opened with a get that nothing records: `pods/exec`. */
function forgottenGets(policy: Policy): { at: number; names: string[] }[] {
  const opened = namedResources(policy).filter(({ subresource = '' }) => OPENED.includes(subresource));
  return policy.rules.flatMap((rule, at) => {
    const { verbs = [], level } = rule;
    if (level === 'None' || !verbs.includes('create') || verbs.includes('get')) return [];
    const names = opened.filter((named) => named.rule === at && isGetLost(policy, rule, named)).map(({ text }) => text);
    return names.length > 0 ? [{ at, names }] : [];
  });
}

function isGetLost(policy: Policy, rule: PolicyRule, { group, resource, subresource = '' }: NamedResource): boolean {
  const target = { apiGroup: group, resource, subresource, verb: 'get' };
  return requestsFor(rule, target).some((request) => ask(policy, request).level === 'None');
}

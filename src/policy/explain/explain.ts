import { decide, stagesWritten } from '../decide/decide.ts';
import type { Decision, Level, Policy, RequestAttributes, Stage, GroupResources, PolicyRule } from '../types.ts';

/** Why a policy does with a request what it does. Rules count from 1. */
export interface Explanation {
  request: RequestAttributes;
  decision: Decision;
  /** The stages at which an event is written if nothing goes wrong. */
  stages: Stage[];
  /** For each rule before the deciding one (all, where none decides) the first of its selectors that did not match. */
  earlier: RuleMiss[];
  /** The rules after the deciding one that match as well, but are not asked. */
  later: { rule: number; level: Level }[];
}

/** Why a rule did not match. */
export interface RuleMiss extends Miss {
  rule: number;
  level: Level;
}

/** Explains what `decide` says of a request. */
export function explain(policy: Policy, request: RequestAttributes): Explanation {
  const decision = decide(policy, request);
  const rules = policy.rules.map((rule, index) => ({
    rule: index + 1,
    level: rule.level,
    miss: missOf(rule, request),
  }));
  return {
    request,
    decision,
    stages: stagesWritten(request, decision),
    earlier: rules.flatMap(({ miss, rule, level }) =>
      miss && (decision.rule === 0 || rule < decision.rule) ? [{ rule, level, ...miss }] : [],
    ),
    later: rules.flatMap(({ miss, rule, level }) => (!miss && rule > decision.rule ? [{ rule, level }] : [])),
  };
}

/** The selectors of a rule in the order in which kube-apiserver tests them (`pkg/audit/policy/checker.go`, release 1.37). */
const SELECTORS = ['users', 'userGroups', 'verbs', 'namespaces', 'resources', 'nonResourceURLs'] as const;

/** A key of a rule that selects requests. */
export type SelectorName = (typeof SELECTORS)[number];

/** A selector that did not match: what it lists, and what the request has; null where it has no such thing at all. */
export interface Miss {
  selector: SelectorName;
  wanted: string[];
  had: string | string[] | null;
  /** What is easily got wrong here. */
  note?: string;
}

/** Finds the first selector of a rule that does not match a request; undefined where the rule matches. */
export function missOf(rule: PolicyRule, request: RequestAttributes): Miss | undefined {
  const selector = SELECTORS.find((name) => !matchesAlone(rule, name, request));
  if (!selector) return undefined;
  const note = trapIn(rule, selector, request);
  return { selector, wanted: wantedBy(rule, selector), had: HAD[selector](request), ...(note ? { note } : {}) };
}

// Asks decide about a rule with this selector and no other, so that there is one notion of matching.
function matchesAlone(rule: PolicyRule, selector: SelectorName, request: RequestAttributes): boolean {
  if (selector === 'nonResourceURLs' && (rule.namespaces?.length || rule.resources?.length)) return true;
  return decide({ rules: [{ level: rule.level, [selector]: rule[selector] }] }, request).rule === 1;
}

function wantedBy(rule: PolicyRule, selector: SelectorName): string[] {
  return (rule[selector] ?? []).map((item: string | GroupResources) =>
    typeof item === 'string' ? item : entryText(item),
  );
}

const HAD: Readonly<Record<SelectorName, (request: RequestAttributes) => string | string[] | null>> = {
  users: ({ user }) => user ?? null,
  userGroups: ({ user, groups }) => (user === undefined ? null : (groups ?? [])),
  verbs: ({ verb }) => verb ?? '',
  namespaces: (request) => (request.isResourceRequest ? (request.namespace ?? '') : null),
  resources: (request) => (request.isResourceRequest ? resourceText(request) : null),
  nonResourceURLs: (request) => (request.isResourceRequest ? null : (request.path ?? '')),
};

/**
 * Says what is easily got wrong about a selector that did not match; undefined where nothing is known. The rules are those of
 * kube-apiserver's `pkg/audit/policy/checker.go`, release 1.37.
 */
function trapIn(rule: PolicyRule, selector: SelectorName, request: RequestAttributes): string | undefined {
  if (selector === 'resources') return resourceTrap(rule, request);
  const list = rule[selector];
  if (selector !== 'nonResourceURLs' && list?.includes('*')) return `"*" is not a wildcard in ${selector}`;
  if (selector === 'users') return userTrap(list ?? [], request);
  if (selector === 'namespaces' && request.isResourceRequest && !request.namespace)
    return 'a request outside namespaces, or for all of them, has namespace ""';
  if (selector === 'nonResourceURLs') return pathTrap(list ?? [], request);
  return undefined;
}

function userTrap(users: readonly string[], { user = '' }: RequestAttributes): string | undefined {
  const pattern = users.find((name) => name.endsWith('*') && user.startsWith(name.slice(0, -1)));
  if (pattern === undefined) return undefined;
  const [, namespace] = /^system:serviceaccount:([^:]+):\*$/.exec(pattern) ?? [];
  const hint = namespace
    ? `userGroups has system:serviceaccounts:${namespace} for that`
    : 'user names must match exactly';
  return `${pattern} is not a prefix; ${hint}`;
}

function pathTrap(urls: readonly string[], { path = '', isResourceRequest }: RequestAttributes): string | undefined {
  if (isResourceRequest) return undefined;
  const above = urls.find((url) => path.startsWith(`${url}/`));
  if (above) return `${above} does not cover what is below it; ${above}* does`;
  const below = urls.find((url) => url === `${path}/*`);
  return below && `${below} does not cover ${path} itself`;
}

function resourceTrap({ resources = [] }: PolicyRule, request: RequestAttributes): string | undefined {
  if (!request.isResourceRequest) return undefined;
  const { apiGroup = '', resource = '', subresource = '', name = '' } = request;
  const full = subresource ? `${resource}/${subresource}` : resource;
  const here = resources.filter(({ group = '' }) => group === apiGroup || group === '*');
  if (here.some((entry) => entry.resourceNames?.length && entry.resources?.includes(full)))
    return name ? `its name is ${name}` : 'it has no name';
  if (subresource && here.some((entry) => entry.resources?.includes(resource)))
    return `${resource} does not cover ${full}`;
  const near = here.flatMap((entry) => entry.resources ?? []).find((text) => text.toLowerCase() === full);
  if (near) return `${near} is not ${full}: names must match exactly`;
  if (resources.some((entry) => entry.resources?.includes(full))) return `${resource} is named in another group`;
  return undefined;
}

/** One entry of a rule's `resources` as a person reads it: `pods, pods/log (core)`, `all of apps`, `secrets (core) named db`. */
function entryText({ group = '', resources = [], resourceNames = [] }: GroupResources): string {
  const where = group === '*' ? 'any group' : groupText(group);
  const what = resources.length === 0 ? `all of ${where}` : `${resources.join(', ')} (${where})`;
  return resourceNames.length === 0 ? what : `${what} named ${resourceNames.map((name) => name || '""').join(', ')}`;
}

/** The resource of a request as a person reads it: `pods/log (core)`, `deployments (apps)`. */
function resourceText({ apiGroup = '', resource = '', subresource = '' }: RequestAttributes): string {
  return `${resource}${subresource && `/${subresource}`} (${groupText(apiGroup)})`;
}

function groupText(group: string): string {
  return group === '' ? 'core' : group;
}

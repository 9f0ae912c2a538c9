import { decide } from '../decide/decide.ts';
import type { GroupResources, PolicyRule, RequestAttributes } from '../types.ts';
import { entryText, resourceText } from './resource-text.ts';
import { trapIn } from './traps.ts';

/** The selectors of a rule in the order in which kube-apiserver tests them (`pkg/audit/policy/checker.go`, release 1.37). */
const SELECTORS = ['users', 'userGroups', 'verbs', 'namespaces', 'resources', 'nonResourceURLs'] as const;

export type Selector = (typeof SELECTORS)[number];

/** A selector that did not match: what it lists, and what the request has; null where it has no such thing at all. */
export interface Miss {
  selector: Selector;
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
function matchesAlone(rule: PolicyRule, selector: Selector, request: RequestAttributes): boolean {
  if (selector === 'nonResourceURLs' && (rule.namespaces?.length || rule.resources?.length)) return true;
  return decide({ rules: [{ level: rule.level, [selector]: rule[selector] }] }, request).rule === 1;
}

function wantedBy(rule: PolicyRule, selector: Selector): string[] {
  return (rule[selector] ?? []).map((item: string | GroupResources) =>
    typeof item === 'string' ? item : entryText(item),
  );
}

const HAD: Readonly<Record<Selector, (request: RequestAttributes) => string | string[] | null>> = {
  users: ({ user }) => user ?? null,
  userGroups: ({ user, groups }) => (user === undefined ? null : (groups ?? [])),
  verbs: ({ verb }) => verb ?? '',
  namespaces: (request) => (request.isResourceRequest ? (request.namespace ?? '') : null),
  resources: (request) => (request.isResourceRequest ? resourceText(request) : null),
  nonResourceURLs: (request) => (request.isResourceRequest ? null : (request.path ?? '')),
};

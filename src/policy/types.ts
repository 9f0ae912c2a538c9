/** How much of a request is recorded, from nothing to both bodies. */
export type Level = 'None' | 'Metadata' | 'Request' | 'RequestResponse';

/** The moments of a request at which an event can be written. */
export type Stage = 'RequestReceived' | 'ResponseStarted' | 'ResponseComplete' | 'Panic';

export const LEVELS: readonly Level[] = ['None', 'Metadata', 'Request', 'RequestResponse'];
export const STAGES: readonly Stage[] = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'];

/** One entry of a rule's `resources`: an API group ("" is the core group) and the resources in it; none means all. */
export interface GroupResources {
  group?: string;
  resources?: string[];
  resourceNames?: string[];
}

/** One rule of an audit policy, with the keys of `audit.k8s.io/v1` PolicyRule. */
export interface PolicyRule {
  level: Level;
  users?: string[];
  userGroups?: string[];
  verbs?: string[];
  resources?: GroupResources[];
  namespaces?: string[];
  nonResourceURLs?: string[];
  omitStages?: Stage[];
  omitManagedFields?: boolean;
}

/** A rule without its level: what it selects. */
export type Selector = Omit<PolicyRule, 'level' | 'omitStages' | 'omitManagedFields'>;

/** An audit policy, with the keys of `audit.k8s.io/v1` Policy. */
export interface Policy {
  rules: PolicyRule[];
  omitStages?: Stage[];
  omitManagedFields?: boolean;
}

/** What a policy sees of a request. What is empty is left out; no `user` at all is a request that failed to authenticate. */
export interface RequestAttributes {
  user?: string;
  groups?: string[];
  verb?: string;
  /** False or left out: a request for a path. */
  isResourceRequest?: boolean;
  namespace?: string;
  apiGroup?: string;
  resource?: string;
  subresource?: string;
  name?: string;
  path?: string;
}

/** What a policy does with a request: `rule` counts from 1; 0 means that no rule matched. */
export interface Decision {
  level: Level;
  rule: number;
  omitStages: readonly Stage[];
  omitManagedFields: boolean;
}

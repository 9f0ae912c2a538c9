import { readFileSync } from 'node:fs';
import { loadPolicy } from '../../../src/policy/load/load.ts';
import type { Decision, Level, Policy, RequestAttributes, Stage } from '../../../src/policy/types.ts';

/** A decision that the evaluator of k8s.io/apiserver v0.37.2 took, as far as it was recorded; the stages are a set. */
export interface Recorded {
  label: string;
  policy: Policy;
  request: RequestAttributes;
  expected: Partial<Decision>;
}

/** All recorded decisions, by what they are. See test/conformance/README.md. */
export const RECORDED: Readonly<Record<string, readonly Recorded[]>> = {
  'random policies': vectors(),
  "the GCE policy under Kubernetes' own test": gce('gce-conformance.json'),
  "the GCE policy and today's requests": gce('gce-extra-probes.json'),
  'traps of one rule': traps(),
};

export function text(file: string): string {
  return readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
}

export function data<T>(file: string): T {
  return JSON.parse(text(file)) as T;
}

export function load(yaml: string): Policy {
  const { policy, diagnostics } = loadPolicy(yaml);
  if (!policy) throw new Error(JSON.stringify(diagnostics));
  return policy;
}

// The rule counts from 0; -1 is no rule.
type Vector = [at: number, request: RequestAttributes, level: Level, stages: Stage[], managed: boolean, rule: number];

function vectors(): Recorded[] {
  const { policies, cases } = data<{ policies: { id: string; yaml: string }[]; cases: Vector[] }>(
    'conformance/policy-vectors.json',
  );
  const loaded = policies.map(({ yaml }) => load(yaml));
  return cases.map(([at, request, level, omitStages, omitManagedFields, rule]) => ({
    label: policies[at]!.id,
    policy: loaded[at]!,
    request,
    expected: { level, rule: rule + 1, omitStages, omitManagedFields },
  }));
}

function gce(file: string): Recorded[] {
  const policy = load(text('conformance/gce-policy.yaml'));
  return data<GceRow[]>(`conformance/${file}`).map(({ label, expect: _expect, ...row }) => {
    const { level, rule, omitStages, omitManagedFields, ...rest } = row;
    const request = { ...rest, isResourceRequest: rest.resource !== undefined };
    return { label, policy, request, expected: { level, rule, omitStages, omitManagedFields } };
  });
}

interface GceRow extends Decision, RequestAttributes {
  label: string;
  expect: Level;
}

interface TrapRequest extends RequestAttributes {
  label: string;
  noUser: boolean;
}

// Only whether the rule matches is recorded.
function traps(): Recorded[] {
  const requests = data<TrapRequest[]>('conformance/policy-trap-requests.json');
  const matrix = data<Record<string, string[]>>('conformance/policy-trap-matrix.json');
  return Object.entries(data<Record<string, string>>('conformance/policy-trap-policies.json')).flatMap(
    ([name, yaml]) => {
      const policy = load(yaml);
      return requests.map(({ label, noUser, user, ...rest }) => ({
        label: `${name}: ${label}`,
        policy,
        request: { ...rest, ...(noUser ? {} : { user: user! }), isResourceRequest: rest.resource !== '' },
        expected: { rule: matrix[name]!.includes(label) ? 1 : 0 },
      }));
    },
  );
}

import {
  clusterRule,
  policyRule,
  type ClusterRule,
  type PolicyLintRule,
  type ClusterInput,
  type PolicyInput,
  type ClusterPlace,
  type PolicyPlace,
  type Severity,
} from './rule.ts';
type Spoken = { message: string; mend: string; why?: string };
export type LegacyBreach = ClusterPlace & Spoken;
export type LegacyPolicyBreach = PolicyPlace & Spoken;
export type LegacyClusterRule = {
  id: string;
  severity: Severity;
  fatal: boolean;
  about: 'audit' | 'other';
  why: string;
  check: (input: ClusterInput) => LegacyBreach[];
};
export type LegacyPolicyRule = {
  id: string;
  severity: Severity;
  why: string;
  check: (input: PolicyInput) => LegacyPolicyBreach[];
};
const legacy = (row: LegacyClusterRule): ClusterRule =>
  clusterRule({
    ...row,
    check: (input) =>
      row.check(input).map(({ message, mend, why, ...place }) => ({
        ...place,
        args: { message, fix: mend, ...(why === undefined ? {} : { why }) },
      })),
    say: (args) => args,
  });
const legacyPolicy = (row: LegacyPolicyRule): PolicyLintRule =>
  policyRule({
    ...row,
    check: (input) =>
      row.check(input).map(({ message, mend, ...place }) => ({ ...place, args: { message, fix: mend } })),
    say: (args) => args,
  });
export const legacyAll = (rows: readonly LegacyClusterRule[]): ClusterRule[] => rows.map(legacy);
export const legacyPolicies = (rows: readonly LegacyPolicyRule[]): PolicyLintRule[] => rows.map(legacyPolicy);

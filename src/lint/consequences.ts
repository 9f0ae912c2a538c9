import { RANK } from './engine.ts';
import { ERROR_CODES, NOT_JUDGED, TEMPLATE_NOT_RENDERED } from './policy/diagnostics.ts';
import type { Args, LocatedFinding } from './rule.ts';

/** Where two findings have to be to be about one thing. */
type Scope = 'document' | 'place' | 'rule of the policy' | 'file asset';

/** Findings that are gone when another one is fixed. */
interface Consequence {
  /** Rules whose finding is the cause. */
  of: readonly string[];
  /** What the cause must be about, where not all of its rule have these consequences. */
  about?: Args;
  /** Rules whose findings follow from it. */
  follow: readonly string[];
  scope: Scope;
}

/** What a rule that writes secrets most often writes as well. */
const OTHER_BODIES = ['policy-records-config-maps', 'policy-records-credential-requests'];

/** What of a kube-apiserver is missing where its flags are not read, or its mounts. */
const OFF = ['audit-off', 'log-without-policy', 'policy-without-log'];
const NOT_THERE = ['policy-not-mounted', 'webhook-not-mounted', 'log-not-mounted'];

/**
 * Which findings have one cause. What follows is told only with its cause, and never is anything worse than the cause hidden that way.
 * The first row that fits a finding counts; the rows lead in no circle.
 */
export const CONSEQUENCES: readonly Consequence[] = [
  { of: [...ERROR_CODES, TEMPLATE_NOT_RENDERED.id], follow: [NOT_JUDGED.id], scope: 'document' },
  {
    // A rule that lost a selector matches more than was meant.
    of: ['unknown-key'],
    follow: [
      'sensitive-changes-dropped',
      'cis-3-2-2',
      'catch-all-not-last',
      'unreachable-rule',
      'rule-order',
      'patches-lost',
      'policy-records-secrets',
      ...OTHER_BODIES,
    ],
    scope: 'rule of the policy',
  },
  { of: ['policy-records-secrets'], follow: OTHER_BODIES, scope: 'rule of the policy' },
  { of: ['key-dropped'], follow: ['asset-key-dropped'], scope: 'place' },
  misspelt('auditPolicyFile', 'policy-unused', 'backend-without-policy', 'cis-policy-file'),
  misspelt('auditLogPath', 'policy-without-backend', 'cis-log-path'),
  misspelt('auditLogMaxAge', 'cis-log-max-age'),
  misspelt('auditLogMaxBackups', 'cis-log-max-backups', 'log-unbounded'),
  misspelt('auditLogMaxSize', 'cis-log-max-size', 'log-unbounded'),
  {
    of: ['asset-key-dropped'],
    about: { meant: 'roles' },
    follow: ['policy-every-node', 'policy-not-delivered', 'webhook-not-delivered'],
    scope: 'file asset',
  },
  // The same roles fail several kinds of group, and one list of roles is right for all.
  { of: ['policy-not-delivered'], follow: ['policy-not-delivered', 'asset-role-unknown'], scope: 'file asset' },
  { of: ['webhook-not-delivered'], follow: ['webhook-not-delivered', 'asset-role-unknown'], scope: 'file asset' },
  {
    of: ['webhook-directory'],
    about: { home: null },
    follow: ['backend-without-policy', 'cis-policy-file'],
    scope: 'document',
  },
  { of: ['webhook-directory'], follow: ['webhook-directory'], scope: 'place' },
  { of: ['log-beside-policy'], follow: ['log-in-var-log'], scope: 'place' },
  { of: ['policy-without-backend', 'cis-policy-file'], follow: ['cis-log-path'], scope: 'document' },
  unknownFlag('audit-policy-file', 'log-without-policy', 'audit-off'),
  unknownFlag('audit-log-path', 'policy-without-log', 'audit-off'),
  unknownFlag('audit-log-maxbackup', 'rotation-missing'),
  wrongType('apiServer', ...OFF),
  wrongType('apiServer.extraArgs', ...OFF),
  wrongType('apiServer.extraVolumes', ...NOT_THERE),
  wrongType('kubeadmConfigPatches', ...OFF),
  wrongType('command', ...OFF),
  wrongType('volumeMounts', ...NOT_THERE),
  { of: ['config-key-unknown'], about: { meant: 'extraVolumes' }, follow: NOT_THERE, scope: 'document' },
  { of: ['config-key-unknown'], about: { meant: 'extraArgs' }, follow: OFF, scope: 'document' },
  { of: ['config-key-unknown'], about: { meant: 'pathType' }, follow: ['mount-without-type'], scope: 'document' },
  { of: ['config-key-unknown'], about: { meant: 'extraMounts' }, follow: ['kind-file-missing'], scope: 'document' },
  { of: ['kind-patch-ignored', 'patch-unreadable'], follow: [...OFF, ...NOT_THERE], scope: 'document' },
  { of: ['mount-invalid', 'mount-twice', 'volume-twice', 'volume-of-kubeadm'], follow: NOT_THERE, scope: 'document' },
  { of: ['log-mount-read-only'], follow: ['policy-and-log-together'], scope: 'document' },
  { of: ['flag-value'], follow: ['log-file-mount'], scope: 'document' },
];

/** An audit key that kOps drops, as it is misspelt or misplaced: then it is missing as well. */
function misspelt(key: string, ...follow: readonly string[]): Consequence {
  return { of: ['key-dropped'], about: { meant: key }, follow, scope: 'document' };
}

/** A flag of kube-apiserver that is misspelt: then it is missing as well. */
function unknownFlag(flag: string, ...follow: readonly string[]): Consequence {
  return { of: ['flag-unknown'], about: { flag }, follow, scope: 'document' };
}

/** What is of the wrong type is not read, so what it should say is missing. */
function wrongType(path: string, ...follow: readonly string[]): Consequence {
  return { of: ['config-value'], about: { path }, follow, scope: 'document' };
}

/**
 * Says of each finding of a document that follows from another which one that is. What is ignored neither causes anything nor follows.
 *
 * @param findings all that was found in one document.
 */
export function withConsequences(findings: readonly LocatedFinding[]): LocatedFinding[] {
  const causes = causesOf(findings.filter(({ ignored }) => ignored === undefined));
  return findings.map((finding) => {
    const cause = rootOf(finding, causes);
    return cause === finding ? finding : { ...finding, followsFrom: { rule: cause.rule, start: cause.range.start } };
  });
}

type Causes = ReadonlyMap<LocatedFinding, LocatedFinding>;

function causesOf(findings: readonly LocatedFinding[]): Causes {
  const causes = new Map<LocatedFinding, LocatedFinding>();
  const byRule = new Map<string, LocatedFinding[]>();
  for (const finding of findings) {
    const alike = byRule.get(finding.rule);
    if (alike) alike.push(finding);
    else byRule.set(finding.rule, [finding]);
  }
  for (const { of, about, follow, scope } of CONSEQUENCES) {
    const first = new Map<string, LocatedFinding>();
    for (const cause of of.flatMap((rule) => byRule.get(rule) ?? [])) {
      const key = KEYS[scope](cause);
      if (key !== null && fits(cause.args, about) && !first.has(key)) first.set(key, cause);
    }
    if (first.size === 0) continue;
    for (const finding of follow.flatMap((rule) => byRule.get(rule) ?? [])) {
      const cause = first.get(KEYS[scope](finding) ?? '');
      if (cause && cause !== finding && !causes.has(finding) && isNoWorse(finding, cause)) causes.set(finding, cause);
    }
  }
  return causes;
}

function rootOf(finding: LocatedFinding, causes: Causes): LocatedFinding {
  const cause = causes.get(finding);
  return cause === undefined ? finding : rootOf(cause, causes);
}

/** What two findings have in common that are about one thing; null: it is about no such thing. */
const KEYS: Readonly<Record<Scope, (finding: LocatedFinding) => string | null>> = {
  document: () => 'document',
  place: ({ range: { start } }) => `${start.line}:${start.column}`,
  'rule of the policy': ({ path = [] }) => (path[0] === 'rules' && path.length > 1 ? `rule ${path[1]}` : null),
  'file asset': ({ pointer }) => /^\/spec\/fileAssets\/\d+/.exec(pointer)?.[0] ?? null,
};

function fits(args: Args, about: Args = {}): boolean {
  return Object.entries(about).every(([name, value]) => args[name] === value);
}

function isNoWorse(finding: LocatedFinding, cause: LocatedFinding): boolean {
  return RANK[finding.severity] >= RANK[cause.severity];
}

import { readFacts, type ClusterFacts, type ClusterWorld } from '../../cluster/facts.ts';
import { groupFilesAt, groupsBringAll } from '../../cluster/file-assets.ts';
import { contentOf, readPresentAudit, type LocatedAsset, type PresentAudit } from '../../cluster/present.ts';
import { worstCaseDisk } from '../../cluster/settings.ts';
import { SpecError } from '../../cluster/types.ts';
import { ADVICE_RULES } from '../../lint/lint-cluster.ts';
import type { Finding } from '../../lint/rule.ts';
import type { AuditSettings } from '../../cluster/audit-keys.ts';
import { CLUSTER_RULES, applyRules, lintCluster } from '../../lint/lint-cluster.ts';
import { readStamp } from '../../policy/render/stamp.ts';
import type { ClusterStatus, LogStatus, PolicyStatus } from '../../report/status-types.ts';

/** What a spec alone tells of auditing. */
export interface Assessment extends Pick<
  ClusterStatus,
  'cluster' | 'state' | 'kubernetesVersion' | 'policy' | 'log' | 'webhook' | 'findings'
> {
  /** The audit keys of `spec.kubeAPIServer`. */
  settings: AuditSettings;
}

/** Judges a cluster's spec. A value that kOps cannot read is a finding. */
export function assess(world: ClusterWorld): Assessment {
  const facts = readFacts(world);
  const { cluster } = world;
  const head = { cluster: cluster.metadata.name, kubernetesVersion: facts.kubernetesVersion };
  try {
    const present = readPresentAudit(cluster, facts.distribution);
    const advice = applyRules(ADVICE_RULES, { cluster, facts, present });
    const findings = [...lintCluster(cluster, facts), ...(Object.keys(present.settings).length === 0 ? [] : advice)];
    return { ...head, state: stateOf(present, facts, findings), ...parts(present, facts), findings };
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    const findings = [unreadable(error)];
    return { ...head, state: 'broken', policy: null, log: null, webhook: null, settings: {}, findings };
  }
}

function parts(
  present: PresentAudit,
  facts: ClusterFacts,
): Pick<Assessment, 'policy' | 'log' | 'webhook' | 'settings'> {
  const { settings } = present;
  const policy = policyInForce(present, facts);
  return {
    policy: policy === null ? null : policyStatus(policy),
    log: logStatus(settings, facts.kubernetesVersion),
    webhook: textOf(settings.auditWebhookConfigFile),
    settings,
  };
}

/** The policy of the Cluster, else that of the first instance group where each with an API server brings one. */
function policyInForce(
  { policy, settings }: PresentAudit,
  facts: ClusterFacts,
): Pick<LocatedAsset, 'asset' | 'path'> | null {
  const path = textOf(settings.auditPolicyFile);
  if (policy !== null || path === null || !groupsBringAll(path, facts)) return policy;
  const [first] = groupFilesAt(path, facts);
  return first === undefined ? null : { asset: first.asset, path };
}

function policyStatus({ asset, path }: Pick<LocatedAsset, 'asset' | 'path'>): PolicyStatus {
  const stamp = readStamp(contentOf(asset));
  return {
    name: stamp?.policy ?? asset.name ?? path,
    path,
    version: stamp?.version ?? null,
    parameters: stamp?.set ?? {},
    edited: stamp?.edited ?? false,
  };
}

function logStatus(settings: AuditSettings, kubernetesVersion: string | null): LogStatus | null {
  const path = textOf(settings.auditLogPath);
  if (path === null) return null;
  const { mebibytes, unbounded } = worstCaseDisk(settings, kubernetesVersion);
  return { path, worstCaseMiB: mebibytes, unbounded };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Without a policy kube-apiserver records nothing, and without a backend it has nowhere to (`pkg/server/options/audit.go`). */
function stateOf(present: PresentAudit, facts: ClusterFacts, findings: readonly Finding[]): Assessment['state'] {
  const { settings } = present;
  if (Object.keys(settings).length === 0) return 'off';
  const hasBackend = Boolean(settings.auditLogPath || settings.auditWebhookConfigFile);
  return policyInForce(present, facts) !== null && hasBackend && !findings.some(breaksAuditing) ? 'on' : 'broken';
}

function breaksAuditing({ rule, severity, fatal }: Finding): boolean {
  return severity === 'error' && (fatal || CLUSTER_RULES.some(({ id, about }) => id === rule && about === 'audit'));
}

function unreadable({ message, hint, pointer }: SpecError): Finding {
  const why = 'kOps cannot read this spec.';
  return {
    rule: 'unreadable',
    severity: 'error',
    fatal: true,
    subject: pointer,
    message,
    why,
    mend: hint ?? '',
    pointer,
  };
}

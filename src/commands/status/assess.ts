import { worstCaseDisk } from '../../cluster/disk.ts';
import { readFacts, type ClusterFacts, type ClusterWorld } from '../../cluster/facts.ts';
import { contentOf, readPresentAudit, type LocatedAsset, type PresentAudit } from '../../cluster/present.ts';
import { SpecError } from '../../cluster/spec-error.ts';
import type { JsonObject } from '../../cluster/types.ts';
import type { Finding } from '../../lint/finding.ts';
import { CLUSTER_RULES, lintCluster } from '../../lint/lint-cluster.ts';
import { readStamp } from '../../policy/render/stamp.ts';
import type { ClusterStatus, LogStatus, PolicyStatus } from '../../report/status-types.ts';

/** What a spec alone tells of auditing. */
export interface Assessment extends Pick<
  ClusterStatus,
  'cluster' | 'state' | 'kubernetesVersion' | 'policy' | 'log' | 'webhook' | 'findings'
> {
  /** The audit keys of `spec.kubeAPIServer`. */
  settings: JsonObject;
}

/** Judges a cluster's spec. A value that kOps cannot read is a finding. */
export function assess(world: ClusterWorld): Assessment {
  const facts = readFacts(world);
  const { cluster } = world;
  const head = { cluster: cluster.metadata.name, kubernetesVersion: facts.kubernetesVersion };
  try {
    const present = readPresentAudit(cluster, facts.distribution);
    const findings = lintCluster(cluster, facts);
    return { ...head, state: stateOf(present, findings), ...parts(present, facts), findings };
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    const findings = [unreadable(error)];
    return { ...head, state: 'broken', policy: null, log: null, webhook: null, settings: {}, findings };
  }
}

function parts(
  { settings, policy }: PresentAudit,
  { kubernetesVersion }: ClusterFacts,
): Pick<Assessment, 'policy' | 'log' | 'webhook' | 'settings'> {
  return {
    policy: policy === null ? null : policyStatus(policy),
    log: logStatus(settings, kubernetesVersion),
    webhook: textOf(settings['auditWebhookConfigFile']),
    settings,
  };
}

function policyStatus({ asset, path }: LocatedAsset): PolicyStatus {
  const stamp = readStamp(contentOf(asset));
  return {
    name: stamp?.policy ?? asset.name ?? path,
    path,
    version: stamp?.version ?? null,
    parameters: stamp?.set ?? {},
    edited: stamp?.edited ?? false,
  };
}

function logStatus(settings: JsonObject, kubernetesVersion: string | null): LogStatus | null {
  const path = textOf(settings['auditLogPath']);
  if (path === null) return null;
  const { mebibytes, unbounded } = worstCaseDisk(settings, kubernetesVersion);
  return { path, worstCaseMiB: mebibytes, unbounded };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Without a policy kube-apiserver records nothing, and without a backend it has nowhere to (`pkg/server/options/audit.go`). */
function stateOf({ settings, policy }: PresentAudit, findings: readonly Finding[]): Assessment['state'] {
  if (Object.keys(settings).length === 0) return 'off';
  const hasBackend = ['auditLogPath', 'auditWebhookConfigFile'].some((key) => textOf(settings[key]) !== null);
  return policy !== null && hasBackend && !findings.some(breaksAuditing) ? 'on' : 'broken';
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

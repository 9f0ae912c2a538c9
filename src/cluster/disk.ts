import { compareVersions } from './release.ts';
import type { JsonObject } from './types.ts';

/** The most the audit log of one API server can take on disk. */
export interface DiskBound {
  /** Mebibytes; null: nothing bounds it, or there is no log file. */
  mebibytes: number | null;
  /** Why there is no bound; null where there is one, or no log file. */
  unbounded: string | null;
}

/**
 * The disk a log takes at worst: max size × (backups + 1). kube-apiserver's own rules for 0
 * (`pkg/server/options/audit.go`, k8s.io/apiserver 0.35 and 0.36): no backups means all are kept; no size means
 * 100 MB until Kubernetes 1.35, no rotation from 1.36.
 *
 * @param settings the audit settings as they shall be.
 * @param kubernetesVersion as `readVersion` gives it; null is taken for the newest.
 */
export function worstCaseDisk(settings: JsonObject, kubernetesVersion: string | null): DiskBound {
  const { auditLogPath, auditLogMaxBackups, auditLogMaxSize } = settings;
  if (typeof auditLogPath !== 'string' || auditLogPath === '-') return { mebibytes: null, unbounded: null };
  const before136 = kubernetesVersion !== null && compareVersions(kubernetesVersion, '1.36.0') < 0;
  const backups = numberOr(auditLogMaxBackups, before136 ? 0 : 100);
  const size = numberOr(auditLogMaxSize, before136 ? 0 : 100) || (before136 ? 100 : 0);
  if (size === 0) return { mebibytes: null, unbounded: 'auditLogMaxSize 0 turns rotation off from Kubernetes 1.36 on' };
  if (backups === 0) return { mebibytes: null, unbounded: 'auditLogMaxBackups 0 keeps every rotated file' };
  return { mebibytes: size * (backups + 1), unbounded: null };
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' ? value : fallback;
}

import { AUDIT_KEYS, DROPPED_KEYS } from './audit-keys.ts';
import { canonicalJson, isObject } from './json.ts';
import type { KopsObject } from './types.ts';

/** Every key under `spec.kubeAPIServer` that is about auditing. */
export const EVERY_AUDIT_KEY: readonly string[] = [...AUDIT_KEYS.map(({ name }) => name), ...DROPPED_KEYS];

/** Whether another setting reads a file as well: a kubeconfig for the audit webhook and for the authorization webhook, say. */
export function isNamedElsewhere(cluster: KopsObject, path: string): boolean {
  return otherSettings(cluster).includes(JSON.stringify(path));
}

/** Whether a path stands anywhere in the other settings, in a script of a hook too. */
export function isMentionedElsewhere(cluster: KopsObject, path: string): boolean {
  return otherSettings(cluster).includes(JSON.stringify(path).slice(1, -1));
}

function otherSettings({ spec }: KopsObject): string {
  const { kubeAPIServer, fileAssets: _files, ...others } = spec;
  const server = Object.entries(isObject(kubeAPIServer) ? kubeAPIServer : {});
  return canonicalJson([others, Object.fromEntries(server.filter(([key]) => !EVERY_AUDIT_KEY.includes(key)))]);
}

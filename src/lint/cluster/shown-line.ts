import { AUDIT_KEYS } from '../../cluster/audit-keys.ts';

/** Keys whose line holds nothing secret: those of the head, the audit keys, and of a file asset all but its content. */
const SAFE_KEYS: readonly string[] = [
  ...'apiVersion kind metadata spec kubernetesVersion kubeAPIServer fileAssets name path roles isBase64 mode'.split(
    ' ',
  ),
  ...AUDIT_KEYS.map(({ name }) => name),
];

/**
 * The line of a Cluster document, where a finding may show it: what could be secret (the content of a file asset, a key nobody
 * knows, anything in braces) is never shown, so that a mistake here shows too little rather than too much (design §10, Masking).
 */
export function shownLine(line: string): string | undefined {
  const [, key = ''] = /^\s*(?:-\s+)?(\w+):/.exec(line) ?? [];
  return SAFE_KEYS.includes(key) && !/[{}]/.test(line) && line.length <= 200 ? line : undefined;
}

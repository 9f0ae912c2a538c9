import { readLeniently } from '../yaml/outline.ts';

/** Whether a text is an audit policy and nothing else: one document; one with mistakes is one as well. */
export function isAuditPolicy(content: string): boolean {
  if (!content.includes('audit.k8s.io/')) return false;
  if (isPlainPolicy(content)) return true;
  const [value, ...more] = readLeniently(content).documents;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || more.length > 0) return false;
  const { apiVersion, kind } = value;
  return kind === 'Policy' && String(apiVersion).startsWith('audit.k8s.io/');
}

const POLICY_LINE =
  /^(?:#.*|-(?: .*)?|\s.*|apiVersion: audit\.k8s\.io\/\w+|kind: Policy|(?:rules|omitStages|omitManagedFields):.*)?$/;

/** A policy as people write it, told without a parse: nothing but the keys of a policy stands at the left. */
function isPlainPolicy(content: string): boolean {
  return /^kind: Policy$/m.test(content) && content.split('\n').every((line) => POLICY_LINE.test(line));
}

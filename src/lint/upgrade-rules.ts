import { layoutsAfter } from '../cluster/kops-releases.ts';
import type { Breach, ClusterInput, ClusterRule } from './finding.ts';
import { badPath, notDelivered } from './policy-file-rules.ts';

/** Rules about what works with the kOps releases that count, and no longer with later ones. */
export const UPGRADE_RULES: readonly ClusterRule[] = [
  {
    id: 'policy-after-upgrade',
    severity: 'info',
    fatal: false,
    about: 'other',
    why: 'It works now. kube-apiserver ends at start-up when it cannot read its audit policy: the upgrade would keep it down.',
    check: breaksLater,
  },
];

/** What the checks of the policy's place say of later releases and not of those that count. */
function breaksLater(input: ClusterInput): Breach[] {
  const layouts = layoutsAfter(input.facts.layouts);
  if (layouts.length === 0) return [];
  const of = (world: ClusterInput): Breach[] => [badPath, notDelivered].flatMap((check) => check(world));
  const now = new Set(of(input).map(({ message }) => message));
  return of({ ...input, facts: { ...input.facts, layouts } })
    .filter(({ message }) => !now.has(message))
    .map(({ message, ...breach }) => ({ ...breach, message: `an upgrade of kOps would break this: ${message}` }));
}

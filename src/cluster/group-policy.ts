import { groupFilesAt, groupsBringAll, type GroupFile, type GroupPlace } from './group-files.ts';
import type { EnableOptions } from './options.ts';
import type { PresentAudit } from './present.ts';

/** The policies that the instance groups bring instead of the Cluster, one a group. */
export interface GroupPolicies {
  /** All of them where they stay in force, else none. */
  inForce: GroupFile[];
  notes: string[];
}

/** Looks for a policy that the groups bring themselves: it stays where each has it and no other was asked for. */
export function groupPolicies(present: PresentAudit, options: EnableOptions, place: GroupPlace): GroupPolicies {
  const path = present.settings['auditPolicyFile'];
  const files = typeof path === 'string' && path !== '' && !present.policy ? groupFilesAt(path, place) : [];
  if (files.length === 0) return { inForce: [], notes: [] };
  const names = files.map(({ group }) => group.name).join(', ');
  if (options.policy)
    return {
      inForce: [],
      notes: [`The policy that ${names} brought at ${path} is no longer used; kops edit ig removes it.`],
    };
  if (!groupsBringAll(String(path), place)) return { inForce: [], notes: [] };
  return { inForce: files, notes: [`The policy stays: the instance groups bring it themselves (${names}).`] };
}

import type { ClusterFacts } from '../cluster/facts.ts';
import { groupsWithout } from '../cluster/file-assets.ts';
import { API_SERVER_ROLES, reaches, type GroupRole } from '../cluster/groups.ts';
import { releasesWhere, type Layout } from '../cluster/kops-releases.ts';
import type { LocatedAsset } from '../cluster/present.ts';
import type { Breach } from './finding.ts';
import { assetSubject } from './subject.ts';

/** Why the roles of a file asset may reach nobody. */
export const ROLES_ARE_WORDS =
  'kOps compares the roles of a file asset as plain words: Master until 1.25, ControlPlane from 1.26.';

/**
 * Which groups with an API server a file asset of the Cluster does not reach, and with which releases: a breach for each role. A group
 * that brings the file itself needs no other.
 *
 * @param whose the file in words: `the policy's`.
 */
export function undelivered(located: LocatedAsset, whose: string, facts: ClusterFacts): Breach[] {
  const { asset, index, path } = located;
  const roles: GroupRole[] =
    facts.groups.length === 0 ? ['ControlPlane'] : groupsWithout(path, facts).map(({ role }) => role);
  return [...new Set(roles)].flatMap((role) => {
    const exists = (layout: Layout): boolean => role !== 'APIServer' || layout.hasApiServerRole;
    const releases = releasesWhere(facts.layouts, (layout) => exists(layout) && !reaches(asset, role, layout));
    if (releases === null) return [];
    return [
      {
        message: `${whose} roles ${JSON.stringify(asset.roles)} do not reach the groups with role ${role} with ${releases}`,
        mend: `Write roles: [${API_SERVER_ROLES.join(', ')}]; that is right in every release.`,
        pointer: `/spec/fileAssets/${index}/roles`,
        subject: `${assetSubject(asset)} role ${role}`,
      },
    ];
  });
}

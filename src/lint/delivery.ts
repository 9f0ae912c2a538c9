import type { ClusterFacts } from '../cluster/facts.ts';
import { groupsWithout } from '../cluster/group-files.ts';
import { reaches, type GroupRole } from '../cluster/groups.ts';
import { releasesOf } from '../cluster/layouts.ts';
import { API_SERVER_ROLES } from '../cluster/options.ts';
import type { LocatedAsset } from '../cluster/present.ts';
import type { Breach } from './finding.ts';
import { assetSubject } from './subject.ts';

/** Why the roles of a file asset may reach nobody. */
export const ROLES_ARE_WORDS =
  'kOps compares the roles of a file asset as plain words: Master until 1.25, ControlPlane from 1.26.';

/**
 * Which groups with an API server a file asset of the Cluster does not reach, with the first release of which that is true. A group that
 * brings the file itself needs no other.
 *
 * @param what the file in words: `the policy`.
 */
export function notDelivered({ asset, index, path }: LocatedAsset, what: string, facts: ClusterFacts): Breach[] {
  const own = groupsWithout(path, facts).map(({ role }) => role);
  const roles: GroupRole[] = facts.groups.length === 0 ? ['ControlPlane'] : [...new Set(own)];
  return roles.flatMap((role) => {
    const missed = facts.layouts.find(
      (layout) => (role !== 'APIServer' || layout.hasApiServerRole) && !reaches(asset, role, layout),
    );
    if (!missed) return [];
    return [
      {
        message: `${what}: its roles ${JSON.stringify(asset.roles)} do not reach the groups with role ${role} with ${releasesOf(missed)}`,
        mend: `Write roles: [${API_SERVER_ROLES.join(', ')}]; that is right in every release.`,
        pointer: `/spec/fileAssets/${index}/roles`,
        subject: `${assetSubject(asset)} role ${role}`,
      },
    ];
  });
}

import { isKopsRole, reaches, type Group } from './groups.ts';
import type { Layout } from './layouts.ts';
import type { PlannedAsset } from './operations.ts';
import { API_SERVER_ROLES } from './options.ts';
import type { ChosenPaths } from './paths.ts';
import type { LocatedAsset } from './present.ts';
import { COPY_NAME } from './webhook-files.ts';
import type { WebhookSet } from './webhook-set.ts';

interface Receivers {
  groups: readonly Group[];
  layouts: readonly Layout[];
}

/**
 * The file assets as they shall be: the policy, and where there is one the webhook config with the files it names.
 *
 * @param policyText null where the Cluster shall hold no policy of its own.
 */
export function plannedAssets(
  policyText: string | null,
  { policyFile, adopted, webhook }: ChosenPaths,
  { config, files }: WebhookSet,
  facts: Receivers,
): PlannedAsset[] {
  const assets = policyText === null ? [] : [planned('audit-policy', policyFile, policyText, adopted, facts)];
  if (webhook && config !== null) assets.push(planned('audit-webhook', webhook.file, config, webhook.asset, facts));
  const named = files.map(({ located, path, content }) => planned(COPY_NAME, path, content, located, facts));
  return [...assets, ...named];
}

function planned(
  name: string,
  path: string,
  content: string,
  located: LocatedAsset | null,
  facts: Receivers,
): PlannedAsset {
  return { located, name, path, content, roles: located ? missingRoles(located, facts) : API_SERVER_ROLES };
}

/** The roles of a present asset with those it lacks to reach each API server; null where it reaches them all. */
function missingRoles({ asset }: LocatedAsset, { groups, layouts }: Receivers): string[] | null {
  const hasApiServers = groups.length === 0 || groups.some(({ role }) => role === 'APIServer');
  const roles: Group['role'][] = hasApiServers ? ['ControlPlane', 'APIServer'] : ['ControlPlane'];
  const complete = layouts.every((layout) =>
    roles.every((role) => (role === 'APIServer' && !layout.hasApiServerRole) || reaches(asset, role, layout)),
  );
  const known = (asset.roles ?? []).filter(isKopsRole);
  return complete ? null : [...new Set([...known, ...API_SERVER_ROLES])];
}

import { reaches, type Group } from './groups.ts';
import type { Layout } from './layouts.ts';
import type { PlannedAsset } from './operations.ts';
import { API_SERVER_ROLES, type EnableOptions } from './options.ts';
import type { ChosenPaths } from './paths.ts';
import { contentOf, type LocatedAsset } from './present.ts';

interface Receivers {
  groups: readonly Group[];
  layouts: readonly Layout[];
}

/**
 * The file assets as they shall be: the policy, and the webhook config where there is one.
 *
 * @param policyText null where the Cluster shall hold no policy of its own.
 */
export function plannedAssets(
  policyText: string | null,
  { policyFile, adopted, webhook }: ChosenPaths,
  options: EnableOptions,
  facts: Receivers,
): PlannedAsset[] {
  const assets = policyText === null ? [] : [planned('audit-policy', policyFile, policyText, adopted, facts)];
  const config = options.webhook.config ?? (webhook?.asset ? contentOf(webhook.asset.asset) : undefined);
  if (webhook && config !== undefined)
    assets.push(planned('audit-webhook', webhook.file, config, webhook.asset, facts));
  return assets;
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
  return complete ? null : [...new Set([...(asset.roles ?? []), ...API_SERVER_ROLES])];
}

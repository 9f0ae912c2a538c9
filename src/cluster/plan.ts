import { refuseContradictions } from './contradictions.ts';
import { worstCaseDisk, type DiskBound } from './disk.ts';
import { readFacts, type ClusterWorld } from './facts.ts';
import { groupPolicies } from './group-policy.ts';
import { buildOperations, staysBase64, type PlannedAsset } from './operations.ts';
import type { EnableOptions } from './options.ts';
import { choosePaths } from './paths.ts';
import { plannedAssets } from './planned-assets.ts';
import { choosePolicy, keepGroupPolicy, unknownPolicy, type ChosenPolicy } from './policy-choice.ts';
import { contentOf, holdsPolicy, readPresentAudit, type LocatedAsset } from './present.ts';
import { planSettings, type PlannedSetting } from './settings.ts';
import { specChange, type SpecChange } from './spec-change.ts';
import type { Spellings } from './text/spelling.ts';
import type { JsonObject } from './types.ts';
import { webhookSet } from './webhook-set.ts';

/** The change that turns auditing on, or changes how it is on. */
export interface Plan extends SpecChange {
  policy: ChosenPolicy & { path: string };
  settings: PlannedSetting[];
  disk: DiskBound;
}

/**
 * Plans to turn auditing on, or to change how it is on, without touching anything else.
 *
 * @param templates the sources of the built-in policies by name.
 * @throws SpecError for values kOps cannot read; UserError for a wrong policy parameter.
 */
export function planEnable(
  world: ClusterWorld,
  options: EnableOptions,
  templates: Readonly<Record<string, string>>,
  toolVersion: string,
): Plan {
  const { cluster } = world;
  const facts = readFacts(world);
  const present = readPresentAudit(cluster, facts.distribution);
  const paths = choosePaths(present, options, facts);
  refuseContradictions(options, paths);
  const own = groupPolicies(present, options, facts);
  const [ofGroup] = own.inForce;
  const embeds = paths.adopted !== null || options.policy !== undefined || !present.settings['auditPolicyFile'];
  const embedded = (): ChosenPolicy => {
    const before = paths.adopted && contentOf(paths.adopted.asset);
    const made = madeParents(cluster.spec, world.spellings);
    return choosePolicy(before, options, { templates, toolVersion, facts, made });
  };
  const elsewhere = (): ChosenPolicy =>
    ofGroup ? keepGroupPolicy(contentOf(ofGroup.asset), options) : unknownPolicy(options);
  const policy = embeds && !ofGroup ? embedded() : elsewhere();
  const settings = planSettings(present.settings, options, paths);
  const set = webhookSet(cluster, present, paths.webhook, options, facts, paths.moves);
  const assets = plannedAssets(embeds ? policy.text : null, paths, set, facts);
  const operations = buildOperations(cluster, present, assets, settings);
  const notes = [
    ...paths.moves,
    ...own.notes,
    ...foreignNotes(paths.adopted, options),
    ...policy.notes,
    ...plainNotes(assets),
  ];
  const change = specChange('enable', cluster, facts, operations, notes);
  return {
    ...change,
    policy: { ...policy, path: paths.policyFile },
    settings,
    disk: worstCaseDisk((change.after.spec['kubeAPIServer'] ?? {}) as JsonObject, facts.kubernetesVersion),
  };
}

/** What was not there, and of what was there and empty how it was written: `kubeAPIServer= ~`. */
function madeParents(spec: JsonObject, spellings: Spellings = {}): string[] {
  const made = ['fileAssets', 'kubeAPIServer'].filter((key) => spec[key] === undefined);
  return [...made, ...Object.entries(spellings).map(([key, spelling]) => `${key}=${spelling}`)];
}

/** That a file which is no policy makes room for one. */
function foreignNotes(adopted: LocatedAsset | null, options: EnableOptions): string[] {
  if (!adopted || !options.policy || holdsPolicy(adopted.asset)) return [];
  return [
    `The content of the file asset "${adopted.asset.name}" at ${adopted.path}, which is no audit policy, is replaced: kube-apiserver reads that file as its policy.`,
  ];
}

function plainNotes(assets: readonly PlannedAsset[]): string[] {
  return assets
    .filter((planned) => planned.located?.asset.isBase64 && !staysBase64(planned, planned.located.asset))
    .map(({ located }) => `The file asset "${located!.asset.name}" was base64 and is written as plain text.`);
}

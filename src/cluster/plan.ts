import type { JsonObject } from '../json.ts';
import { readAuditSettings } from './audit-keys.ts';
import { readFacts, type ClusterWorld } from './facts.ts';
import { API_SERVER_ROLES, isKopsRole, reaches, type Group } from './groups.ts';
import type { Layout } from './kops-releases.ts';
import { buildOperations, staysBase64, type PlannedAsset } from './operations.ts';
import { OptionError, type EnableOptions } from './options.ts';
import { choosePaths, type ChosenPaths } from './paths.ts';
import type { ReadyTemplate } from '../policy/render/render.ts';
import { choosePolicy, groupPolicies, keepGroupPolicy, type ChosenPolicy, unknownPolicy } from './policy-choice.ts';
import { contentOf, holdsPolicy, readPresentAudit, type LocatedAsset } from './present.ts';
import { planSettings, type DiskBound, type PlannedSetting, worstCaseDisk } from './settings.ts';
import { specChange, type SpecChange } from './spec-change.ts';
import type { Spellings } from './splice.ts';
import { type WebhookSet, webhookSet } from './webhook-set.ts';
import { COPY_NAME } from './webhook.ts';

/** The change that turns auditing on, or changes how it is on. */
export interface Plan extends SpecChange {
  policy: ChosenPolicy & { path: string };
  settings: PlannedSetting[];
  disk: DiskBound;
}

/** What `planEnable` is asked for: what `enable` is, and what the program knows by itself. */
export interface EnableRequest extends Partial<EnableOptions> {
  /** The sources of the built-in policies by name, to write one of them again; left out: none. */
  templates?: Readonly<Record<string, string>>;
  /** What the build made of them beforehand; left out: nothing. */
  ready?: (name: string) => ReadyTemplate | null;
  /** Of kops-audit, for the stamp: `VERSION`. */
  toolVersion: string;
}

/**
 * Plans to turn auditing on, or to change how it is on, without touching anything else.
 *
 * @throws SpecError for values kOps cannot read; OptionError for options that can have no effect; UserError for a wrong policy parameter.
 */
export function planEnable(
  world: ClusterWorld,
  { templates = {}, ready = () => null, toolVersion, ...asked }: EnableRequest,
): Plan {
  const options: EnableOptions = { set: {}, noLog: false, webhook: {}, ...asked };
  const { cluster } = world;
  const facts = readFacts(world);
  const present = readPresentAudit(cluster, facts.distribution);
  const paths = choosePaths(present, options, facts);
  refuseContradictions(options, paths);
  const own = groupPolicies(present, options, facts);
  const [ofGroup] = own.inForce;
  const embeds = paths.adopted !== null || options.policy !== undefined || !present.settings.auditPolicyFile;
  const embedded = (): ChosenPolicy => {
    const before = paths.adopted && contentOf(paths.adopted.asset);
    const made = madeParents(cluster.spec, world.spellings);
    return choosePolicy(before, options, { templates, ready, toolVersion, facts, made });
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
    disk: worstCaseDisk(readAuditSettings(change.after.spec), facts.kubernetesVersion),
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
    `The content of the file asset "${adopted.asset.name}" at ${adopted.path}, which is not an audit policy, is replaced: kube-apiserver reads that file as its policy.`,
  ];
}

function plainNotes(assets: readonly PlannedAsset[]): string[] {
  return assets
    .flatMap((planned) =>
      planned.located && !staysBase64(planned, planned.located.asset) ? planned.located.asset : [],
    )
    .filter(({ isBase64 }) => isBase64)
    .map(({ name }) => `The file asset "${name}" was base64 and is written as plain text.`);
}

interface Receivers {
  groups: readonly Group[];
  layouts: readonly Layout[];
}

/**
 * The file assets as they shall be: the policy, and where there is one the webhook config with the files it names.
 *
 * @param policyText null where the Cluster shall hold no policy of its own.
 */
function plannedAssets(
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

/**
 * Refuses what was asked for and would have no effect with this spec, rather than leaving it aside.
 *
 * @throws OptionError where an option is about a log or a webhook that will not be there, or neither will.
 */
function refuseContradictions(options: EnableOptions, { logPath, webhook }: ChosenPaths): void {
  if (logPath === null && webhook === null) throw new OptionError({ why: 'nowhere' });
  const ofLog = logPath === null ? LOG_OPTIONS.find((key) => options[key] !== undefined) : undefined;
  if (ofLog) throw new OptionError({ why: 'no-log', option: ofLog });
  const ofWebhook = webhook === null ? WEBHOOK_OPTIONS.find((key) => options.webhook[key] !== undefined) : undefined;
  if (ofWebhook) throw new OptionError({ why: 'no-webhook', option: ofWebhook });
}

const LOG_OPTIONS = ['logPath', 'logMaxAge', 'logMaxBackups', 'logMaxSize'] as const;
const WEBHOOK_OPTIONS = ['mode', 'initialBackoff'] as const;

import { isAuditPolicy } from '../policy/is-policy.ts';
import type { PolicyLoader } from '../policy/load/loader.ts';
import { type ReadyTemplate, renderPolicy, type RenderedPolicy, renderReady } from '../policy/render/render.ts';
import { readStamp, type Stamp } from '../policy/render/stamp.ts';
import { groupFilesAt, groupsBringAll, type GroupFile, type GroupPlace } from './file-assets.ts';
import { DEFAULT_POLICY, OptionError, type EnableOptions, type WantedPolicy, type Note } from './options.ts';
import type { PresentAudit } from './present.ts';

/** The policy that shall be in force, and how it came to that. */
export interface ChosenPolicy {
  /** The text of the file asset; null where none of the spec holds it, so that it is not known. */
  text: string | null;
  /** The template's or file's name; `custom` for a policy without our stamp. */
  name: string;
  origin: 'template' | 'file' | 'kept' | 'unknown';
  stamp: Stamp | null;
  /** What the text was before, null where there was none. */
  before: string | null;
  notes: Note[];
}

/** One whose text is known: the spec holds it, or shall hold it. */
type EmbeddedPolicy = ChosenPolicy & { text: string };

export interface PolicyWorld {
  /** The sources of the built-in templates by name. */
  templates: Readonly<Record<string, string>>;
  /** A template with its defaults, where the build made it ready. */
  ready: (name: string) => ReadyTemplate | null;
  toolVersion: string;
  /** The Kubernetes release to render for, and where what was loaded is remembered. */
  facts: { kubernetesVersion: string | null; policies: PolicyLoader };
  /** What of the spec's parents is made for auditing, for the stamp of a first policy. */
  made: string[];
}

/**
 * Chooses the policy: the one asked for; else the present one, ours or not; else the default template.
 * The parameters in a stamp are used again unless other values are given.
 *
 * @param before the text that is in force now; null where there is none.
 * @throws OptionError where parameters are given for a policy that is no unedited template of ours; UserError where one is wrong.
 */
export function choosePolicy(before: string | null, options: EnableOptions, world: PolicyWorld): EmbeddedPolicy {
  if (before === null) return rendered(options.policy ?? templateNamed(DEFAULT_POLICY, world), null, options, world);
  const stamp = readStamp(before);
  const wanted = options.policy ?? again(stamp, options, world);
  if (wanted) return rendered(wanted, before, options, world);
  return { text: before, name: nameOf(stamp), origin: 'kept', stamp, before, notes: keptNotes(stamp, before, world) };
}

function rendered(
  wanted: WantedPolicy,
  before: string | null,
  options: EnableOptions,
  world: PolicyWorld,
): EmbeddedPolicy {
  const stamp = before === null ? null : readStamp(before);
  const set = { ...(stamp?.policy === wanted.name ? stamp.set : {}), ...options.set };
  const { kubernetesVersion, policies } = world.facts;
  const ready = wanted.origin === 'template' ? world.ready(wanted.name) : null;
  const how = {
    name: wanted.name,
    set,
    toolVersion: world.toolVersion,
    made: stamp?.made ?? (before === null ? world.made : []),
    ...(wanted.file === undefined ? {} : { file: wanted.file }),
    ...(kubernetesVersion === null ? {} : { kubernetesVersion }),
  };
  const fromReady = ready && renderReady(ready, how);
  const policy = fromReady ?? renderPolicy(wanted.source, how);
  if (policy.diagnostics.length === 0) policies.remember(policy.text, policy, fromReady !== null && ready?.isSound);
  return {
    text: policy.text,
    name: wanted.name,
    origin: wanted.origin,
    stamp: policy.stamp,
    before,
    notes: [...replacedNotes(stamp, before, policy.text), ...droppedNotes(policy, policies)],
  };
}

/** The policy that the instance groups bring themselves: it stays, as nothing in the Cluster could change it. */
export function keepGroupPolicy(text: string, options: EnableOptions): ChosenPolicy {
  if (Object.keys(options.set).length > 0) throw new OptionError({ why: 'set', policy: 'of-groups' });
  const stamp = readStamp(text);
  return { text, name: nameOf(stamp), origin: 'kept', stamp, before: text, notes: [] };
}

/** The policy that no file asset of the spec holds: something else may bring it, and nothing is known of it. */
export function unknownPolicy(options: EnableOptions): ChosenPolicy {
  if (Object.keys(options.set).length > 0) throw new OptionError({ why: 'set', policy: 'unknown' });
  return { text: null, name: 'unknown', origin: 'unknown', stamp: null, before: null, notes: [] };
}

/** The stamped template once more, where only its parameters change. */
function again(stamp: Stamp | null, options: EnableOptions, world: PolicyWorld): WantedPolicy | null {
  if (Object.keys(options.set).length === 0) return null;
  if (stamp && !stamp.edited && world.templates[stamp.policy] !== undefined) return templateNamed(stamp.policy, world);
  throw new OptionError({ why: 'set', policy: stamp?.edited ? 'edited' : 'foreign' });
}

function templateNamed(name: string, { templates }: PolicyWorld): WantedPolicy {
  const source = templates[name];
  if (source === undefined) throw new Error(`there is no template ${name}`);
  return { origin: 'template', name, source };
}

function nameOf(stamp: Stamp | null): string {
  return stamp?.policy ?? 'custom';
}

function keptNotes(stamp: Stamp | null, before: string, world: PolicyWorld): Note[] {
  if (!isAuditPolicy(before)) return [];
  const otherwise = { option: 'policy', name: null } as const;
  if (!stamp) return [{ text: 'The policy in the spec stays: it was not written by kops-audit.', otherwise }];
  if (stamp.edited) {
    const text = `The policy in the spec stays: it began as ${stamp.policy} and was edited by hand.`;
    return [{ text, otherwise }];
  }
  if (stamp.version === world.toolVersion || world.templates[stamp.policy] === undefined) return [];
  const text = `The policy ${stamp.policy} of kops-audit ${stamp.version} stays.`;
  return [{ text, otherwise: { option: 'policy', name: stamp.policy } }];
}

/** What the loader said of a person's file and no longer says of what is embedded, as it was left out: a second document. */
function droppedNotes(
  { text, diagnostics, stamp }: Omit<RenderedPolicy, 'parameters'>,
  policies: PolicyLoader,
): string[] {
  const left = new Set(policies.load(text).diagnostics.map(({ code }) => code));
  return diagnostics.filter(({ code }) => !left.has(code)).map(({ message }) => `${stamp.policy}: ${message}.`);
}

function replacedNotes(stamp: Stamp | null, before: string | null, text: string): string[] {
  if (before === null || before === text) return [];
  if (!isAuditPolicy(before)) return [];
  if (!stamp) return ['The present policy, which kops-audit did not write, is replaced.'];
  return stamp.edited
    ? [`The present policy began as ${stamp.policy} and was edited by hand: those edits are lost.`]
    : [];
}

/** The policies that the instance groups bring instead of the Cluster, one a group. */
export interface GroupPolicies {
  /** All of them where they stay in force, else none. */
  inForce: GroupFile[];
  notes: string[];
}

/** Looks for a policy that the groups bring themselves: it stays where each has it and no other was asked for. */
export function groupPolicies(present: PresentAudit, options: EnableOptions, place: GroupPlace): GroupPolicies {
  const path = present.settings.auditPolicyFile;
  const files = path && !present.policy ? groupFilesAt(path, place) : [];
  if (!path || files.length === 0) return { inForce: [], notes: [] };
  const names = files.map(({ group }) => group.name).join(', ');
  if (options.policy)
    return {
      inForce: [],
      notes: [`The policy of ${names} at ${path} is no longer used; kops edit ig removes it.`],
    };
  if (!groupsBringAll(path, place)) return { inForce: [], notes: [] };
  return { inForce: files, notes: [`The policy stays: the instance groups have their own (${names}).`] };
}

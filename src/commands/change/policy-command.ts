import { contentOf, policyInForce, readPresentAudit } from '../../cluster/present.ts';
import type { SpecChange } from '../../cluster/spec-change.ts';
import { type KopsObject, SpecError } from '../../cluster/types.ts';
import { UserError } from '../../errors.ts';
import { policyFileName, readTemplates } from '../../input/templates.ts';
import { renderPolicy } from '../../policy/render/render.ts';
import { readStamp, withoutStamp, type Stamp } from '../../policy/render/stamp.ts';
import { commandLine } from '../../process/words.ts';
import type { Fold } from '../../report/fold.ts';
import { VERSION } from '../../version.ts';
import type { ChangeFlags } from './flags.ts';

/** The flags of a change; only `enable` names a policy. */
type Flags = ChangeFlags & { policy?: string };

/**
 * The command that shows all of what a change of policies comes to, as long as nothing is written: it compares the policy of the cluster
 * with the one to come. Null where that can be named by no words, as one that a rollback brings back.
 */
export function policyDiffCommand(plan: SpecChange, flags: Flags): string | null {
  const [before, after] = [textInForce(plan.before, plan), textInForce(plan.after, plan)];
  if (before === null || after === null) return null;
  const stamp = readStamp(after);
  const wanted = stamp && (ofTemplate(after, stamp, plan) ?? ofFile(stamp, flags));
  const from = flags.file === '-' ? templateAlone(before, plan) : placeOf(plan, flags);
  if (!wanted || !from || stamp === null) return null;
  return commandLine('kops-audit', ['policy', 'diff', ...from, wanted, ...setOf(stamp), ...versionFor(plan)]);
}

/** What a policy is called where a diff leaves lines of it out, and the command that prints them; null where there is none. */
export interface FoldedPolicy {
  called: string;
  command: string | null;
}

/**
 * Finds the command that prints the policy of a fold, but for its stamp. The policy that is in force is found in its cluster too, as long
 * as nothing is written.
 */
export function foldedPolicy({ side, policy }: Fold, flags: Flags, plan: SpecChange): FoldedPolicy {
  const stamp = readStamp(policy);
  const isInForce = side === 'before' && policy === textInForce(plan.before, plan);
  const called = isInForce ? 'the policy now in force' : stamp === null ? 'a policy' : `policy \`${stamp.policy}\``;
  const source = stamp && (ofTemplate(policy, stamp, plan) ?? (side === 'after' ? ofFile(stamp, flags) : null));
  const words = source && stamp ? [source, ...setOf(stamp), ...versionOf(plan)] : null;
  const place = isInForce && flags.file !== '-' ? placeOf(plan, flags) : null;
  const found = words ?? place;
  return { called, command: found && commandLine('kops-audit', ['policy', 'show', ...found]) };
}

function setOf({ set }: Stamp): string[] {
  return Object.entries(set).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
}

function versionOf({ facts: { kubernetesVersion } }: SpecChange): string[] {
  return kubernetesVersion === null ? [] : ['--kubernetes-version', kubernetesVersion];
}

/**
 * The text of the policy that is in force in a spec; null where there is none, or where a value of the spec cannot be read: a change that
 * takes something back need not read it.
 */
export function textInForce(cluster: KopsObject, { facts }: SpecChange): string | null {
  try {
    const inForce = policyInForce(readPresentAudit(cluster, facts.distribution), facts);
    return inForce && contentOf(inForce.asset);
  } catch (error) {
    if (error instanceof SpecError) return null;
    throw error;
  }
}

// Only where what it renders is that policy: one of an older release may be another.
function ofTemplate(policy: string, { policy: name, set, edited }: Stamp, { facts }: SpecChange): string | null {
  const templates = readTemplates();
  const source = Object.hasOwn(templates, name) ? templates[name] : undefined;
  if (edited || source === undefined) return null;
  const { kubernetesVersion } = facts;
  const version = kubernetesVersion === null ? {} : { kubernetesVersion };
  try {
    const { text } = renderPolicy(source, { name, set, toolVersion: VERSION, ...version });
    return withoutStamp(text) === withoutStamp(policy) ? name : null;
  } catch (error) {
    if (error instanceof UserError) return null; // a parameter that this release no longer has
    throw error;
  }
}

function ofFile({ policy, edited }: Stamp, { policy: file }: { policy?: string }): string | null {
  if (file === undefined || file === '-' || edited || policy !== policyFileName(file)) return null;
  return file.startsWith('-') ? `./${file}` : file; // else it would be taken for a flag
}

// A stream is read once: its policy has a name only if it is a template as it is.
function templateAlone(before: string, plan: SpecChange): string[] | null {
  const stamp = readStamp(before);
  const name = stamp && Object.keys(stamp.set).length === 0 ? ofTemplate(before, stamp, plan) : null;
  return name === null ? null : [name];
}

function placeOf({ cluster }: SpecChange, { file, state, cluster: named }: ChangeFlags): string[] {
  if (file !== undefined) return ['-f', file, ...(named === undefined ? [] : ['--cluster', named])];
  return ['--cluster', cluster, ...(state === undefined ? [] : ['--state', state])];
}

/** The release below which a template may be rendered otherwise is told only where it can matter. */
function versionFor({ facts: { kubernetesVersion } }: SpecChange): string[] {
  const minor = Number(/^1\.(\d+)/.exec(kubernetesVersion ?? '')?.[1] ?? Infinity);
  return minor < 23 && kubernetesVersion !== null ? ['--kubernetes-version', kubernetesVersion] : [];
}

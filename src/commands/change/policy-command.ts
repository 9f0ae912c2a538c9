import { basename } from 'node:path';
import type { SpecChange } from '../../cluster/spec-change.ts';
import { policyInForce, readPresentAudit, contentOf } from '../../cluster/present.ts';
import { readTemplates } from '../../input/templates.ts';
import { renderPolicy } from '../../policy/render/render.ts';
import { readStamp, withoutStamp, type Stamp } from '../../policy/render/stamp.ts';
import { commandLine } from '../../process/words.ts';
import type { Fold } from '../../report/fold.ts';
import { VERSION } from '../../version.ts';
import type { ChangeFlags } from './flags.ts';

/** What of a run tells where the policies before and after it are. */
export interface PolicySources {
  flags: ChangeFlags & { policy?: string };
  plan: SpecChange;
}

/** What a policy is called where a diff leaves lines of it out, and the command that prints them; null where there is none. */
export interface FoldedPolicy {
  called: string;
  command: string | null;
}

/**
 * Finds the command that prints the policy of a fold, but for its stamp. Only one that was tried: what it renders is that policy.
 * The policy that is in force is found in its cluster, as long as nothing is written.
 */
export function foldedPolicy({ side, policy }: Fold, { flags, plan }: PolicySources): FoldedPolicy {
  const stamp = readStamp(policy);
  const isInForce = side === 'before' && policy === textInForce(plan);
  const called = isInForce ? 'the policy now in force' : stamp === null ? 'a policy' : `policy \`${stamp.policy}\``;
  const args = ofTemplate(policy, stamp, plan) ?? (side === 'after' ? ofFile(stamp, flags, plan) : null);
  const words = args ?? (isInForce ? ofCluster(flags, plan) : null);
  return { called, command: words && commandLine('kops-audit', ['policy', 'show', ...words]) };
}

/** Null too where a value of the spec cannot be read: a change that takes something back need not read it. */
function textInForce({ before, facts }: SpecChange): string | null {
  try {
    const inForce = policyInForce(readPresentAudit(before, facts.distribution), facts);
    return inForce && contentOf(inForce.asset);
  } catch {
    return null;
  }
}

function ofTemplate(policy: string, stamp: Stamp | null, plan: SpecChange): string[] | null {
  const templates = readTemplates();
  const source = stamp && Object.hasOwn(templates, stamp.policy) ? templates[stamp.policy] : undefined;
  if (stamp === null || stamp.edited || source === undefined) return null;
  const { kubernetesVersion } = plan.facts;
  const version = kubernetesVersion === null ? {} : { kubernetesVersion };
  try {
    const { text } = renderPolicy(source, { name: stamp.policy, set: stamp.set, toolVersion: VERSION, ...version });
    return withoutStamp(text) === withoutStamp(policy) ? [stamp.policy, ...parameters(stamp, plan)] : null;
  } catch {
    return null; // A parameter that this release no longer has: the policy is an older one.
  }
}

/** The file that was asked for: `policy show` renders it as it was rendered for the spec. */
function ofFile(stamp: Stamp | null, { policy: file }: PolicySources['flags'], plan: SpecChange): string[] | null {
  if (file === undefined || file === '-' || stamp?.policy !== basename(file)) return null;
  return [file, ...parameters(stamp, plan)];
}

function parameters({ set }: Stamp, { facts: { kubernetesVersion } }: SpecChange): string[] {
  const values = Object.entries(set).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
  return [...values, ...(kubernetesVersion === null ? [] : ['--kubernetes-version', kubernetesVersion])];
}

function ofCluster({ file, state, cluster }: ChangeFlags, plan: SpecChange): string[] | null {
  if (file === '-') return null;
  if (file !== undefined) return ['-f', file, ...(cluster === undefined ? [] : ['--cluster', cluster])];
  return ['--cluster', plan.cluster, ...(state === undefined ? [] : ['--state', state])];
}

import { grouped } from '../../grouped.ts';
import { type ApiResource, isServed, resourceOf } from '../../policy/api/lookup.ts';
import { SENDS_OBJECT } from '../../policy/api/verbs.ts';
import { isSecretContent, type Target } from '../../policy/sensitive.ts';
import type { Level, Policy, PolicyRule, RequestAttributes } from '../../policy/types.ts';
import {
  type Harms,
  harmText,
  list,
  type PolicyBreach,
  type PolicyInput,
  type PolicyLintRule,
  policyRule,
} from '../rule.ts';
import { ask, findReach, isSilent, requestsFor } from './ask.ts';
import { harmOfMove, isHarmless } from './harm.ts';
import { type NamedResource, namedResources } from './named.ts';
import { records, rules as ruleNumbers } from './words.ts';

/** Rules about the order of a policy's rules: the first that matches decides. */
export const ORDER_RULES: readonly PolicyLintRule[] = [
  policyRule({
    id: 'catch-all-not-last',
    severity: 'warning',
    why: 'The first rule that matches decides, and this one matches everything.',
    check: catchAllNotLast,
    say: ({ rule, after, harm }) => ({
      message: `rule ${rule} matches every request, so ${afterText(after)} never ${after.length === 1 ? 'decides' : 'decide'}`,
      fix: moveToEnd(rule, harm),
    }),
  }),
  policyRule({
    id: 'unreachable-rule',
    severity: 'warning',
    why: 'The first rule that matches decides, and earlier rules match every request that this one does. This is proven, not guessed.',
    check: unreachable,
    say: ({ rule, coveredBy, harm }) => ({
      message: `rule ${rule} never decides: ${ruleNumbers(coveredBy)} ${coveredBy.length === 1 ? 'matches' : 'together match'} all that it does`,
      fix: removeOrMove(coveredBy[0] ?? 0, harm),
    }),
  }),
  policyRule({
    id: 'rule-order',
    severity: 'warning',
    why: 'The first rule that matches decides. The later rule, which names these, was meant to record less of them.',
    check: wideFirst,
    say: ({ by, rule, names, verbs, levels: [given, meant], harm }) => ({
      message: `rule ${by} gives ${verbs.join(', ')} of ${list(names)} level ${given}, before rule ${rule} can give them ${meant}`,
      fix:
        harm && !isHarmless(harm)
          ? `Name only what is meant in rule ${rule}, then move it before rule ${by}. As it is, it would ${harmText(harm)} there.`
          : `Move rule ${rule} before rule ${by}.`,
    }),
  }),
];

// In what follows `harm` is that of the move which the fix is about; left out where it is not known. Rules count from 1.

function afterText(after: readonly number[]): string {
  return after.length < 3 ? ruleNumbers(after) : `rules ${after[0]} to ${after.at(-1)}`;
}

function moveToEnd(rule: number, harm: Harms | undefined): string {
  if (harm === undefined) return `Remove the rules after it, which changes nothing, or move rule ${rule} to the end.`;
  if (isHarmless(harm)) return `Move rule ${rule} to the end.`;
  return `Remove the rules after it, which changes nothing. With rule ${rule} at the end they would ${harmText(harm)}.`;
}

function removeOrMove(first: number, harm: Harms | undefined): string {
  if (harm === undefined) return 'Remove it, which changes nothing.';
  if (isHarmless(harm)) return `Move it before rule ${first}, or remove it.`;
  return `Remove it, which changes nothing. Before rule ${first} it would ${harmText(harm)}.`;
}

function isCatchAll({
  level: _level,
  omitStages: _stages,
  omitManagedFields: _managed,
  ...selectors
}: PolicyRule): boolean {
  return Object.values(selectors).every((value) => value === undefined || value.length === 0);
}

type CatchAllArgs = { rule: number; after: readonly number[]; harm: Harms | undefined };

function catchAllNotLast({ policy }: PolicyInput): PolicyBreach<CatchAllArgs>[] {
  const at = policy.rules.findIndex(isCatchAll);
  const after = policy.rules.slice(at + 1).map((_, place) => at + place + 2);
  if (at < 0 || after.length === 0 || isSilent(policy)) return [];
  const harm = harmOfMove(policy, at, policy.rules.length - 1);
  return [{ args: { rule: at + 1, after, harm }, path: ['rules', at] }];
}

type UnreachableArgs = { rule: number; coveredBy: readonly number[]; harm: Harms | undefined };

function unreachable({ policy }: PolicyInput): PolicyBreach<UnreachableArgs>[] {
  if (isSilent(policy)) return [];
  const catchAll = policy.rules.findIndex(isCatchAll);
  return findReach(policy)
    .filter(({ rule, status }) => status === 'unreachable' && (catchAll < 0 || rule <= catchAll + 1))
    .filter(({ matchesNothing }) => !matchesNothing)
    .map(({ rule, coveredBy }) => ({
      args: { rule, coveredBy, harm: harmBefore(policy, rule, coveredBy) },
      path: ['rules', rule - 1],
    }));
}

/** What it would do to move a rule before those that cover it; undefined also where all of them record the same. */
function harmBefore(policy: Policy, rule: number, coveredBy: readonly number[]): Harms | undefined {
  const levels = coveredBy.map((by) => policy.rules[by - 1]?.level);
  const isSame = levels.every((level) => level === policy.rules[rule - 1]?.level);
  return isSame ? undefined : harmOfMove(policy, rule - 1, (coveredBy[0] ?? 0) - 1);
}

/** What the rule `by` decides and the rule `rule` was meant to; counted from 0. */
interface Taken {
  by: number;
  rule: number;
  text: string;
  verb: string;
}

/** As many as a person could want to hear of. */
const MOST = 1000;

/**
 * Finds what a rule names, and an earlier rule that names no resource records more of, for all whom the rule is about: one for
 * some of them is an exception that somebody meant. Secrets at Request and above are the secret rules' matter, a
 * rule that never decides at all that of `unreachable-rule`.
 */
function wideFirst({ policy, kubernetesVersion }: PolicyInput): PolicyBreach<OrderArgs>[] {
  const alive = new Set(findReach(policy).flatMap(({ rule, status }) => (status === 'reachable' ? [rule - 1] : [])));
  const first = policy.rules.findIndex(isWide);
  if (first < 0) return [];
  const taken = namedResources(policy)
    .filter(
      ({ rule, text, entry }) => rule > first && alive.has(rule) && !text.includes('*') && !entry.resourceNames?.length,
    )
    .filter(({ group, resource }) => isThere(resourceOf(group, resource), kubernetesVersion))
    .slice(0, MOST)
    .flatMap((named) => takenFrom(policy, named));
  const pairs = grouped(taken, ({ by, rule }) => `${by} ${rule}`);
  return [...pairs.values()].flatMap((pair) => breachesOf(policy, pair));
}

// Of what is not in the table, custom resources and the misspelt, only the first can be meant.
function isThere(found: ApiResource | undefined, version: string | undefined): boolean {
  return found === undefined || isServed(found, version);
}

function takenFrom(policy: Policy, { rule, group, resource, subresource, text }: NamedResource): Taken[] {
  const meant = policy.rules[rule]!;
  const clusterScoped = resourceOf(group, resource)?.namespaced === false;
  const target = { apiGroup: group, resource, clusterScoped, ...(subresource === undefined ? {} : { subresource }) };
  return verbsOf(meant, target).flatMap((verb) => {
    const [by = -1, ...others] = decidingRules(policy, requestsFor(meant, { ...target, verb }));
    const isTaken =
      others.length === 0 &&
      by >= 0 &&
      by < rule &&
      isWide(policy.rules[by]!) &&
      isMore(policy.rules[by]!, meant.level, { ...target, verb });
    return isTaken ? [{ by, rule, text, verb }] : [];
  });
}

// Counted from 0, -1 where none does.
function decidingRules(policy: Policy, requests: readonly RequestAttributes[]): number[] {
  return [...new Set(requests.map((request) => ask(policy, request).rule - 1))];
}

function verbsOf(
  { verbs = [] }: PolicyRule,
  { apiGroup = '', resource, subresource }: Omit<Target, 'verb'>,
): readonly string[] {
  if (verbs.length > 0) return verbs;
  const found = resourceOf(apiGroup, resource);
  if (subresource === undefined) return found?.verbs ?? [];
  return found?.subresources.find(({ name }) => name === subresource)?.verbs ?? [];
}

function isWide({ resources = [] }: PolicyRule): boolean {
  return resources.every((entry) => !entry.resources?.length || entry.resources.includes('*'));
}

// A level counts only where it has something to record: bodies are sent with writes, and answered to all but a watch.
function isMore({ level }: PolicyRule, meant: Level, target: Target): boolean {
  if (records(meant, level) || (records(level, 'Request') && isSecretContent(target))) return false;
  if (meant === 'None' || (level === 'RequestResponse' && target.verb !== 'watch')) return true;
  return SENDS_OBJECT.includes(target.verb) && meant === 'Metadata';
}

type OrderArgs = {
  by: number;
  rule: number;
  names: readonly string[];
  verbs: readonly string[];
  /** What they get, and what they were meant to get. */
  levels: readonly [Level, Level];
  harm: Harms | undefined;
};

function breachesOf(policy: Policy, taken: readonly Taken[]): PolicyBreach<OrderArgs>[] {
  const [first] = taken;
  const [given, meant] = [policy.rules[first?.by ?? -1], policy.rules[first?.rule ?? -1]];
  if (!first || !given || !meant) return [];
  const names = [...new Set(taken.map(({ text }) => text))];
  const verbs = [...new Set(taken.map(({ verb }) => verb))];
  const harm = harmOfMove(policy, first.rule, first.by);
  const levels = [given.level, meant.level] as const;
  return [
    { args: { by: first.by + 1, rule: first.rule + 1, names, verbs, levels, harm }, path: ['rules', first.rule] },
  ];
}

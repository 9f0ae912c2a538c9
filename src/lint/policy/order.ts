import { ask, findReach, isSilent, requestsFor } from './ask.ts';
import { harmOfMove } from './harm.ts';
import { type NamedResource, namedResources } from './named.ts';
import { list, records, rules as ruleNumbers } from './words.ts';
import type { PolicyBreach, PolicyInput, PolicyLintRule } from '../rule.ts';
import { type ApiResource, isServed, resourceOf } from '../../policy/api/lookup.ts';
import { type Target, isSecretContent } from '../../policy/sensitive.ts';
import type { Level, Policy, PolicyRule, RequestAttributes } from '../../policy/types.ts';

/** Rules about the order of a policy's rules: the first that matches decides. */
export const ORDER_RULES: readonly PolicyLintRule[] = [
  {
    id: 'catch-all-not-last',
    severity: 'warning',
    why: 'The first rule that matches decides, and this one matches everything.',
    check: catchAllNotLast,
  },
  {
    id: 'unreachable-rule',
    severity: 'warning',
    why: 'The first rule that matches decides, and there is no request that an earlier one does not match first. This is proven, not guessed.',
    check: unreachable,
  },
  {
    id: 'rule-order',
    severity: 'warning',
    why: 'The first rule that matches decides: the later rule, which names these, was meant to record less of them.',
    check: wideFirst,
  },
];

function isCatchAll({
  level: _level,
  omitStages: _stages,
  omitManagedFields: _managed,
  ...selectors
}: PolicyRule): boolean {
  return Object.values(selectors).every((value) => value === undefined || value.length === 0);
}

function catchAllNotLast({ policy }: PolicyInput): PolicyBreach[] {
  const at = policy.rules.findIndex(isCatchAll);
  const after = policy.rules.slice(at + 1).map((_, place) => at + place + 2);
  if (at < 0 || after.length === 0 || isSilent(policy)) return [];
  const [first] = after;
  const numbers = after.length < 3 ? ruleNumbers(after) : `rules ${first} to ${after.at(-1)}`;
  return [
    {
      message: `rule ${at + 1} matches every request, so ${numbers} never ${after.length === 1 ? 'decides' : 'decide'}`,
      mend: moveToEnd(policy, at),
      path: ['rules', at],
    },
  ];
}

function moveToEnd(policy: Policy, at: number): string {
  const harm = harmOfMove(policy, at, policy.rules.length - 1);
  if (harm === '') return `Move rule ${at + 1} to the end.`;
  if (harm === undefined) return `Remove the rules after it, which changes nothing, or move rule ${at + 1} to the end.`;
  return `Remove the rules after it: that changes nothing. With rule ${at + 1} at the end ${harm.replace('it would', 'they would')}.`;
}

function unreachable({ policy }: PolicyInput): PolicyBreach[] {
  if (isSilent(policy)) return [];
  const catchAll = policy.rules.findIndex(isCatchAll);
  return findReach(policy)
    .filter(({ rule, status }) => status === 'unreachable' && (catchAll < 0 || rule <= catchAll + 1))
    .filter(({ matchesNothing }) => !matchesNothing)
    .map(({ rule, coveredBy }) => ({
      message: `rule ${rule} never decides: ${ruleNumbers(coveredBy)} ${coveredBy.length === 1 ? 'takes' : 'together take'} all that it matches`,
      mend: mendOf(policy, rule, coveredBy),
      path: ['rules', rule - 1],
    }));
}

function mendOf(policy: Policy, rule: number, coveredBy: readonly number[]): string {
  const { rules } = policy;
  const { level } = rules[rule - 1]!;
  const isSame = coveredBy.every((by) => rules[by - 1]!.level === level);
  const first = coveredBy[0]!;
  const harm = isSame ? undefined : harmOfMove(policy, rule - 1, first - 1);
  if (harm === undefined) return 'Remove it: that changes nothing.';
  if (harm === '') return `Move it before rule ${first}, or remove it.`;
  return `Remove it: that changes nothing. Before rule ${first} ${harm}.`;
}

interface Taken {
  /** The rule that decides, and the one that was meant to; counted from 0. */
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
function wideFirst({ policy, kubernetesVersion }: PolicyInput): PolicyBreach[] {
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
  const pairs = new Map<string, Taken[]>();
  for (const one of taken) pairs.set(`${one.by} ${one.rule}`, [...(pairs.get(`${one.by} ${one.rule}`) ?? []), one]);
  return [...pairs.values()].map((pair) => breachOf(policy, pair));
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
  return ['create', 'update', 'patch'].includes(target.verb) && meant === 'Metadata';
}

function breachOf(policy: Policy, taken: readonly Taken[]): PolicyBreach {
  const { rules } = policy;
  const { by, rule } = taken[0]!;
  const texts = [...new Set(taken.map(({ text }) => text))];
  const verbs = [...new Set(taken.map(({ verb }) => verb))];
  const harm = harmOfMove(policy, rule, by);
  return {
    message: `rule ${by + 1} gives ${verbs.join(', ')} of ${list(texts)} level ${rules[by]!.level}, before rule ${rule + 1} can give them ${rules[rule]!.level}`,
    mend: harm
      ? `Before rule ${by + 1} ${harm}: name only what is meant, and move rule ${rule + 1} there.`
      : `Move rule ${rule + 1} before rule ${by + 1}.`,
    path: ['rules', rule],
  };
}

import type { Policy, PolicyRule } from '../../policy/types.ts';
import { findReach, isSilent } from './ask.ts';
import { harmOfMove } from './harm-of.ts';
import type { PolicyBreach, PolicyInput, PolicyLintRule } from './rule.ts';
import { wideFirst } from './wide-first.ts';
import { rules as ruleNumbers } from './words.ts';

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

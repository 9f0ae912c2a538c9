import { CONFIG_MAPS, type Content, CREDENTIAL_REQUESTS, SECRETS } from '../../policy/sensitive.ts';
import type { Level, Policy, PolicyRule } from '../../policy/types.ts';
import { list, policyRule, type PolicyBreach, type PolicyInput, type PolicyLintRule } from '../rule.ts';
import { type Decider, decidersOf } from './ask.ts';
import { harmOfMove, isHarmless } from './harm.ts';
import { records, rules as ruleNumbers } from './words.ts';

/** Rules about what a policy puts into the log that should not be there, for any user, group, namespace and name. */
export const SECRET_RULES: readonly PolicyLintRule[] = [
  leakRule({
    id: 'policy-records-secrets',
    severity: 'error',
    why: 'Whoever can read the log can then read and use them. Metadata records the same use without the content.',
    contents: SECRETS,
  }),
  leakRule({
    id: 'policy-records-config-maps',
    severity: 'warning',
    why: 'Config maps hold passwords more often than they should. Metadata records the same use without the content.',
    contents: CONFIG_MAPS,
  }),
  leakRule({
    id: 'policy-records-credential-requests',
    severity: 'info',
    why: 'They hold no key and no token, but show for whom credentials are made. Metadata records who asked and when.',
    contents: CREDENTIAL_REQUESTS,
  }),
];

/** What rules of the policy write: each name with its verbs, and for whom where that is one rule. Rules count from 1. */
type LeakArgs = {
  rules: readonly number[];
  parts: readonly { name: string; verbs: readonly string[] }[];
  who: readonly string[];
  fix: LeakFix;
};

/** `here`: the rule itself is meant for these. `move`: a later rule is, and can come before it. `before`: a rule is missing. */
type LeakFix = { kind: 'here' } | { kind: 'move'; later: number } | { kind: 'before'; isStig: boolean };

function leakRule({
  contents,
  ...heading
}: Pick<PolicyLintRule, 'id' | 'severity' | 'why'> & { contents: readonly Content[] }): PolicyLintRule {
  return policyRule({
    ...heading,
    check: (input) => recorded(input, contents),
    say: ({ rules, parts, who, fix }) => ({
      message: `${ruleNumbers(rules)} ${rules.length === 1 ? 'writes' : 'write'} the content of ${partsText(parts)}${who.length > 0 ? ` of ${list(who, 'or')}` : ''} into the log`,
      fix: fixText(rules[0] ?? 0, fix),
    }),
    join: (all): LeakArgs => ({
      rules: all.flatMap(({ rules }) => rules),
      parts: all.flatMap(({ parts }) => parts),
      who: [],
      fix: { kind: 'before', isStig: false },
    }),
  });
}

function fixText(rule: number, fix: LeakFix): string {
  if (fix.kind === 'here') return `Write level: Metadata in ${ruleNumbers([rule])}.`;
  if (fix.kind === 'move') return `Move ${ruleNumbers([fix.later])} before ${ruleNumbers([rule])}.`;
  const stig = fix.isStig ? ' DISA STIG V-242403 asks for such a policy, CIS 3.2.2 forbids it.' : '';
  return `Put a rule with level Metadata for them before ${ruleNumbers([rule])}.${stig}`;
}

function partsText(parts: LeakArgs['parts']): string {
  const names = [...new Set(parts.map(({ name }) => name))];
  const verbsOf = (name: string): string[] => parts.flatMap((part) => (part.name === name ? part.verbs : []));
  return list(names.map((name) => `${name} (${[...new Set(verbsOf(name))].join(', ')})`));
}

interface Leak {
  content: Content;
  verb: string;
  by: Decider;
}

function recorded({ policy }: PolicyInput, contents: readonly Content[]): PolicyBreach<LeakArgs>[] {
  const leaks = contents.flatMap((content) => leaksOf(policy, content));
  const numbers = [...new Set(leaks.map(({ by }) => by.at))].toSorted((a, b) => a - b);
  return numbers.map((at) =>
    breachOf(
      policy,
      at,
      leaks.filter(({ by }) => by.at === at),
    ),
  );
}

function leaksOf(policy: Policy, content: Content): Leak[] {
  const { name, sent, answered, ...target } = content;
  const leaks = (verb: string, isAsked: (level: Level) => boolean): Leak[] =>
    decidersOf(policy, { ...target, verb }, isAsked)
      .filter(({ decision }) => hasBodies(decision.omitStages))
      .map((by) => ({ content, verb, by }));
  // What is sent with a token request is noted only where its answer, the token, is not.
  const isSent = (level: Level): boolean =>
    name === 'token requests' ? level === 'Request' : records(level, 'Request');
  return [
    ...sent.flatMap((verb) => leaks(verb, isSent)),
    ...answered.flatMap((verb) => leaks(verb, (level) => level === 'RequestResponse')),
  ];
}

// Bodies are written when the answer is complete, or when the server panics.
function hasBodies(omitStages: readonly string[]): boolean {
  return !omitStages.includes('ResponseComplete');
}

function breachOf(policy: Policy, at: number, leaks: readonly Leak[]): PolicyBreach<LeakArgs> {
  const { users = [], userGroups = [] } = policy.rules[at] ?? {};
  const parts = [...new Set(leaks.map(({ content }) => content.name))].map((name) => ({
    name,
    verbs: leaks.filter(({ content }) => content.name === name).map(({ verb }) => verb),
  }));
  const fix = fixOf(policy, at, leaks);
  const isAlike = fix.kind === 'before' && !fix.isStig;
  return {
    args: { rules: [at + 1], parts, who: [...users, ...userGroups], fix },
    path: ['rules', at],
    ...(isAlike ? { cause: 'before' } : {}),
  };
}

function fixOf(policy: Policy, at: number, leaks: readonly Leak[]): LeakFix {
  const { rules } = policy;
  const areNamed = (rule: PolicyRule): boolean => leaks.every(({ content }) => namesIt(rule.resources, content));
  const rule = rules[at];
  if (rule && areNamed(rule)) return { kind: 'here' };
  const later = rules.findIndex((other, place) => place > at && !records(other.level, 'Request') && areNamed(other));
  if (later > 0 && isHarmless(harmOfMove(policy, later, at))) return { kind: 'move', later: later + 1 };
  return { kind: 'before', isStig: rules.length === 1 && rule?.level === 'RequestResponse' };
}

function namesIt(entries: PolicyRule['resources'] = [], { apiGroup = '', ...content }: Content): boolean {
  const name = content.subresource ? `${content.resource}/${content.subresource}` : content.resource;
  return entries.some(({ group = '', resources = [] }) => group === apiGroup && resources.includes(name));
}

import { type Decider, decidersOf } from './ask.ts';
import { harmOfMove } from './harm.ts';
import { list, records, rules } from './words.ts';
import type { Cause, PolicyBreach, PolicyInput, PolicyLintRule } from '../rule.ts';
import { CONFIG_MAPS, CREDENTIAL_REQUESTS, type Content, SECRETS } from '../../policy/sensitive.ts';
import type { Level, Policy, PolicyRule } from '../../policy/types.ts';

/** Rules about what a policy puts into the log that should not be there, for any user, group, namespace and name. */
export const SECRET_RULES: readonly PolicyLintRule[] = [
  {
    id: 'policy-records-secrets',
    severity: 'error',
    why: 'Whoever can read the log can then read and use them. Metadata records the same use without the content.',
    check: (input) => recorded(input, SECRETS),
    join: joinLeaks,
  },
  {
    id: 'policy-records-config-maps',
    severity: 'warning',
    why: 'Config maps hold passwords more often than they should. Metadata records the same use without the content.',
    check: (input) => recorded(input, CONFIG_MAPS),
    join: joinLeaks,
  },
  {
    id: 'policy-records-credential-requests',
    severity: 'info',
    why: 'They hold no key and no token, but tell for whom credentials are made. Metadata records who asked and when.',
    check: (input) => recorded(input, CREDENTIAL_REQUESTS),
    join: joinLeaks,
  },
];

interface Leak {
  content: Content;
  verb: string;
  by: Decider;
}

function recorded({ policy }: PolicyInput, contents: readonly Content[]): PolicyBreach[] {
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

function breachOf(policy: Policy, at: number, leaks: readonly Leak[]): PolicyBreach {
  const { level, users = [], userGroups = [] } = policy.rules[at]!;
  const parts = [...new Set(leaks.map(({ content }) => content.name))].map((name) => ({
    name,
    verbs: leaks.filter(({ content }) => content.name === name).map(({ verb }) => verb),
  }));
  const mend = mendOf(policy, at, leaks, level);
  const who = users.length + userGroups.length > 0 ? ` of ${list([...users, ...userGroups], 'or')}` : '';
  return {
    message: `rule ${at + 1} writes the content of ${partsText(parts)}${who} into the log`,
    mend,
    path: ['rules', at],
    ...(mend === before(at + 1) ? { cause: { key: 'before', rule: at + 1, parts } } : {}),
  };
}

function before(rule: number): string {
  return `Give them level Metadata, in a rule before ${rules([rule])}.`;
}

function partsText(parts: Cause['parts']): string {
  const names = [...new Set(parts.map(({ name }) => name))];
  const verbsOf = (name: string): string[] => parts.flatMap((part) => (part.name === name ? part.verbs : []));
  return list(names.map((name) => `${name} (${[...new Set(verbsOf(name))].join(', ')})`));
}

function joinLeaks(causes: readonly Cause[]): Pick<PolicyBreach, 'message' | 'mend'> {
  const numbers = causes.map(({ rule }) => rule);
  const what = partsText(causes.flatMap(({ parts }) => parts));
  return { message: `${rules(numbers)} write the content of ${what} into the log`, mend: before(numbers[0]!) };
}

function mendOf(policy: Policy, at: number, leaks: readonly Leak[], level: string): string {
  const { rules: all } = policy;
  const areNamed = (rule: PolicyRule): boolean => leaks.every(({ content }) => namesIt(rule.resources, content));
  if (areNamed(all[at]!)) return `Give ${rules([at + 1])} level Metadata.`;
  const later = all.findIndex((rule, place) => place > at && !records(rule.level, 'Request') && areNamed(rule));
  if (later > 0 && harmOfMove(policy, later, at) === '') return `Move ${rules([later + 1])} before ${rules([at + 1])}.`;
  return `${before(at + 1)}${stigNote(all.length, level)}`;
}

function stigNote(count: number, level: string): string {
  const isStig = count === 1 && level === 'RequestResponse';
  return isStig ? ' DISA STIG V-242403 asks for such a policy, CIS 3.2.2 forbids it.' : '';
}

function namesIt(entries: PolicyRule['resources'] = [], { apiGroup = '', ...content }: Content): boolean {
  const name = content.subresource ? `${content.resource}/${content.subresource}` : content.resource;
  return entries.some(({ group = '', resources = [] }) => group === apiGroup && resources.includes(name));
}

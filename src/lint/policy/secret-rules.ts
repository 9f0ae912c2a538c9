import { CONFIG_MAPS, type Content, CREDENTIAL_REQUESTS, SECRETS } from '../../policy/sensitive.ts';
import type { Level, Policy, PolicyRule } from '../../policy/types.ts';
import { decidersOf, type Decider } from './deciders.ts';
import type { PolicyBreach, PolicyInput, PolicyLintRule } from './rule.ts';
import { list, records, rules } from './words.ts';

/** Rules about what a policy puts into the log that should not be there, for any user, group, namespace and name. */
export const SECRET_RULES: readonly PolicyLintRule[] = [
  {
    id: 'policy-records-secrets',
    severity: 'error',
    why: 'Whoever can read the log can then read and use them. Metadata records the same use without the content.',
    check: (input) => recorded(input, SECRETS),
  },
  {
    id: 'policy-records-config-maps',
    severity: 'warning',
    why: 'Config maps hold passwords more often than they should. Metadata records the same use without the content.',
    check: (input) => recorded(input, CONFIG_MAPS),
  },
  {
    id: 'policy-records-credential-requests',
    severity: 'info',
    why: 'They hold no key and no token, but tell for whom credentials are made. Metadata records who asked and when.',
    check: (input) => recorded(input, CREDENTIAL_REQUESTS),
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
  const what = [...new Set(leaks.map(({ content }) => content.name))].map((name) => {
    const verbs = leaks.filter(({ content }) => content.name === name).map(({ verb }) => verb);
    return `${name} (${[...new Set(verbs)].join(', ')})`;
  });
  const who = users.length + userGroups.length > 0 ? ` of ${list([...users, ...userGroups], 'or')}` : '';
  return {
    message: `rule ${at + 1} writes the content of ${list(what)}${who} into the log`,
    mend: mendOf(policy, at, leaks, level),
    path: ['rules', at],
  };
}

function mendOf({ rules: all }: Policy, at: number, leaks: readonly Leak[], level: string): string {
  const areNamed = (rule: PolicyRule): boolean => leaks.every(({ content }) => namesIt(rule.resources, content));
  if (areNamed(all[at]!)) return `Give ${rules([at + 1])} level Metadata.`;
  const later = all.findIndex((rule, place) => place > at && !records(rule.level, 'Request') && areNamed(rule));
  if (later > 0) return `Move ${rules([later + 1])} before ${rules([at + 1])}.`;
  return `Give them level Metadata, in a rule before ${rules([at + 1])}.${stigNote(all.length, level)}`;
}

function stigNote(count: number, level: string): string {
  const isStig = count === 1 && level === 'RequestResponse';
  return isStig ? ' DISA STIG V-242403 asks for such a policy, CIS 3.2.2 forbids it.' : '';
}

function namesIt(entries: PolicyRule['resources'] = [], { apiGroup = '', ...content }: Content): boolean {
  const name = content.subresource ? `${content.resource}/${content.subresource}` : content.resource;
  return entries.some(({ group = '', resources = [] }) => group === apiGroup && resources.includes(name));
}

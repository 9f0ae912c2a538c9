import { grouped } from '../../grouped.ts';
import { judgeChange } from '../../policy/compare/harm.ts';
import { READ_VERBS } from '../../policy/api/verbs.ts';
import { LEVELS, type Level, type Policy, type PolicyRule } from '../../policy/types.ts';
import type { Amount } from '../amount.ts';
import { type Family, FAMILIES, type Party, partyOf, type Risk, RISKS } from './families.ts';
import { ruleFor } from './rule.ts';
import { isHeartbeat } from './spared.ts';
import type { Kind, Traffic } from './traffic.ts';
import { PROBE } from '../../events/complete/collect.ts';

/** A rule that makes a log smaller. */
export interface Suggestion {
  title: string;
  rule: PolicyRule;
  /** It stands in front of this one, counted from 1, which decides these requests now. */
  before: number;
  /** The level that they have now. */
  now: Level;
  /** So much less is written, by the log that was replayed. */
  saves: Amount;
  /** Of the requests that it is about so many events were denied (401, 403), and so many failed, these included. */
  denied: number;
  failed: number;
  risk: Risk;
}

/** What could be left out of a log. */
export interface Suggestions {
  /** The one that saves most first. */
  list: Suggestion[];
  /** The policy with all of these rules. */
  policy: Policy;
  /** What the policy keeps as it is, and with all of them. */
  now: Amount;
  after: Amount;
  /** What of it stays whatever it costs. */
  spared: Amount;
  /** Those at more risk than was wanted. */
  riskier: Suggestion[];
}

/** Which are given. */
export interface Wanted {
  /** In percent of the bytes that the policy keeps: one that saves less is not given. */
  minShare: number;
  most: number;
  maxRisk: Risk;
}

/**
 * Finds rules that cut noise out of what a policy keeps of a log. Each is tried: what it saves is what the policy with it does not keep of
 * the log, and it is given only where it changes nothing but what the rule in whose front it stands has decided, and silences nothing
 * that `GUARDED` holds.
 */
export function suggest(policy: Policy, traffic: Traffic, { minShare, most, maxRisk }: Wanted): Suggestions {
  const now = traffic.under(policy);
  const open = openKinds(traffic);
  const least = (now.bytes * minShare) / 100;
  const found = groupsOf(open).flatMap((group) => suggestionsFor(group, { policy, traffic, now, least }));
  const isMeant = ({ risk }: Suggestion): boolean => RISKS.indexOf(risk) <= RISKS.indexOf(maxRisk);
  const list = found.filter(isMeant).toSorted(byBytes).slice(0, most);
  const changed = withRules(policy, list);
  const after = list.length === 0 ? now : traffic.under(changed);
  const riskier = found.filter((each) => !isMeant(each));
  return { list, policy: changed, now, after, spared: sparedOf(open, now), riskier };
}

/** The policy with each of these rules in front of the one that it is for. */
export function withRules(policy: Policy, added: readonly Pick<Suggestion, 'rule' | 'before'>[]): Policy {
  const rules = policy.rules.flatMap((rule, at) => [
    ...added.filter(({ before }) => before === at + 1).map((each) => each.rule),
    rule,
  ]);
  return { ...policy, rules };
}

// Without the lease of the API server the probe is what is left to tell a quiet log from one with a gap.
function openKinds(traffic: Traffic): Kind[] {
  const open = traffic.open().filter(({ events }) => events > 0);
  return traffic.keeps(isHeartbeat) ? open : open.filter(({ request }) => request.user !== PROBE);
}

function sparedOf(open: readonly Kind[], { events, bytes }: Amount): Amount {
  return {
    events: events - sum(open, (kind) => kind.events),
    bytes: bytes - sum(open, (kind) => kind.bytes.at(-1) ?? 0),
  };
}

/** Requests that one rule can be about. */
interface Group {
  title: string;
  family: Family;
  party: Party;
  rule: number;
  kinds: Kind[];
}

// Who was denied something stands apart: it is another risk, and not that of the others.
function groupsOf(kinds: readonly Kind[]): Group[] {
  const groups = new Map<string, Group>();
  const told = kinds.flatMap((kind) => {
    const family = FAMILIES.find(({ isOf }) => isOf(kind));
    const who = JSON.stringify([family?.title, kind.request.user, kind.decision.rule]);
    return family ? [{ kind, family, party: partyOf(kind), who }] : [];
  });
  const denied = new Set(told.filter(({ kind }) => kind.denied > 0).map(({ who }) => who));
  for (const { kind, family, party, who } of told) {
    const title = `${family.title} ${party.title}`;
    const { rule } = kind.decision;
    const key = JSON.stringify([title, rule, denied.has(who)]);
    const group = groups.get(key) ?? { title, family, party, rule, kinds: [] };
    groups.set(key, group);
    group.kinds.push(kind);
  }
  return [...groups.values()];
}

interface Trial {
  policy: Policy;
  traffic: Traffic;
  now: Amount;
  /** Bytes. */
  least: number;
}

function suggestionsFor({ title, family, party, rule, kinds }: Group, trial: Trial): Suggestion[] {
  const present = trial.policy.rules[rule - 1];
  const level = present && levelFor(kinds, family.none ? 'None' : 'Metadata', present.level);
  if (!present || level === undefined) return [];
  const some = worthNaming(kinds, level);
  if (bytesSaved(some, level) < trial.least) return [];
  const added = ruleFor(level, some, present);
  const saves = added && tried(added, rule, trial);
  if (!saves || saves.bytes < trial.least || saves.bytes === 0) return [];
  const [denied, failed] = [sum(some, (kind) => kind.denied), sum(some, (kind) => kind.failed)];
  const risk = riskOf(level, denied, family, party);
  const told = denied > 0 ? `${title}, some denied` : title;
  return [{ title: told, rule: added, before: rule, now: present.level, saves, denied, failed, risk }];
}

/** A level that hides less is taken where it saves so much of what the lowest does. */
const MOST_OF_IT = 0.75;

function levelFor(kinds: readonly Kind[], lowest: Level, present: Level): Level | undefined {
  const lower = LEVELS.slice(LEVELS.indexOf(lowest), LEVELS.indexOf(present));
  const all = lower[0] === undefined ? 0 : bytesSaved(kinds, lower[0]);
  const found = lower.findLast((level) => bytesSaved(kinds, level) >= MOST_OF_IT * all);
  if (all <= 0) return undefined;
  return found === 'Request' && kinds.every(isRead) ? 'Metadata' : found;
}

/** It sends no body, so that Request records of it what Metadata does. */
function isRead({ request: { verb = '' } }: Kind): boolean {
  return READ_VERBS.includes(verb);
}

function bytesSaved(kinds: readonly Kind[], level: Level): number {
  return sum(kinds, ({ bytes }) => (bytes.at(-1) ?? 0) - (bytes[LEVELS.indexOf(level)] ?? 0));
}

/** A user or a target that has less of it makes the rule longer and no log smaller. */
const LEAST_PART = 0.02;

function worthNaming(kinds: readonly Kind[], level: Level): Kind[] {
  const all = bytesSaved(kinds, level);
  const keys: readonly ((kind: Kind) => unknown)[] = [
    ({ request }) => request.user,
    ({ request: { apiGroup, resource, subresource, path } }) => [apiGroup, resource, subresource, path],
  ];
  return keys.reduce((left: readonly Kind[], keyOf) => heavy(left, keyOf, level, LEAST_PART * all), kinds).slice();
}

function heavy(kinds: readonly Kind[], keyOf: (kind: Kind) => unknown, level: Level, least: number): Kind[] {
  const groups = grouped(kinds, (kind) => JSON.stringify(keyOf(kind)));
  return [...groups.values()].filter((group) => bytesSaved(group, level) >= least).flat();
}

/** What a rule saves; undefined where it takes what is not meant, or would be left out by accident. */
function tried(rule: PolicyRule, before: number, { policy, traffic, now }: Trial): Amount | undefined {
  const changed = withRules(policy, [{ rule, before }]);
  const { comparison, harms } = judgeChange(policy, changed);
  const isMeant = comparison.classes.every(({ rules }) => rules.before.every((each) => each === before));
  if (comparison.notDecided !== null || harms.length > 0 || !isMeant) return undefined;
  const { events, bytes } = traffic.under(changed);
  return { events: now.events - events, bytes: now.bytes - bytes };
}

function riskOf(level: Level, denied: number, family: Family, party: Party): Risk {
  if (level === 'Request') return 'low';
  if (level === 'Metadata') return family.metadata;
  return denied > 0 ? 'high' : (family.none?.[party.place] ?? 'high');
}

/** By risk it is told, and by what it saves it is sorted. */
function byBytes(one: Suggestion, other: Suggestion): number {
  const byRisk = RISKS.indexOf(one.risk) - RISKS.indexOf(other.risk);
  return (
    other.saves.bytes - one.saves.bytes || byRisk || one.before - other.before || (one.title < other.title ? -1 : 1)
  );
}

function sum(kinds: readonly Kind[], of: (kind: Kind) => number): number {
  return kinds.reduce((all, kind) => all + of(kind), 0);
}

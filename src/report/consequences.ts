import { list } from '../lint/rule.ts';
import { SERVED_VERBS, WRITES } from '../policy/api/verbs.ts';
import type { Comparison } from '../policy/compare/compare.ts';
import {
  consequencesOf,
  type Consequences,
  type Effect,
  type EffectKind,
  type Trace,
} from '../policy/compare/consequences.ts';
import { isNamed, type Party } from '../policy/compare/parties.ts';
import { type Topic, TOPICS } from '../policy/compare/topics.ts';
import { LEVELS, type Policy, STAGES } from '../policy/types.ts';
import type { WhoKind } from '../policy/who.ts';
import { placeText, targetNames } from './effects.ts';
import { safeText, wrap } from './text.ts';
import { type Who, whoAre } from './who-text.ts';

/** A sentence on a change of what is recorded, and how much a reader wants to know it: the smaller the more. */
interface Sentence {
  text: string;
  kind: EffectKind;
  rank: number;
}

/** Whether a change is told (`are now recorded`), what a policy does (`are recorded`), or what it would (`would be recorded`). */
type Tense = 'change' | 'now' | 'would';

/** Effects in plain sentences, the most important first; those with which the log holds the same are left out. */
function sentencesOf(consequences: Consequences, telling: Tense): Sentence[] {
  const told = consequences.effects.filter(({ kind }) => kind !== 'level');
  const sentences = merged(told, consequences.parties)
    .map((group) => ({
      text: safeText(sentence(group, telling)),
      kind: group.kind,
      rank: Math.min(...group.parts.map(rankOf)),
    }))
    .toSorted((one, other) => one.rank - other.rank);
  const firsts = new Set(KIND_ORDER.map((kind) => sentences.find((each) => each.kind === kind)));
  return sentences.toSorted((one, other) => placeAmong(one, firsts) - placeAmong(other, firsts));
}

// What matters and is lost, what else matters, then the first of each kind, then all others.
function placeAmong(each: Sentence, firsts: ReadonlySet<Sentence | undefined>): number {
  if (each.rank < IMPORTANT) return each.kind === 'gone' ? -1 : 0;
  return firsts.has(each) ? 1 + KIND_ORDER.indexOf(each.kind) : 1 + KIND_ORDER.length;
}

const KIND_ORDER: readonly EffectKind[] = ['gone', 'new', 'more', 'less', 'stages', 'fields', 'level'];

/** Ranks below this one are those of what an audit log is read for: RBAC, secrets, ways into a container, writes by people. */
const IMPORTANT = 5;

/** What becomes of the requests of one topic and one extent, by which verbs. */
interface Part {
  effect: Effect;
  verbs: Set<string>;
}

/** Parts of which the same is said. */
interface Group {
  kind: EffectKind;
  outcome: string;
  verbs: string;
  who: string;
  parts: Part[];
}

// First the verbs by which the same people do the same with the same come together, then the topics by the same verbs.
function merged(effects: readonly Effect[], everyone: readonly Party[]): Group[] {
  const parts = new Map<string, Part & { who: Who }>();
  for (const { effect, verb, parties } of byVerb(effects)) {
    const who = whoAre(parties, everyone);
    const part = getOr(parts, [...partKey(effect), who.key], () => ({ effect, verbs: new Set<string>(), who }));
    part.verbs.add(verb);
    part.who = who.text === part.who.text ? who : { ...who, text: who.loosely };
  }
  const groups = new Map<string, Group>();
  for (const part of parts.values()) {
    const { effect, who } = part;
    const [verbs, outcome] = [verbsText(effect, part.verbs), outcomeText(effect)];
    const key = [effect.kind, outcome, verbs, placeOf(effect), who.key];
    const group = getOr(groups, key, () => ({ kind: effect.kind, outcome, verbs, who: who.text, parts: [] }));
    group.parts.push(part);
    if (group.who !== who.text) group.who = who.loosely;
  }
  return [...groups.values()];
}

function byVerb(effects: readonly Effect[]): Iterable<{ effect: Effect; verb: string; parties: Set<Party> }> {
  const found = new Map<string, { effect: Effect; verb: string; parties: Set<Party> }>();
  for (const effect of effects)
    for (const verb of effect.verbs) {
      const known = getOr(found, [...partKey(effect), verb], () => ({ effect, verb, parties: new Set<Party>() }));
      for (const party of effect.parties) known.parties.add(party);
    }
  return found.values();
}

function getOr<T>(map: Map<string, T>, parts: readonly unknown[], make: () => T): T {
  const key = JSON.stringify(parts);
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

function partKey(effect: Effect): unknown[] {
  return [effect.kind, outcomeText(effect), effect.topic.names, topicText(effect), placeOf(effect)];
}

function placeOf({ place }: Effect): string {
  return place ? placeText(place, 2) : '';
}

function sentence({ kind, outcome, verbs, who, parts }: Group, telling: Tense): string {
  const place = parts[0] ? placeOf(parts[0].effect) : '';
  const topics = topicsText(parts);
  const isAll = verbs === WHOLE && TOPICS.every((topic) => parts.some(({ effect }) => isAllOf(effect, topic)));
  const subject = [isAll ? 'all requests' : `${verbs} ${topics}`, place].filter((text) => text !== '').join(' ');
  return `${capitalised(subject)} ${PREDICATES[telling](kind, outcome)}, by ${who}.`;
}

// What is noise is not told of beside what is none.
function topicsText(parts: readonly Part[]): string {
  const least = Math.min(...parts.map(({ effect }) => effect.topic.rank));
  const told = parts.filter(({ effect }) => effect.topic.rank < NOISE || least >= NOISE);
  return list([...new Set(told.flatMap(({ effect }) => topicNames(effect)))]);
}

const NOISE = 8;

function isAllOf({ topic, extent }: Effect, wanted: Topic): boolean {
  return topic === wanted && extent === 'all';
}

function capitalised(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

const PREDICATES: Readonly<Record<Tense, (kind: EffectKind, outcome: string) => string>> = {
  change: (kind, outcome) => {
    if (kind === 'gone') return 'are recorded no longer';
    if (kind === 'stages') return `are recorded ${outcome}`;
    if (kind === 'less') return `are still recorded, but ${outcome}`;
    return kind === 'new' ? `are now recorded, ${outcome}` : `are now recorded ${outcome}`;
  },
  now: (kind, outcome) => (kind === 'gone' ? 'are not recorded' : `are recorded ${outcome}`),
  would: (kind, outcome) => `would be recorded${kind === 'new' ? ',' : ''} ${outcome.replace(/^now /, '')}`,
};

function outcomeText({ kind, before, after }: Effect): string {
  if (kind === 'gone') return '';
  if (kind === 'stages') return stagesText(before, after);
  if (kind === 'fields') return after.managedFields ? 'with managed fields' : 'without managed fields';
  if (after.request && after.answer) return 'with both bodies';
  if (after.request) return kind === 'less' ? 'with the request body only' : 'with the request body';
  return after.answer ? 'with the answer' : 'without bodies';
}

function stagesText(before: Trace, after: Trace): string {
  const lost = STAGES.filter((stage) => before.stages.includes(stage) && !after.stages.includes(stage));
  const won = STAGES.filter((stage) => after.stages.includes(stage) && !before.stages.includes(stage));
  const texts = [
    ...(lost.length > 0 ? [`no longer at ${lost.join(', ')}`] : []),
    ...(won.length > 0 ? [`now at ${won.join(', ')} too`] : []),
  ];
  return texts.join(', ');
}

const WHOLE = 'requests for';
const READS = SERVED_VERBS.filter((verb) => !WRITES.includes(verb));

/** What is done, up to the word before the topics. */
function verbsText({ topic }: Effect, some: ReadonlySet<string>): string {
  const verbs = topic.verbs.filter((verb) => some.has(verb));
  const isWhole = verbs.length === topic.verbs.length;
  if (topic.paths !== undefined || isWhole) return isWhole ? WHOLE : `${list(verbs)} ${WHOLE}`;
  const [reads, writes] = [READS, WRITES].map((list) => list.filter((verb) => topic.verbs.includes(verb)));
  if (isSame(verbs, reads)) return 'reads of';
  if (isSame(verbs, writes)) return 'writes of';
  if (
    isSame(
      verbs,
      writes?.filter((verb) => verb !== 'patch'),
    )
  )
    return 'writes (not patches) of';
  if (isSame(verbs, ['delete', 'deletecollection'])) return 'deletes of';
  return `${list(verbs.map((verb) => PLURALS[verb] ?? `${verb}s`))} of`;
}

const PLURALS: Readonly<Record<string, string>> = { watch: 'watches', patch: 'patches' };

function isSame(one: readonly string[], other: readonly string[] | undefined): boolean {
  return other !== undefined && other.length > 0 && one.join() === other.join();
}

const MOST_NAMES = 3;

function topicNames({ topic, extent, targets }: Effect): string[] {
  if (extent === 'all') return [...topic.names];
  const names = targets && targetNames(targets);
  return extent === 'some' && names && names.length <= MOST_NAMES ? names : [`${extent} ${list(topic.names)}`];
}

function topicText(effect: Effect): string {
  return topicNames(effect).join();
}

const KIND_RANK: Readonly<Record<EffectKind, number>> = {
  gone: 0,
  more: 0.1,
  new: 0.2,
  less: 2,
  stages: 5,
  fields: 6,
  level: 9,
};

const WHO_RANK: Readonly<Record<WhoKind, number>> = {
  person: 0,
  account: 2,
  anonymous: 2,
  kubelet: 7,
  component: 7,
};

/**
 * Writes of people stand before reads of what is no secret, unless these are lost, and before what is recorded with less; what the
 * control plane does and noise come last.
 */
function rankOf({ effect: { topic, kind, parties, extent }, verbs }: Part): number {
  const isRead = topic.rank !== 1 && topic.rank !== 2 && ![...verbs].some((verb) => WRITES.includes(verb));
  const named = (party: Party): number => (party.kind === 'account' && isNamed(party) ? 5 : 0);
  const who = Math.min(...parties.map((party) => WHO_RANK[party.kind] + named(party)));
  const read = kind === 'gone' ? 1.5 : 4;
  const isLittle = extent === 'some' && topic.resources === undefined;
  return topic.rank + who + KIND_RANK[kind] + (isRead ? read : 0) + (isLittle ? 3 : 0);
}

type Change = 'gone' | 'newly' | 'more' | 'less' | 'otherwise';

/** How many classes of requests change, and how. */
function totalsOf({ classes }: Comparison): Record<Change, number> {
  const counts = { gone: 0, newly: 0, more: 0, less: 0, otherwise: 0 };
  for (const { before, after } of classes) {
    const [was, is] = [LEVELS.indexOf(before.level), LEVELS.indexOf(after.level)];
    counts[is === was ? 'otherwise' : is === 0 ? 'gone' : was === 0 ? 'newly' : is > was ? 'more' : 'less'] += 1;
  }
  return counts;
}

/** The same in a sentence: `14 kinds of requests change: 9 recorded no longer, 5 with more.` */
export function totalsText(comparison: Comparison): string {
  const { classes, notDecided } = comparison;
  const counts = totalsOf(comparison);
  const parts = TOTALS.flatMap(([what, text]) => (counts[what] > 0 ? [`${counts[what]} ${text}`] : []));
  const kinds = `${classes.length} ${classes.length === 1 ? 'kind of requests changes' : 'kinds of requests change'}`;
  if (classes.length > 0) return `${kinds}: ${parts.join(', ')}.${notDecided ? ' There may be more.' : ''}`;
  return notDecided ? 'The policies are too large to count what changes.' : 'Every request is recorded as before.';
}

const TOTALS: readonly (readonly [Change, string])[] = [
  ['gone', 'recorded no longer'],
  ['newly', 'newly'],
  ['more', 'with more'],
  ['less', 'with less'],
  ['otherwise', 'otherwise'],
];

/** What a change of policies comes to, as data: `policy diff -o json`. */
export interface SummaryJson {
  /** How many of the classes of requests change in which way. */
  totals: Record<Change, number>;
  /** Sentences, the most important first. */
  effects: string[];
  /** False where the policies are so large that some may be missing. */
  complete: boolean;
}

/** What a change of policies comes to, as data. */
export function summaryJson(comparison: Comparison, before: Policy, after: Policy): SummaryJson {
  const found = consequencesOf(before, after);
  const complete = found.complete && comparison.notDecided === null;
  return { totals: totalsOf(comparison), effects: sentencesOf(found, 'change').map(({ text }) => text), complete };
}

/**
 * What another policy would write, and what is not in a log that a policy recorded: in sentences, the most important first. `complete` is
 * false where the policies are so large that some may be missing.
 */
export function unseenSentences(recorded: Policy, other: Policy): { sentences: string[]; complete: boolean } {
  const found = consequencesOf(recorded, other);
  const sentences = sentencesOf({ ...found, effects: found.effects.flatMap(gainOf) }, 'would');
  return { sentences: sentences.map(({ text }) => text), complete: found.complete };
}

/** What of an effect is more than before. */
function gainOf(effect: Effect): Effect[] {
  const { kind, before, after } = effect;
  if (kind === 'new' || kind === 'more' || (kind === 'fields' && after.managedFields)) return [effect];
  const known = after.stages.filter((stage) => before.stages.includes(stage));
  if (known.length === after.stages.length) return [];
  return [{ ...effect, kind: 'stages', before: { ...after, stages: known } }];
}

/** How much is told of a change. */
export interface Telling {
  columns: number;
  /** So many lines at most. */
  most: number;
  /** The command that shows all; null where none does. */
  command: string | null;
}

/** What a change of policies comes to, the most important first, and how to see what is left out. */
export function changeText(before: Policy, after: Policy, telling: Telling): string[] {
  const consequences = consequencesOf(before, after);
  const silence = silenceText(consequences, before, after);
  const lead = silence === '' ? [] : wrap(silence, telling.columns).split('\n');
  const fitting = { ...telling, most: telling.most - lead.length, note: noteOf(consequences) };
  return [...lead, ...fitted(sentencesOf(consequences, 'change'), fitting)];
}

const SILENT: Policy = { rules: [] };

// That one of the policies records nothing at all.
function silenceText({ effects, complete }: Consequences, before: Policy, after: Policy): string {
  const isAll = (kind: EffectKind): boolean =>
    complete && effects.length > 0 && effects.every((each) => each.kind === kind);
  const isSilent = (policy: Policy): boolean => consequencesOf(SILENT, policy).effects.length === 0;
  if (isAll('gone') && isSilent(after)) return 'Nothing is recorded any more: the new policy records no request.';
  return isAll('new') && isSilent(before) ? 'Until now nothing was recorded: the policy records no request.' : '';
}

// Where nothing is to be told although something differs, or something may be missing.
function noteOf({ effects, complete }: Consequences): string {
  if (!complete) return 'Not all was looked at: the policies are too large.';
  if (effects.length === 0) return 'None of it is a request that an API server of today answers.';
  return effects.every(({ kind }) => kind === 'level') ? 'The log holds the same: these requests have no bodies.' : '';
}

/** What a policy records, said by what it does otherwise than a policy that records every request without bodies. */
export function policyMeaning(policy: Policy, columns: number, most: number): string[] {
  const { omitStages } = policy;
  const plain: Policy = { rules: [{ level: 'Metadata' }], ...(omitStages ? { omitStages } : {}) };
  const found = consequencesOf(plain, policy);
  const effects = found.effects.filter(({ kind }) => kind !== 'stages' && kind !== 'fields');
  const sentences = sentencesOf({ ...found, effects }, 'now');
  return [
    ...wrap(meaningHead(sentences.length > 0, found.complete), columns).split('\n'),
    ...fitted(sentences, { columns, most: most - 1, note: '', command: null }),
  ];
}

function meaningHead(isTold: boolean, complete: boolean): string {
  if (complete) return `Every request is recorded, without bodies${isTold ? ', but for these:' : '.'}`;
  return isTold
    ? 'The policy is too large to look at all of it. What was found:'
    : 'What it records was not found out: the policy is too large.';
}

interface Fitting extends Telling {
  /** Something to tell besides. */
  note: string;
}

// As many as fit, one at least, and how many there are besides.
function fitted(sentences: readonly Sentence[], { columns, most, note, command }: Fitting): string[] {
  const linesOf = (text: string): string[] => (text === '' ? [] : wrap(text, columns).split('\n'));
  const lines: string[] = [];
  for (const [at, { text }] of sentences.entries()) {
    const own = linesOf(text);
    const after = [...linesOf(note), ...linesOf(moreText(sentences.length - at - 1, command))];
    if (at > 0 && lines.length + own.length + after.length > most)
      return [...lines, ...linesOf(note), ...linesOf(moreText(sentences.length - at, command))];
    lines.push(...own);
  }
  return [...lines, ...linesOf(note), ...linesOf(moreText(0, command))];
}

function moreText(left: number, command: string | null): string {
  const more = left === 0 ? '' : `And ${left} more ${left === 1 ? 'effect' : 'effects'}`;
  if (command === null) return more && `${more}.`;
  return `${more && `${more}. `}To see all: ${command}`;
}

import { type Level, type Policy, STAGES, type Stage, type Selector, type GroupResources } from '../types.ts';
import { meet, meets, type Region, type Term, termsOf } from './box.ts';
import { type Budget, spend, findUncovered } from './search.ts';
import type { Universe } from './universe.ts';

/** What a policy does with a request, as far as it can be told from the log. */
export interface Outcome {
  /** None also where every stage is omitted: nothing is written then either. */
  level: Level;
  /** In the order of `STAGES`; empty for None. */
  omitStages: Stage[];
  /** False below Request: there is no body that could hold managed fields. */
  omitManagedFields: boolean;
}

/** What a policy does with the requests that a rule decides (counted from 1; 0: no rule). */
export function outcomeOf(policy: Policy, rule: number): Outcome {
  const { level, omitStages = [], omitManagedFields } = policy.rules[rule - 1] ?? { level: 'None' as const };
  const omitted = STAGES.filter((stage) => policy.omitStages?.includes(stage) || omitStages.includes(stage));
  if (level === 'None' || omitted.length === STAGES.length) {
    return { level: 'None', omitStages: [], omitManagedFields: false };
  }
  const hasBody = level !== 'Metadata';
  return {
    level,
    omitStages: omitted,
    omitManagedFields: hasBody && (omitManagedFields ?? policy.omitManagedFields ?? false),
  };
}

/** A part of a rule, with what happens to the requests that it decides; one object where two do the same. */
export interface Entry {
  term: Term;
  outcome: Outcome;
  selector: Selector;
  /** Its place in its policy. */
  place: number;
}

/** One of the two policies. */
export interface Side {
  /** In their order; the last one is for the requests that no rule matches. */
  entries: readonly Entry[];
  /** Those that can meet a selector, and few that can't, in their order. */
  near(selector: Selector): Entry[];
}

export function sideOf(universe: Universe, policy: Policy): Side {
  const index = nearIndex<Entry>();
  const entries: Entry[] = [];
  const known = new Map<string, Outcome>();
  for (const [at, selector] of [...policy.rules, {}].entries()) {
    const rule = at === policy.rules.length ? 0 : at + 1;
    const outcome = outcomeOf(policy, rule);
    const key = JSON.stringify(outcome);
    known.set(key, known.get(key) ?? outcome);
    const terms = termsOf(universe, selector, rule);
    const added = terms.map((term, place) => ({
      term,
      outcome: known.get(key) ?? outcome,
      selector,
      place: entries.length + place,
    }));
    entries.push(...added);
    index.add(selector, added);
  }
  return { entries, near: (selector) => [...index.near(selector)].toSorted((one, other) => one.place - other.place) };
}

/** Of some entries the terms of those that take requests from an entry and do something else with them. */
export function takers(entries: readonly Entry[], from: Entry, budget: Budget): Term[] {
  spend(budget, entries.length);
  return entries.filter(({ place, outcome }) => place < from.place && outcome !== from.outcome).map(({ term }) => term);
}

/** The rules of a policy that decide some requests of a region. */
export function deciders({ entries }: Side, { box, except }: Region, budget: Budget): number[] {
  const rules = new Set<number>();
  spend(budget, entries.length);
  const near = entries.map(({ term }) => term).filter((term) => meets(box, term));
  for (const [at, term] of near.entries()) {
    const part = rules.has(term.rule) ? undefined : meet(box, term);
    spend(budget, at);
    if (part && findUncovered(part, [...except, ...near.slice(0, at)], budget, new Set())) rules.add(term.rule);
  }
  return [...rules];
}

/** Finds the rules (or what stands for them) that a rule may have requests in common with, without looking at all of them. */
export interface NearIndex<T> {
  add(selector: Selector, items: readonly T[]): void;
  /** Those added so far that can meet the selector, and few that can't; in no order. */
  near(selector: Selector): readonly T[];
}

/** For each selector a word for every value it allows; undefined where it allows any, or more than can be listed. */
const WORDS: readonly ((selector: Selector) => readonly string[] | undefined)[] = [
  ({ users }) => listed(users),
  ({ verbs }) => listed(verbs),
  ({ namespaces }) => listed(namespaces),
  ({ resources }) => entryWords(resources),
  ({ resources }) => (resources?.some(({ group }) => group === '*') ? undefined : listed(resources?.map(groupOf))),
  ({ nonResourceURLs }) => (nonResourceURLs?.some((url) => url.endsWith('*')) ? undefined : listed(nonResourceURLs)),
];

function listed(values: readonly string[] | undefined): readonly string[] | undefined {
  return values?.length ? values : undefined;
}

function groupOf({ group = '' }: GroupResources): string {
  return group;
}

function entryWords(entries: readonly GroupResources[] | undefined): readonly string[] | undefined {
  const words = (entries ?? []).map(({ group = '', resources = [] }) => {
    const names = resources.map((name) => name.split('/', 1)[0] ?? '');
    return names.length === 0 || names.includes('*') || group === '*'
      ? undefined
      : names.map((name) => `${group}/${name}`);
  });
  const known = words.filter((list) => list !== undefined);
  return known.length === 0 || known.length < words.length ? undefined : known.flat();
}

/** An index, empty at first. */
export function nearIndex<T>(): NearIndex<T> {
  const all: T[] = [];
  const tables = WORDS.map((wordsOf) => ({ wordsOf, wide: [] as T[], byWord: new Map<string, T[]>() }));
  return {
    add: (selector, items) => {
      all.push(...items);
      for (const { wordsOf, wide, byWord } of tables) {
        const words = wordsOf(selector);
        if (!words) wide.push(...items);
        for (const word of new Set(words)) listAt(byWord, word).push(...items);
      }
    },
    near: (selector) =>
      tables.reduce<readonly T[]>((best, { wordsOf, wide, byWord }) => {
        const words = wordsOf(selector);
        if (!words || best.length <= wide.length) return best;
        const found = [wide, ...[...new Set(words)].map((word) => byWord.get(word) ?? [])];
        return found.reduce((sum, list) => sum + list.length, 0) < best.length ? [...new Set(found.flat())] : best;
      }, all),
  };
}

function listAt<T>(byWord: Map<string, T[]>, word: string): T[] {
  const list = byWord.get(word) ?? [];
  byWord.set(word, list);
  return list;
}

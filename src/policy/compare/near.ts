import type { GroupResources } from '../types.ts';
import type { Selector } from './universe.ts';

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

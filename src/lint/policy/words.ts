import type { Watched } from '../../policy/sensitive.ts';
import { list } from '../rule.ts';
import { LEVELS, type Level } from '../../policy/types.ts';

/** Takes numbers of rules; gives `rule 2` or `rules 2, 3 and 7`. */
export function rules(numbers: readonly number[]): string {
  return `${numbers.length === 1 ? 'rule' : 'rules'} ${list(numbers.map(String))}`;
}

/** Whether a level records at least what another does. */
export function records(level: Level, least: Level): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(least);
}

/**
 * Names what is watched, with its verbs where it is not all of that name: `secrets`, `pods/exec (get)`.
 *
 * @param all what there is of each name.
 */
export function describe(watched: readonly Watched[], all: readonly Watched[]): string[] {
  const names = [...new Set(watched.map(({ name }) => name))];
  return names.map((name) => {
    const isAll = all.every((target) => target.name !== name || watched.includes(target));
    return isAll ? name : `${name} (${verbsOf(watched, name).join(', ')})`;
  });
}

function verbsOf(watched: readonly Watched[], wanted: string): string[] {
  return [...new Set(watched.flatMap(({ name, verb }) => (name === wanted ? [verb] : [])))];
}

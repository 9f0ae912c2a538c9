import type { Actual } from '../policy/test/run.ts';
import type { Expectation } from '../policy/test/read.ts';

/** What was expected, in words: `level None, rule 3`. */
export function expectedText(expect: Expectation): string {
  return textOf(expect, KEYS);
}

/** What really happens, in the same words: the level, the rule, and of the rest what was expected too. */
export function actualText(actual: Actual, expect: Expectation): string {
  return textOf(
    actual,
    KEYS.filter((key) => key === 'level' || key === 'rule' || expect[key] !== undefined),
  );
}

const KEYS = ['level', 'rule', 'stages', 'omitManagedFields'] as const;

type Key = (typeof KEYS)[number];

function textOf(values: Expectation, keys: readonly Key[]): string {
  return keys.flatMap((key) => (values[key] === undefined ? [] : WORDS[key](values))).join(', ');
}

const WORDS: Readonly<Record<Key, (values: Expectation) => string>> = {
  level: ({ level }) => `level ${level}`,
  rule: ({ rule }) => (rule === 0 ? 'no rule' : `rule ${rule}`),
  stages: ({ stages = [] }) => (stages.length === 0 ? 'no event' : `events at ${stages.join(' and ')}`),
  omitManagedFields: ({ omitManagedFields }) => `${omitManagedFields ? 'no ' : ''}managed fields`,
};

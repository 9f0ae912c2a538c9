import { type Node, isMap, isScalar } from 'yaml';
import { LEVELS, STAGES } from '../types.ts';
import { readFields, readList, readWord } from './fields.ts';
import { KEYS } from './keys.ts';
import { type Reading, describe } from './reading.ts';
import type { Expectation } from './types.ts';

/** Reads what a case expects: a level, or a map with a level and more. Undefined, and mistakes noted, where it can't be read. */
export function readExpectation(reading: Reading, node: Node | null): Expectation | undefined {
  if (!isMap(node)) {
    const level = readWord(reading, node, 'the level', LEVELS);
    return level && { level };
  }
  const fields = readFields(reading, node, KEYS.expect);
  const read = <Value>(key: string, reader: (reading: Reading, node: Node | null) => Value | undefined) =>
    fields?.has(key) ? reader(reading, fields.get(key) ?? null) : undefined;
  const level = read('level', (_, value) => readWord(reading, value, 'the level', LEVELS));
  const rule = read('rule', readRule);
  const stages = read('stages', readStages);
  const omitManagedFields = read('omitManagedFields', readSwitch);
  return level && withoutUndefined({ level, rule, stages, omitManagedFields });
}

function withoutUndefined(values: { [Key in keyof Expectation]: Expectation[Key] | undefined }): Expectation {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as unknown as Expectation;
}

function readRule(reading: Reading, node: Node | null): number | undefined {
  if (isScalar(node) && typeof node.value === 'number' && Number.isInteger(node.value) && node.value >= 0)
    return node.value;
  reading.wrong(node, `rule must be the number of a rule, not ${describe(node)}`, 'Rules count from 1; 0 is no rule.');
  return undefined;
}

function readStages(reading: Reading, node: Node | null): Expectation['stages'] {
  const items = readList(reading, node, 'stages', { mayBeEmpty: true });
  return items.flatMap((item) => readWord(reading, item, 'a stage', STAGES) ?? []);
}

function readSwitch(reading: Reading, node: Node | null): boolean | undefined {
  if (isScalar(node) && typeof node.value === 'boolean') return node.value;
  reading.wrong(node, `omitManagedFields must be true or false, not ${describe(node)}`);
  return undefined;
}

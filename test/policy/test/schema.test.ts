import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { KEYS } from '../../../src/policy/test/nodes.ts';
import { readPolicyTest } from '../../../src/policy/test/read.ts';
import { LEVELS, STAGES } from '../../../src/policy/types.ts';
import { NAMES } from '../templates/sources.ts';
import { type Schema, definition, isValid } from './json-schema.ts';

const SCHEMA: Schema = JSON.parse(
  readFileSync(new URL('../../../templates/policy-test.schema.json', import.meta.url), 'utf8'),
);

const MAPS: Readonly<Record<keyof typeof KEYS, Schema>> = {
  test: SCHEMA,
  case: definition('case', SCHEMA),
  expect: definition('expect', SCHEMA),
  request: definition('request', SCHEMA).oneOf![1]!,
};

/** The schema and all schemas in it. */
function within(schema: Schema): Schema[] {
  const { items, properties = {}, additionalProperties: more, oneOf = [], definitions = {} } = schema;
  const inner = [items, ...Object.values(properties), more, ...oneOf, ...Object.values(definitions)];
  return [schema, ...inner.flatMap((entry) => (typeof entry === 'object' ? within(entry) : []))];
}

describe('the JSON Schema of a policy test', () => {
  it.each(Object.entries(MAPS))('has the keys that the reader knows of a %s, and no other', (name, schema) => {
    const { known, required } = KEYS[name as keyof typeof KEYS];
    expect(Object.keys(schema.properties ?? {}).toSorted()).toEqual([...known].toSorted());
    expect(schema.required?.toSorted()).toEqual([...required].toSorted());
    expect(schema.additionalProperties).toBe(false);
  });

  it('has the levels and stages that the reader knows', () => {
    expect(definition('level', SCHEMA).enum).toEqual(LEVELS);
    expect(MAPS.expect.properties?.['stages']?.items?.enum).toEqual(STAGES);
  });

  it('says of each key what it is', () => {
    const keys = within(SCHEMA).flatMap(({ properties = {} }) => Object.entries(properties));
    expect(keys.length).toBeGreaterThan(15);
    const silent = keys.filter(
      ([, { description, $ref }]) => !description && !definition($ref ?? '', SCHEMA).description,
    );
    expect(silent.map(([key]) => key)).toEqual([]);
  });

  it.each(NAMES)('takes our own test of %s', (name) => {
    const text = readFileSync(new URL(`../templates/${name}.policy-test.yaml`, import.meta.url), 'utf8');
    expect(text).toMatch(/^# yaml-language-server: \$schema=\.\.\/\.\.\/\.\.\/templates\/policy-test\.schema\.json\n/);
    expect(isValid(SCHEMA, parse(text))).toBe(true);
  });

  const CASE = '{ request: get pods, expect: None }';
  it.each([
    [`{ policy: gce, cases: [${CASE}] }`, true],
    [`{ policy: gce, set: { a: [b], c: 1, d: true, e: f }, kubernetesVersion: "1.30", cases: [${CASE}] }`, true],
    ['{ policy: gce, cases: [{ name: x, requests: [get pods, get /healthz], expect: { level: None } }] }', true],
    ['{ policy: gce, cases: [{ request: { verb: get, path: /x }, expect: None }] }', true],
    ['{ policy: gce, cases: [{ request: { verb: get, resource: pods, user: a, groups: [] }, expect: None }] }', true],
    [
      '{ policy: gce, cases: [{ request: get /x, expect: { level: None, rule: 0, stages: [Panic], omitManagedFields: true } }] }',
      true,
    ],
    [`{ policy: gce, cases: [] }`, false],
    [`{ cases: [${CASE}] }`, false],
    [`{ policy: 3, cases: [${CASE}] }`, false],
    [`{ policy: gce, set: [a], cases: [${CASE}] }`, false],
    [`{ policy: gce, set: { a: { b: c } }, cases: [${CASE}] }`, false],
    [`{ policy: gce, kubernetesVersion: 1.30, cases: [${CASE}] }`, false],
    [`{ policy: gce, kubernetesVersion: "2.0", cases: [${CASE}] }`, false],
    [`{ policy: gce, tests: [], cases: [${CASE}] }`, false],
    ['{ policy: gce, cases: [{ request: get pods }] }', false],
    ['{ policy: gce, cases: [{ expect: None }] }', false],
    ['{ policy: gce, cases: [{ request: get pods, requests: [get pods], expect: None }] }', false],
    ['{ policy: gce, cases: [{ requests: [], expect: None }] }', false],
    ['{ policy: gce, cases: [{ request: 3, expect: None }] }', false],
    ['{ policy: gce, cases: [{ request: get pods, expect: none }] }', false],
    ['{ policy: gce, cases: [{ request: get pods, expect: { rule: 1 } }] }', false],
    ['{ policy: gce, cases: [{ request: get pods, expect: { level: None, rule: -1 } }] }', false],
    ['{ policy: gce, cases: [{ request: get pods, expect: { level: None, rule: 1.5 } }] }', false],
    ['{ policy: gce, cases: [{ request: get pods, expect: { level: None, stages: Panic } }] }', false],
    ['{ policy: gce, cases: [{ request: get pods, expect: { level: None, stages: [panic] } }] }', false],
    ['{ policy: gce, cases: [{ request: get pods, expect: { level: None, omitManagedFields: "no" } }] }', false],
    ['{ policy: gce, cases: [{ request: { verb: get }, expect: None }] }', false],
    ['{ policy: gce, cases: [{ request: { resource: pods }, expect: None }] }', false],
    ['{ policy: gce, cases: [{ request: { verb: get, resource: pods, path: /x }, expect: None }] }', false],
    ['{ policy: gce, cases: [{ request: { verb: get, resource: pods, groups: a }, expect: None }] }', false],
    ['{ policy: gce, cases: [{ request: { verb: get, resource: pods, as: a }, expect: None }] }', false],
  ])('and the reader agree on %s: %s', (text, fits) => {
    expect({ reader: readPolicyTest(text).mistakes.length === 0, schema: isValid(SCHEMA, parse(text)) }).toEqual({
      reader: fits,
      schema: fits,
    });
  });
});

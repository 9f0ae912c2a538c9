import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { decide } from '../../../src/policy/decide/decide.ts';
import { orderRules } from '../../../src/policy/order/order-rules.ts';
import { stampText } from '../../../src/policy/render/stamp.ts';
import { LEVELS, type Policy, type PolicyRule, type RequestAttributes } from '../../../src/policy/types.ts';
import { policy, request } from '../compare/arbitraries.ts';
import { runs } from '../../helpers/runs.ts';

const HEAD = 'apiVersion: audit.k8s.io/v1\nkind: Policy\n';

describe('the text', () => {
  it('moves comments with their rules and leaves the rest', () => {
    const text = `# about it
${HEAD}# the rules
rules: # in order

  # everybody
  - level: Metadata # m
    # inner
    verbs:
      - get # g
    # last of metadata

  # quiet ones,
  # two lines
  -   level: None
      users: ["a#b"]
  - level: RequestResponse
# at the end
omitStages: [Panic]
`;
    expect(orderRules(text, 'least').text).toBe(`# about it
${HEAD}# the rules
rules: # in order

  # quiet ones,
  # two lines
  -   level: None
      users: ["a#b"]

  # everybody
  - level: Metadata # m
    # inner
    verbs:
      - get # g
    # last of metadata
  - level: RequestResponse
# at the end
omitStages: [Panic]
`);
  });

  it('keeps a missing last line break, CRLF, and dashes at the column of the key', () => {
    const text = `${HEAD}rules:\n- level: Request\n- level: None`.replaceAll('\n', '\r\n');
    expect(orderRules(text, 'least').text).toBe(
      `${HEAD}rules:\n- level: None\n- level: Request`.replaceAll('\n', '\r\n'),
    );
  });

  it('moves rules in brackets, and those of JSON', () => {
    expect(orderRules(`${HEAD}rules: [{level: Request},\n  {level: None} ]\n`, 'least').text).toBe(
      `${HEAD}rules: [{level: None},\n  {level: Request} ]\n`,
    );
    const json = '{"apiVersion":"audit.k8s.io/v1","kind":"Policy","rules":[{"level":"None"}, {"level":"Request"}]}';
    expect(orderRules(json, 'most').text).toBe(
      '{"apiVersion":"audit.k8s.io/v1","kind":"Policy","rules":[{"level":"Request"}, {"level":"None"}]}',
    );
  });

  it('leaves a text alone whose rules are in order, with its stamp', () => {
    const text = stampText(`${HEAD}rules:\n- level: None\n- level: None\n- level: Metadata\n`, {
      policy: 'x',
      version: '1',
      set: {},
      made: [],
    });
    expect(orderRules(text, 'least')).toMatchObject({ text, order: [1, 2, 3], lostStamp: false });
    const most = orderRules(text, 'most');
    expect(most).toMatchObject({
      text: `${HEAD}rules:\n- level: Metadata\n- level: None\n- level: None\n`,
      order: [3, 1, 2],
      lostStamp: true,
    });
  });

  it('lets anchors be where they can', () => {
    const fits = `${HEAD}rules:\n- level: Request\n- level: None\n  users: &u [a]\n- level: Metadata\n  users: *u\n`;
    expect(orderRules(fits, 'least').order).toEqual([2, 3, 1]);
    const lost = `${HEAD}rules:\n- level: Metadata\n  users: &u [a]\n- level: None\n  users: *u\n`;
    expect(() => orderRules(lost, 'least')).toThrow('the rules cannot be moved without changing their meaning');
    const twice = `${HEAD}rules:\n- level: Metadata\n  users: &u [a]\n- level: None\n  users: &u [b]\n- level: Request\n  users: *u\n`;
    expect(() => orderRules(twice, 'least')).toThrow('the rules cannot be moved without changing their meaning');
  });

  it('refuses comments in brackets, which would stay behind', () => {
    expect(() => orderRules(`${HEAD}rules: [{level: Request}, # one\n  {level: None}]\n`, 'least')).toThrow(
      'there is a comment or a tag between them',
    );
  });
});

// Without what kube-apiserver refuses: resourceNames without resources.
function valid({ resources, ...rest }: PolicyRule): PolicyRule {
  if (!resources) return rest;
  return {
    ...rest,
    resources: resources.map(({ resourceNames, ...entry }) =>
      entry.resources && resourceNames ? { ...entry, resourceNames } : entry,
    ),
  };
}

function expected(tried: Policy, asked: RequestAttributes, sign: number): unknown {
  const matching = tried.rules
    .map((rule) => ({ ...tried, rules: [rule] }))
    .filter((one) => decide(one, asked).rule === 1);
  const levels = matching.map((one) => sign * LEVELS.indexOf(decide(one, asked).level));
  const winner = matching[levels.indexOf(Math.min(...levels))] ?? { ...tried, rules: [] };
  const { level, omitStages, omitManagedFields } = decide(winner, asked);
  return { level, omitStages, omitManagedFields };
}

describe('the meaning', () => {
  it.each([['least', 1] as const, ['most', -1] as const])(
    'is that the matching rule that records %s wins',
    (by, sign) => {
      fc.assert(
        fc.property(
          policy(),
          fc.array(request, { minLength: 10, maxLength: 40 }),
          fc.boolean(),
          (tried, requests, json) => {
            const whole = { apiVersion: 'audit.k8s.io/v1', kind: 'Policy', ...tried, rules: tried.rules.map(valid) };
            const text = json ? JSON.stringify(whole) : stringify(whole, { aliasDuplicateObjects: false });
            const ordered = orderRules(text, by);
            for (const asked of requests)
              expect(decide(ordered.policy, asked)).toMatchObject(
                expected({ ...tried, rules: whole.rules }, asked, sign) as object,
              );
          },
        ),
        runs(60, 300),
      );
    },
  );
});

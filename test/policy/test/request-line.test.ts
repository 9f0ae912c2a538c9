import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { reachOf } from '../../../src/policy/compare/reach.ts';
import { readRequest } from '../../../src/policy/request/request.ts';
import { readPolicyTest } from '../../../src/policy/test/read.ts';
import { readRequestLine, splitWords, requestFor } from '../../../src/policy/test/request-line.ts';
import { runPolicyTest } from '../../../src/policy/test/run.ts';
import type { Policy } from '../../../src/policy/types.ts';
import { NAMES, policy } from '../templates/sources.ts';

describe('readRequestLine', () => {
  it('reads words and flags in any order', () => {
    const expected = {
      user: 'alice',
      groups: ['dev', 'ops', 'system:authenticated'],
      verb: 'delete',
      isResourceRequest: true,
      resource: 'secrets',
      name: 'db',
      namespace: 'prod',
    };
    for (const line of [
      'delete secrets/db -n prod --as alice --as-group dev --as-group ops',
      '--as alice --as-group=dev delete --namespace=prod --as-group ops secrets/db',
      'delete secrets db -n prod --as alice --as-group dev --as-group ops',
      'delete secrets --name db --namespace prod --as "alice" --as-group dev --as-group ops',
    ]) {
      expect(readRequestLine(line, {}).request).toEqual(expected);
    }
  });

  it.each([
    ['get pods -A --subresource log', { verb: 'get', target: 'pods', allNamespaces: true, subresource: 'log' }],
    ['get /healthz --unauthenticated', { verb: 'get', target: '/healthz', unauthenticated: true }],
    ['get pods/a -nprod', { verb: 'get', target: 'pods/a', namespace: 'prod' }],
    ['list pods --all-namespaces', { verb: 'list', target: 'pods', allNamespaces: true }],
  ])('reads %s as policy explain would', (line, words) => {
    expect(readRequestLine(line, {})).toEqual(readRequest(words));
  });

  it.each([
    ['', 'the request has no verb', 'Write VERB RESOURCE or VERB /path, such as: get pods -n prod'],
    ['get', 'the request does not say what to get', 'Write VERB RESOURCE or VERB /path, such as: get pods -n prod'],
    ['get pods web prod', '"prod" is one word too many', /TYPE\/NAME/],
    ['get pods web --name db', 'the name is given twice', 'Give it once.'],
    ['get pods --asgroup dev', 'a request has no flag --asgroup', 'Did you mean --as-group?'],
    ['get pods -x', 'a request has no flag -x', /^Did you mean -n\?$|^It has -n/],
    ['get pods --as', '--as has no value', 'Write --as VALUE.'],
    ['get pods --as a --as b', '--as is given twice', 'Give it once.'],
    ['list pods -n a -A', '-n does not go with -A', 'One namespace, or all of them at once.'],
    ['get pods -n a --namespace b', '--namespace is given twice', 'Give it once.'],
    ['kubectl get pods', 'a request begins with its verb, not with kubectl', /^Write it like/],
    ['get scerets', 'there is no built-in resource "scerets"', /^Did you mean secrets\?/],
    ['gett pods', 'a request for a resource cannot have the verb "gett"', 'Did you mean get?'],
  ])('refuses %j', (line, message, hint) => {
    let error: unknown;
    try {
      readRequestLine(line, {});
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toBe(message);
    if (typeof hint === 'string') expect((error as UserError).hint).toBe(hint);
    else expect((error as UserError).hint).toMatch(hint);
  });

  it('knows a resource by the release', () => {
    const notes = (kubernetesVersion: string) => readRequestLine('get cronjobs.batch/a', { kubernetesVersion }).notes;
    expect(notes('1.30.0')).toEqual([]);
  });
});

describe('splitWords', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['  ', []],
    ['get pods', ['get', 'pods']],
    [' get\t pods\n -n  prod ', ['get', 'pods', '-n', 'prod']],
    [`--as 'Jane Doe'`, ['--as', 'Jane Doe']],
    [`--as "Jane Doe"`, ['--as', 'Jane Doe']],
    [`--as=Jane' 'Doe`, ['--as=Jane Doe']],
    ['--as Jane\\ Doe', ['--as', 'Jane Doe']],
    [`'' ""`, ['', '']],
    [`"a\\"b" 'c\\d' "e\\f"`, ['a"b', 'c\\d', 'e\\f']],
    [`"it's"`, ["it's"]],
    [`CN=x,O=y \\'`, ['CN=x,O=y', "'"]],
  ])('splits %j as a shell does', (line, words) => {
    expect(splitWords(line)).toEqual(words);
  });

  it.each([
    [`get pods --as 'x`, "the quote ' is not closed"],
    [`get "pods`, 'the quote " is not closed'],
    [`get po"d"s'`, "the quote ' is not closed"],
    ['get pods \\', 'there is a backslash at the end of the request'],
  ])('refuses %j', (line, message) => {
    expect(() => splitWords(line)).toThrow(message);
  });

  it('gives back any words that were put in single quotes', () => {
    const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (words) => {
        expect(splitWords(words.map(quote).join(' '))).toEqual(words);
      }),
    );
  });
});

const ODD: Policy = {
  rules: [
    { level: 'None', users: ['Jane Doe'], verbs: ['*'] },
    { level: 'None', resources: [{ group: 'nowhere.example.com', resources: ['Things/x'] }] },
    { level: 'None', userGroups: ['system:unauthenticated'], nonResourceURLs: ['/a b*'] },
    { level: 'None', users: ['-n', "o'brien"], namespaces: [''] },
    { level: 'Metadata' },
  ],
};

describe('requestFor', () => {
  it.each([...NAMES.map((name) => [name, policy(name)] as const), ['odd', ODD] as const])(
    'writes a case for each rule of %s that the rule decides',
    (_, tested) => {
      const reach = reachOf(tested);
      expect(reach.filter(({ example }) => example)).toHaveLength(tested.rules.length);
      for (const { rule, example } of reach) {
        const request = requestFor(tested, rule, example!);
        const { test, mistakes } = readPolicyTest(`policy: x\ncases:\n- request: ${request}\n  expect: None\n`);
        expect({ request, mistakes }).toEqual({ request, mistakes: [] });
        const [result] = runPolicyTest(test!, tested);
        expect({ request, rule: result?.requests[0]?.actual.rule }).toEqual({ request, rule });
      }
    },
  );

  it('writes words, of resources that exist', () => {
    const gce = policy('gce');
    const written = reachOf(gce).map(({ rule, example }) => requestFor(gce, rule, example!));
    expect(written.filter((text) => text.startsWith('{'))).toEqual([]);
    expect(written[0]).toBe('watch endpoints --as system:kube-proxy');
  });
});

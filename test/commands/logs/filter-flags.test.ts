import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FilterFlags, NO_FILTER, readFilter } from '../../../src/commands/logs/filter-flags.ts';
import type { AuditEvent, LoggedEvent } from '../../../src/events/event.ts';
import { eventFilter } from '../../../src/events/filter.ts';
import { decide } from '../../../src/policy/decide/decide.ts';
import { requestOf } from '../../../src/events/request.ts';
import { eventOf, parsedOf } from '../../events/event-of.ts';
import { runs } from '../../helpers/runs.ts';
import { linesOf } from '../../replay/logs.ts';

const NOW = new Date('2026-11-24T12:00:00Z');

function filterOf(flags: Partial<FilterFlags>, request: string[] = []) {
  return eventFilter(readFilter({ ...NO_FILTER, ...flags }, { now: NOW, zone: 'utc', request }));
}

/** Which of some events a filter lets through, by the key that tells them apart. */
function matching(flags: Partial<FilterFlags>, events: Readonly<Record<string, Partial<AuditEvent>>>): string[] {
  const isWanted = filterOf(flags);
  return Object.keys(events).filter((key) => isWanted(eventOf(events[key] ?? {})));
}

const RESOURCES = {
  pods: { objectRef: { resource: 'pods', namespace: 'shop', name: 'web' } },
  'pods/exec': { objectRef: { resource: 'pods', subresource: 'exec', namespace: 'shop', name: 'web' } },
  deployments: { objectRef: { resource: 'deployments', apiGroup: 'apps' } },
  'deployments/scale': { objectRef: { resource: 'deployments', apiGroup: 'apps', subresource: 'scale' } },
  'events.k8s.io': { objectRef: { resource: 'events', apiGroup: 'events.k8s.io' } },
  events: { objectRef: { resource: 'events' } },
  certificates: { objectRef: { resource: 'certificates', apiGroup: 'cert-manager.io' } },
  '/healthz': { requestURI: '/healthz?verbose' },
};

describe('--resource', () => {
  it.each([
    [['pods'], ['pods']],
    [['po'], ['pods']],
    [['pods/exec'], ['pods/exec']],
    [['pods/*'], ['pods', 'pods/exec']],
    [['pods,pods/exec'], ['pods', 'pods/exec']],
    [['*/scale'], ['deployments/scale']],
    [['deployments.apps'], ['deployments']],
    [['deployments.v1.apps'], ['deployments']],
    [['Deployment'], ['deployments']],
    [['deploy*'], ['deployments']],
    [['deploy/*'], ['deployments', 'deployments/scale']],
    [['*.apps'], ['deployments']],
    [['events'], ['events.k8s.io', 'events']],
    [['events.events.k8s.io'], ['events.k8s.io']],
    [['certificates'], ['certificates']],
    [['certificates.cert-manager.io'], ['certificates']],
    [['/health*'], ['/healthz']],
    [['*'], Object.keys(RESOURCES).slice(0, -1)],
    [['!*'], ['/healthz']],
  ])('%j takes %j', (resource, keys) => {
    expect(matching({ resource }, RESOURCES)).toEqual(keys);
  });

  it('warns where several were meant by one name, and not of names that have commas', () => {
    const warned = (user: string): string[] => {
      const warnings: string[] = [];
      const warn = (text: string): unknown => warnings.push(text);
      readFilter({ ...NO_FILTER, user: [user] }, { now: NOW, zone: 'utc', warn });
      return warnings;
    };
    expect(warned('alice,bob')).toEqual(['--user alice,bob is one value: repeat --user for several.']);
    for (const user of ['alice', 'CN=anna,O=shop', 'anna, of shop']) expect(warned(user)).toEqual([]);
  });

  it('warns of what Kubernetes itself has not, with what may be meant', () => {
    const warnings: string[] = [];
    const flags = { ...NO_FILTER, resource: ['secrts', 'certificates', 'widgets.example.com'] };
    readFilter(flags, { now: NOW, zone: 'utc', warn: (text) => warnings.push(text) });
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain('Did you mean secrets?');
  });
});

const USERS = {
  alice: { user: { username: 'alice', groups: ['dev'] }, sourceIPs: ['10.0.0.9'] },
  'alice as builder': {
    user: { username: 'alice', groups: ['dev'] },
    impersonatedUser: { username: 'system:serviceaccount:shop:builder', groups: ['system:serviceaccounts'] },
    sourceIPs: ['192.168.1.1', '10.0.0.9'],
  },
  builder: { user: { username: 'system:serviceaccount:shop:builder' }, sourceIPs: ['::ffff:10.0.0.8'] },
  node: { user: { username: 'system:node:a', groups: ['system:nodes'] }, sourceIPs: ['fd00::1'] },
  'a failed login': { user: {}, userAgent: 'Curl/8' },
};

describe('who and from where', () => {
  it.each<[Partial<FilterFlags>, string[]]>([
    [{ user: ['sa:shop/builder'] }, ['alice as builder', 'builder']],
    [{ user: ['!sa:shop/builder'] }, ['alice', 'alice as builder', 'node', 'a failed login']],
    [{ user: ['system:*', '!node:*'] }, ['alice as builder', 'builder']],
    [{ user: ['node:*'] }, ['node']],
    [{ group: ['system:*'] }, ['alice as builder', 'node']],
    [{ group: ['!system:*'] }, ['alice', 'alice as builder', 'builder', 'a failed login']],
    [{ human: true }, ['alice', 'alice as builder']],
    [{ sourceIp: ['10.0.0.0/8'] }, ['alice', 'alice as builder', 'builder']],
    [{ sourceIp: ['!10.0.0.0/8'] }, ['alice as builder', 'node', 'a failed login']],
    [{ sourceIp: ['10.0.0.9,fd00:0:0::1'] }, ['alice', 'alice as builder', 'node']],
    [{ sourceIp: ['192.*'] }, ['alice as builder']],
    [{ userAgent: ['curl*'] }, ['a failed login']],
  ])('%j takes %j', (flags, keys) => {
    expect(matching(flags, USERS)).toEqual(keys);
  });
});

const ENDS = {
  got: { verb: 'get', responseStatus: { code: 200 }, stageTimestamp: '2026-11-24T10:00:00.000000Z' },
  denied: { verb: 'list', responseStatus: { code: 403 }, stageTimestamp: '2026-11-24T09:59:59.999999Z' },
  lost: { verb: 'get', responseStatus: { code: 404 }, stageTimestamp: '2026-11-23T10:00:00.000000Z' },
  begun: { verb: 'watch', stage: 'RequestReceived' },
  tried: { verb: 'create', objectRef: { resource: 'pods' }, requestURI: '/api/v1/namespaces/a/pods?dryRun=All' },
};

describe('verb, status and time', () => {
  it.each<[Partial<FilterFlags>, string[]]>([
    [{ verb: ['get,list'] }, ['got', 'denied', 'lost']],
    [{ verb: ['!get,list'] }, ['begun', 'tried']],
    [{ verb: ['!get', '!list'] }, ['begun', 'tried']],
    [{ status: ['4xx'] }, ['denied', 'lost']],
    [{ status: ['40x', '!403'] }, ['lost']],
    [{ status: ['!2xx'] }, ['denied', 'lost', 'begun', 'tried']],
    [{ failed: true }, ['denied', 'lost']],
    [{ writes: true }, ['tried']],
    [{ dryRunRequests: true }, ['tried']],
    [{ stage: ['RequestReceived'] }, ['begun']],
    [{ since: '2h' }, ['got']],
    [{ since: 'yesterday', until: '2026-11-24T10:00' }, ['denied', 'lost']],
  ])('%j takes %j', (flags, keys) => {
    expect(matching(flags, ENDS)).toEqual(keys);
  });
});

describe('what is behind --', () => {
  const exec = {
    ...RESOURCES['pods/exec'],
    requestURI: '/api/v1/namespaces/shop/pods/web/exec?command=sh',
    verb: 'get',
  };
  const made = {
    verb: 'create',
    requestURI: '/apis/apps/v1/namespaces/shop/deployments',
    objectRef: { resource: 'deployments', apiGroup: 'apps', namespace: 'shop', name: 'web' },
  };
  it.each<[string, Partial<AuditEvent>, boolean]>([
    ['create pods/web/exec -n shop', exec, true],
    ['create pods/web/exec', exec, true],
    ['create pods/web/exec -n prod', exec, false],
    ['create pods/web/exec --as bob', exec, false],
    ['delete pods/web -n shop', exec, false],
    ['create deploy/web -n shop', made, true],
    ['create deploy/db -n shop', made, false],
    ['get /healthz', { requestURI: '/healthz?verbose' }, true],
  ])('%s', (typed, event, isSuch) => {
    expect(filterOf({}, typed.split(' '))(eventOf({ user: { username: 'alice' }, ...event }))).toBe(isSuch);
  });
});

describe('what no event can have', () => {
  it.each<[Partial<FilterFlags>, string]>([
    [{ verb: ['delte'] }, 'Did you mean delete?'],
    [{ verb: ['apply'] }, 'Did you mean patch?'],
    [{ level: ['metadata'] }, 'Did you mean Metadata?'],
    [{ stage: ['ResponseComplet'] }, 'Did you mean ResponseComplete?'],
    [{ status: ['4x'] }, 'Write 403, or 4xx'],
    [{ status: ['forbidden'] }, 'Write 403, or 4xx'],
    [{ sourceIp: ['10.0.0.0/33'] }, 'a number up to 32'],
    [{ sourceIp: ['localhost'] }, 'Write an address'],
    [{ since: '2 moons' }, 'Write how long ago it was'],
    [{ since: '1h', until: '2h' }, 'Nothing can lie between them'],
    [{ verb: ['!'] }, 'Write a value'],
    [{ verb: ['get,'] }, 'Write a value'],
  ])('%j is refused', (flags, hint) => {
    expect(() => filterOf(flags)).toThrow(expect.objectContaining({ hint: expect.stringContaining(hint) }));
  });
});

const POLICY = {
  rules: [
    { level: 'None' as const, users: ['alice'], verbs: ['get'] },
    { level: 'Metadata' as const, resources: [{ resources: ['pods'] }] },
  ],
};

describe('--rule', () => {
  it.each([[['1']], [['2']], [['0']], [['1,2']], [['!1']], [['!1', '2']]])('%j takes what decide says', (rule) => {
    const isWanted = eventFilter(readFilter({ ...NO_FILTER, rule }, { now: NOW, zone: 'utc', policy: POLICY }));
    const [excluded, taken] = [
      rule.filter((each) => each.startsWith('!')),
      rule.filter((each) => !each.startsWith('!')),
    ];
    for (const event of SAMPLE) {
      const by = String(decide(POLICY, requestOf(event)).rule);
      const isTaken = taken.length === 0 || taken.some((each) => each.split(',').includes(by));
      expect(isWanted(event)).toBe(isTaken && !excluded.includes(`!${by}`));
    }
  });

  it('refuses a rule that the policy has not', () => {
    expect(() => readFilter({ ...NO_FILTER, rule: ['3'] }, { now: NOW, zone: 'utc', policy: POLICY })).toThrow(
      'no rule',
    );
  });
});

const SAMPLE: readonly LoggedEvent[] = linesOf('API traffic with controllers')
  .filter((_, at) => at % 7 === 0)
  .map(parsedOf);

/** What a flag asks, said once more as plainly as can be, about the JSON of an event. */
const NAIVE: Readonly<Record<string, (event: AuditEvent) => string[]>> = {
  verb: ({ verb }) => [verb],
  namespace: ({ objectRef }) =>
    objectRef ? [objectRef.namespace ?? (objectRef.resource === 'namespaces' ? (objectRef.name ?? '') : '')] : [],
  name: ({ objectRef }) => (objectRef?.name === undefined ? [] : [objectRef.name]),
  level: ({ level }) => [level],
  stage: ({ stage }) => [stage],
  auditId: ({ auditID }) => [auditID],
  status: ({ responseStatus }) => [String(responseStatus?.code ?? 0)],
};

const VALUES: Readonly<Record<string, readonly string[]>> = {
  verb: ['get', 'l*', '*e*', 'deletecollection', 'w?tch'],
  namespace: ['kube-system', 'shop', '*', 's*'],
  name: ['web*', '*-*', 'kube-system', '?????'],
  level: ['RequestResponse', 'M*'],
  stage: ['ResponseComplete', 'R*d', 'Panic'],
  auditId: ['a*', '*0', '????????-*'],
  status: ['200', '4xx', '40x', '2xx', '101'],
};

function isLike(pattern: string, value: string): boolean {
  if (pattern === '' || value === '') return pattern.replaceAll('*', '') === value;
  const [first = '', rest] = [pattern[0], pattern.slice(1)];
  if (first === '*') return isLike(rest, value) || isLike(pattern, value.slice(1));
  return (first === '?' || first === value[0]) && isLike(rest, value.slice(1));
}

describe('a filter', () => {
  const key = fc.constantFrom(...Object.keys(VALUES));
  const term = key.chain((name) =>
    fc.record({ name: fc.constant(name), value: fc.constantFrom(...(VALUES[name] ?? [])), isNot: fc.boolean() }),
  );

  it('takes what the same flags take of JSON, read naively', () => {
    fc.assert(
      fc.property(fc.array(term, { minLength: 1, maxLength: 4 }), (terms) => {
        const flags: Record<string, string[]> = {};
        for (const { name, value, isNot } of terms) (flags[name] ??= []).push(`${isNot ? '!' : ''}${value}`);
        const isWanted = filterOf(flags);
        for (const event of SAMPLE) {
          const says = ({ name, value }: { name: string; value: string }): boolean => {
            const pattern = name === 'status' ? value.replaceAll('x', '?') : value;
            return (NAIVE[name]?.(JSON.parse(Buffer.from(event.bytes()).toString())) ?? []).some((each) =>
              isLike(pattern, each),
            );
          };
          const isTaken = Object.keys(flags).every((name) => {
            const own = terms.filter((each) => each.name === name);
            const taken = own.filter(({ isNot }) => !isNot);
            return (taken.length === 0 || taken.some(says)) && !own.some((each) => each.isNot && says(each));
          });
          expect([terms, isWanted(event)]).toEqual([terms, isTaken]);
        }
      }),
      runs(12, 300),
    );
  });

  it('looks at nothing that is not asked for', () => {
    const touched: string[] = [];
    const event = new Proxy(eventOf({ verb: 'list' }), {
      get(target, name) {
        touched.push(String(name));
        return Reflect.get(target, name, target);
      },
    });
    expect(filterOf({ verb: ['!get', 'l*'] })(event)).toBe(true);
    expect(new Set(touched)).toEqual(new Set(['verb']));
  });
});

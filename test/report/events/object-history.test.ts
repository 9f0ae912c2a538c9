import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../src/events/event.ts';
import { objectHistory } from '../../../src/events/object-history.ts';
import { eventMask, revealed } from '../../../src/report/events/mask-event.ts';
import { historyPrinter } from '../../../src/report/events/object-history.ts';
import { plainStyle } from '../../../src/report/text.ts';
import { eventOf } from '../../events/event-of.ts';

const REF = { resource: 'deployments', apiGroup: 'apps', namespace: 'shop', name: 'web' };
const DONE = { user: { username: 'alice' }, responseStatus: { code: 200 }, objectRef: REF };

function told(events: Partial<AuditEvent>[], { columns = 80, mask = eventMask() } = {}): string {
  const printer = historyPrinter({ style: plainStyle, columns, isUtc: true, hasServers: false, mask });
  const history = objectHistory();
  const changes = events.map((said) => history(eventOf({ ...DONE, ...said }))).filter((each) => each !== undefined);
  return changes.map((change) => printer.change(change)).join('') + printer.end();
}

/** Without the lines that say who and when. */
function below(text: string): string[] {
  return text.split('\n').filter((line) => line.startsWith('    '));
}

function web(image: string, rest: object = {}) {
  const containers = [{ image, name: 'app' }];
  return {
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { replicas: 1, template: { spec: { containers } } },
    ...rest,
  };
}

describe('the history of an object', () => {
  it('shows what changed, and where in the object it is', () => {
    const text = told([
      { verb: 'create', responseObject: web('nginx:1') },
      { verb: 'patch', responseObject: web('nginx:2') },
    ]);
    expect(text).toContain('create deployments.apps/web -n shop');
    expect(below(text).slice(-5)).toEqual([
      '    @@ spec.template.spec.containers',
      '           containers:',
      '    -      - image: nginx:1',
      '    +      - image: nginx:2',
      '             name: app',
    ]);
  });

  it('says where something was that is gone', () => {
    const labelled = (labels: object) => ({ metadata: { labels, name: 'web' } });
    const text = told([
      { verb: 'create', responseObject: labelled({ a: 'x', b: 'y' }) },
      { verb: 'update', responseObject: labelled({ a: 'x' }) },
    ]);
    expect(below(text).slice(-4, -2)).toEqual(['    @@ metadata.labels', '         a: x']);
  });

  it('counts what changed only its status', () => {
    const text = told([
      { verb: 'create', responseObject: web('a') },
      { verb: 'update', responseObject: web('a', { status: { ready: 1 } }) },
      { verb: 'update', responseObject: web('a', { status: { ready: 2 } }) },
    ]);
    expect(below(text).at(-1)).toBe('    … 2 updates of its status only');
  });

  it.each<[string, Partial<AuditEvent>[], string]>([
    ['no body', [{ verb: 'patch' }], '    What it changed is not recorded at level Metadata.'],
    ['no body of what is new', [{ verb: 'create' }], '    What it held is not recorded at level Metadata.'],
    [
      'no body before',
      [{ verb: 'update', responseObject: web('a') }],
      '    What it was before is not in this log, so what changed cannot be told.',
    ],
    ['all of a kind gone', [{ verb: 'deletecollection' }], '    This deletes several at once, and perhaps this one.'],
  ])('is honest about %s', (_, events, line) => {
    expect(below(told(events))[0]).toBe(line);
  });

  it('shows a patch as it was sent where nothing says what came of it', () => {
    const text = told([{ verb: 'patch', level: 'Request', requestObject: [{ op: 'remove', path: '/spec/paused' }] }]);
    expect(below(text)).toEqual([
      '    What it was before is not in this log, nor what came of it. The patch:',
      '     - op: remove',
      '       path: /spec/paused',
    ]);
  });

  const secret = (value: string) => ({ kind: 'Secret', metadata: { name: 'db' }, data: { password: value } });
  const ofSecret = { objectRef: { resource: 'secrets', namespace: 'shop', name: 'db' } };
  const rotation = [
    { ...ofSecret, verb: 'create', responseObject: secret('aHVudGVyMg==') },
    { ...ofSecret, verb: 'update', responseObject: secret('c2VzYW1l') },
  ];

  it('masks secrets, and shows that one changed', () => {
    const labels = new Map<string, string>();
    const label = (value: string): string => {
      const known = labels.get(value) ?? `‹secret #${labels.size + 1}›`;
      labels.set(value, known);
      return known;
    };
    const text = told(rotation, { mask: eventMask(label) });
    expect(text).not.toMatch(/aHVudGVyMg|c2VzYW1l/);
    expect(text).toContain("-  password: '‹secret #1›'");
    expect(text).toContain("+  password: '‹secret #2›'");
    expect(told(rotation, { mask: revealed })).toContain('+  password: c2VzYW1l');
  });

  it('is no wider than the terminal, and no longer than one reads', () => {
    const long = web('x'.repeat(500), {
      data: Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`k${at}`, 'v'])),
    });
    const lines = told([{ verb: 'create', responseObject: long }], { columns: 60 })
      .trimEnd()
      .split('\n');
    expect(lines.length).toBeLessThan(45);
    expect(lines.at(-1)).toMatch(/^ {4}… 1\d\d more lines; -o json has them all$/);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(60);
  });
});

import { describe, expect, it } from 'vitest';
import stringWidth from 'fast-string-truncated-width';
import type { AuditEvent } from '../../../src/events/event.ts';
import { unfolded } from '../../../src/events/fold.ts';
import { csvLine, tabLine } from '../../../src/report/events/fields.ts';
import { linePrinter, type LineOptions } from '../../../src/report/events/line.ts';
import { eventMask } from '../../../src/report/events/mask-event.ts';
import { plainStyle, type Style } from '../../../src/report/text.ts';
import { eventOf } from '../../events/event-of.ts';

const OPTIONS: LineOptions = {
  style: plainStyle,
  columns: 80,
  isUtc: true,
  hasServers: false,
  mask: eventMask(),
};

const DENIED: Partial<AuditEvent> = {
  verb: 'create',
  user: { username: 'bob' },
  objectRef: { resource: 'rolebindings', apiGroup: 'rbac.authorization.k8s.io', namespace: 'shop', name: 'mine' },
  responseStatus: { code: 403 },
  annotations: { 'authorization.k8s.io/decision': 'forbid' },
  stageTimestamp: '2026-11-23T05:55:18.123456Z',
  sourceIPs: ['10.0.0.9'],
  userAgent: 'kubectl/v1.36.3 (linux/amd64)',
};

function shown(events: readonly Partial<AuditEvent>[], options: Partial<LineOptions> = {}): string {
  const line = linePrinter({ ...OPTIONS, ...options });
  return events.map((event) => line([unfolded(eventOf(event))])).join('');
}

describe('linePrinter', () => {
  it.each([
    [
      Infinity,
      '2026-11-23T05:55:18.123Z  403   bob               10.0.0.9         kubectl/v1.36.3  create rolebindings.rbac.authorization.k8s.io/mine -n shop: denied by RBAC\n',
    ],
    [
      120,
      '11-23 05:55:18.123Z  403   bob                 10.0.0.9         create rolebindings/mine -n shop: denied by RBAC\n',
    ],
    [80, '11-23 05:55:18Z  403   bob               create rolebindings/mi…: denied by RBAC\n'],
    [60, '2026-11-23 UTC\n05:55:18  403   bob              create rolebindings/mine -…\n'],
    [40, '2026-11-23 UTC\n05:55:18  403   bob         create role…\n'],
  ])('fits %d columns', (columns, text) => {
    expect(shown([DENIED], { columns })).toBe(text);
  });

  it('names the day anew when it changes', () => {
    const next = { ...DENIED, stageTimestamp: '2026-11-24T00:00:00.000000Z' };
    const heads = shown([DENIED, DENIED, next], { columns: 60 }).match(/^\d{4}.*$/gm);
    expect(heads).toEqual(['2026-11-23 UTC', '2026-11-24 UTC']);
  });

  it('cuts long names in the middle, and keeps its columns where they are', () => {
    const long = { ...DENIED, user: { username: 'arn:aws:sts::123456789012:assumed-role/admin/alice@example.com' } };
    const lines = shown([DENIED, long]).split('\n');
    expect(lines.map((line) => line.slice(23, 44))).toEqual(['bob               cre', 'arn:aws:…ple.com  cre', '']);
  });

  it('keeps the name of a service account rather than its namespace', () => {
    const username = 'system:serviceaccount:kube-system:namespace-controller';
    expect(shown([{ ...DENIED, user: { username } }])).toContain('403   sa:…/namespace-…  create');
  });

  it('tells the stage where each event stands for itself', () => {
    expect(shown([{ ...DENIED, stage: 'ResponseComplete' }], { hasStages: true })).toContain('403   complete  bob');
  });

  it('says which server only where there are several', () => {
    expect(shown([DENIED], { hasServers: true, columns: 120 })).toContain(`403   ${' '.repeat(12)}  bob`);
  });

  it('says so where an event has no time', () => {
    expect(shown([{ ...DENIED, stageTimestamp: 'never' }])).toMatch(/^-----/);
  });

  it.each([40, 50, 60, 80, 100, 120, 150, 200])('is never wider than %d columns, whatever stands in it', (columns) => {
    const wide = '管理者'.repeat(30);
    const events = ['e\u0301'.repeat(50), wide, '🙂'.repeat(40), 'x'.repeat(300)].map((text) => ({
      ...DENIED,
      user: { username: text },
      objectRef: { resource: text, name: text },
      userAgent: text,
      sourceIPs: ['2001:0db8:85a3:0000:0000:8a2e:0370:7334'],
    }));
    const lines = shown(events, { columns, hasServers: true }).trimEnd().split('\n');
    expect(lines.map((line) => stringWidth(line).width).filter((width) => width > columns)).toEqual([]);
  });

  it('lets nothing through that a terminal obeys', () => {
    const evil = 'a\u001b[2J\u202eb\nc\td\u0085';
    const text = shown(
      [{ ...DENIED, user: { username: evil }, userAgent: evil, objectRef: { resource: evil, name: evil } }],
      {
        columns: Infinity,
      },
    );
    expect(text.trimEnd()).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
  });

  it('says by colour only what it says in words as well', () => {
    const mark = (name: string) => (text: string) => `<${name} ${text}>`;
    const style: Style = {
      bold: mark('bold'),
      dim: (text) => text,
      red: mark('red'),
      green: mark('green'),
      yellow: mark('yellow'),
      cyan: mark('cyan'),
    };
    const anonymous = { verb: 'get', user: { username: 'system:anonymous' }, responseStatus: { code: 200 } };
    const missing = { ...DENIED, verb: 'get', responseStatus: { code: 404 } };
    const open = { ...missing, stage: 'ResponseStarted', responseStatus: { code: 200 } };
    const marks = [DENIED, anonymous, missing, open].map((event) => shown([event], { style }).match(/<[^>]+>/g));
    expect(marks).toEqual([
      ['<red 403 >', '<bold create rolebindings/mi…: denied by RBAC>'],
      ['<green 200 >', '<red anonymous       >'],
      ['<yellow 404 >'],
      ['<cyan open>'],
    ]);
  });
});

describe('csvLine', () => {
  it('is RFC 4180, and no formula', () => {
    expect(csvLine(['a', 'b,c', 'say "x"', '=1+1', '@x', '', 'a\u001bb'])).toBe(
      `a,"b,c","say ""x""",'=1+1,'@x,,a\\x1bb\r\n`,
    );
  });
});

describe('tabLine', () => {
  it('has one tab between cells and none in them', () => {
    expect(tabLine(['a', '', 'b\tc\nd'])).toBe('a\t-\tb c d\n');
  });
});

import { describe, expect, it } from 'vitest';
import { reportJson } from '../../../src/report/audit-report/json.ts';
import { reportMarkdown } from '../../../src/report/audit-report/markdown.ts';
import { reportText } from '../../../src/report/audit-report/text.ts';
import { reportHtml } from '../../../src/report/audit-report/html.ts';
import { plainStyle } from '../../../src/report/text.ts';
import { anEvent, reportOf } from '../../events/report/made.ts';

const NONE = { rows: 10, files: new Map(), evidence: '' };
const EVIL = 'eve\u001b[31m\u202e|<script>alert(1)</script>`*[x](y)';

function deleted(username: string, name = 'a-rather-long-name-of-an-object-that-has-no-room-on-a-small-terminal') {
  return anEvent({ verb: 'delete', user: { username }, objectRef: { resource: 'pods', namespace: 'shop', name } });
}

describe('a report as text', () => {
  it.each([60, 80, 120])('is no wider than %i columns', async (columns) => {
    const report = await reportOf([deleted('somebody.with.a.long.name@corp.example.com'), anEvent({ code: 403 })]);
    const text = reportText(report, { ...NONE, style: plainStyle, columns });
    expect(text.split('\n').filter((line) => line.length > columns)).toEqual([]);
    expect(text).toContain('1 request, by a person');
  });

  it('lets nothing of the log reach a terminal raw', async () => {
    const text = reportText(await reportOf([deleted(EVIL)]), { ...NONE, style: plainStyle, columns: Infinity });
    expect(text).toContain(String.raw`eve\x1b[31m\u202e|<script>`);
  });

  it('says of what has more rows how to see them, and of nothing that it is not there', async () => {
    const report = await reportOf([deleted('bob', 'one'), deleted('bob', 'two')]);
    const text = reportText(report, { ...NONE, rows: 1, style: plainStyle, columns: 80 });
    expect(text).toContain('and 1 more row: --rows 2 shows them');
    expect(text).toMatch(/Nothing in the log\n[^]* {2}Secrets read {2}secrets-read\n/);
    expect(text).toContain('Policy      not known');
  });

  it('says in the head whether the log is complete, and of each server what is missing', async () => {
    const text = reportText(await reportOf([anEvent()]), { ...NONE, style: plainStyle, columns: 80 });
    expect(text).toContain('Complete    Nobody can tell whether the whole log is complete.');
    expect(text).toMatch(/\n\nThe API server: cannot tell\n/);
  });

  it.each([true, false])('says of a complete log when its policy changed: %s', async (isPolicyNew) => {
    const report = await reportOf([anEvent()]);
    const { completeness } = report.log;
    const servers = completeness.servers.map((server) => ({
      ...server,
      verdict: 'complete' as const,
      periods: server.periods.map((one) => ({ ...one, verdict: 'complete' as const, why: undefined, isPolicyNew })),
    }));
    const log = { ...report.log, completeness: { ...completeness, verdict: 'complete' as const, servers } };
    const text = reportText({ ...report, log }, { ...NONE, style: plainStyle, columns: 80 });
    expect(text).toContain('Complete    The log is complete');
    expect(text.includes('The policy is another one than before this')).toBe(isPolicyNew);
  });

  it('names the events behind a figure', async () => {
    const files = new Map([['deletions', { name: 'deletions.jsonl', lines: 1, sha256: 'ab' }]]);
    const options = { ...NONE, files, evidence: 'kept', style: plainStyle, columns: 80 };
    expect(reportText(await reportOf([deleted('bob')]), options)).toContain('Events: kept/deletions.jsonl (1 line)');
  });
});

describe('a report as Markdown', () => {
  it('takes nothing of the log for markup', async () => {
    const text = reportMarkdown(await reportOf([deleted(EVIL)]), NONE);
    const row = text.split('\n').find((line) => line.includes('alert'));
    expect(row?.split('|')).toHaveLength(8);
    expect(text).not.toContain('<script>');
    expect(row).not.toMatch(/[`*[\]]/);
  });
});

describe('a report as JSON', () => {
  it('has kind, version and each section with its rows', async () => {
    const made = new Date('2026-11-27T00:00:00Z');
    const document = reportJson(await reportOf([deleted('bob', 'one')]), { ...NONE, made, version: '1.2.3' });
    expect(document).toMatchObject({ kind: 'AuditReport', formatVersion: 1, madeBy: 'kops-audit 1.2.3', policy: null });
    expect(document).toHaveProperty('log.events', 1);
    expect(document).toHaveProperty('log.from', '2026-11-23T10:00:00.000Z');
    expect(document).toHaveProperty('completeness.verdict', 'cannot tell');
    expect(document).toHaveProperty(
      'sections',
      expect.arrayContaining([
        expect.objectContaining({
          id: 'deletions',
          verdict: 'found',
          requests: 1,
          rows: [expect.objectContaining({ who: 'bob', what: 'delete pods/one -n shop', outcome: '200' })],
        }),
      ]),
    );
  });

  it('is JSON for a log without an event as well', async () => {
    const document = reportJson(await reportOf([]), { ...NONE, made: new Date(0), version: '' });
    expect(document).toHaveProperty('log.from', null);
  });
});

describe('a secret in a command', () => {
  const shell = anEvent({
    verb: 'create',
    requestURI: '/api/v1/namespaces/shop/pods/web/exec?command=mysql&command=-phunter2',
    objectRef: { resource: 'pods', subresource: 'exec', namespace: 'shop', name: 'web' },
  });
  const documents = { made: new Date(0), version: '' };

  const secretPath = anEvent({
    requestURI: '/hook?token=hunter2',
    objectRef: undefined,
    userAgent: 'tool/--password=hunter2',
  });

  it.each([
    ['in a command', shell, false],
    ['in a command', shell, true],
    ['in the name of a program', secretPath, false],
    ['in the name of a program', secretPath, true],
  ])('%s is shown in every form only where it is asked for', async (_, event, isRevealed) => {
    const report = await reportOf([event]);
    const options = { ...NONE, ...documents, isRevealed, style: plainStyle, columns: Infinity };
    const forms = [
      reportText(report, options),
      reportMarkdown(report, options),
      reportHtml(report, options),
      JSON.stringify(reportJson(report, options)),
    ];
    expect(forms.map((form) => form.includes('hunter2'))).toEqual(forms.map(() => isRevealed));
  });
});

describe('what is found by a count', () => {
  const read = (name: string, second: number, username = 'alice') =>
    anEvent({
      user: { username },
      objectRef: { resource: 'secrets', namespace: 'shop', name },
      stageTimestamp: `2026-11-23T10:00:0${second}.000000Z`,
    });
  const documents = { made: new Date(0), version: '' };

  it('has its place in every form', async () => {
    const report = await reportOf([read('a', 1), read('b', 2), read('c', 3), read('a', 4, 'bob')]);
    const options = { ...NONE, ...documents, style: plainStyle, columns: Infinity };
    const said = '3 secrets: shop/a, shop/b, shop/c';
    expect(reportText(report, options)).toMatch(
      /\nMany secrets read one by one {2}secret-bursts\n[^]*?\n {2}1 time\n\n[^]*?\n {2}2026-11-23 10:00:01Z +3 +alice +3 secrets: shop\/a, shop\/b, shop\/c +10\.0\.0\.9\n/,
    );
    expect(reportMarkdown(report, options)).toContain(`| alice | ${said.replace(':', '&#58;')} |`);
    expect(reportHtml(report, options)).toContain(said);
    expect(reportJson(report, options)).toHaveProperty(
      'sections',
      expect.arrayContaining([
        expect.objectContaining({
          id: 'secret-bursts',
          verdict: 'found',
          requests: 1,
          byPeople: 1,
          rows: [expect.objectContaining({ who: 'alice', requests: 3, last: '2026-11-23 10:00:03Z' })],
        }),
        expect.objectContaining({ id: 'list-bursts', verdict: 'not known', requests: 0 }),
      ]),
    );
  });

  it('says what the policy could not have shown of it', async () => {
    const policy = { rules: [{ level: 'None' as const, resources: [{ group: '', resources: ['secrets'] }] }] };
    const text = reportText(await reportOf([], { policy }), { ...NONE, style: plainStyle, columns: 80 });
    expect(text).toMatch(/secret-bursts\n +Could not be seen: get secrets: not recorded \(rule 1\)/);
  });
});

import { describe, expect, it } from 'vitest';
import { reportHtml } from '../../../src/report/audit-report/html.ts';
import { anEvent, reportOf } from '../../events/report/made.ts';

const OPTIONS = { rows: 10, files: new Map(), evidence: '', made: new Date('2026-11-27T00:00:00Z'), version: '1.2.3' };
const EVIL = `"><script>alert(1)</script><img src=x onerror='alert(1)'>\u202e\u001b&lt;`;

describe('a report as a page', () => {
  it('has nothing of the log as markup, in texts, attributes and pictures', async () => {
    const evil = anEvent({
      verb: 'delete',
      user: { username: EVIL },
      userAgent: EVIL,
      sourceIPs: [EVIL],
      requestURI: `/${EVIL}`,
      objectRef: { resource: EVIL, namespace: EVIL, name: EVIL },
    });
    const page = reportHtml(await reportOf([evil, { ...evil, responseStatus: { code: 403 } }]), OPTIONS);
    expect(page).toContain('&lt;script&gt;');
    expect(page).not.toMatch(/<script|<img|\u202e|\u001b/);
  });

  it('loads nothing and runs nothing', async () => {
    const page = reportHtml(await reportOf([anEvent({ code: 403 })]), OPTIONS);
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/ on\w+=|@import|url\(|(?:src|href)="https?:/);
  });

  it('draws what happened over time and who is busiest, in the colours of the page', async () => {
    const page = reportHtml(await reportOf([anEvent(), anEvent({ code: 403 })]), OPTIONS);
    expect(page.match(/<svg /g)).toHaveLength(3);
    for (const name of ['ok', 'denied', 'ink']) expect(page).toMatch(new RegExp(`<svg[^]*fill="var\\(--${name}\\)"`));
    expect(page).toContain('1 ok, 0 failed, 1 denied.');
  });

  it('draws nothing of nothing', async () => {
    const page = reportHtml(await reportOf([]), OPTIONS);
    expect(page).not.toContain('<svg');
    expect(page).toContain('no event with a time');
    expect(page).toContain('nobody can tell whether the log is complete');
    expect(reportHtml(await reportOf([anEvent()]), OPTIONS)).toMatch(/<pre class="warn">The API server: cannot tell\n/);
  });

  it('links each figure and row to the events behind it', async () => {
    const files = new Map([['denied', { name: 'denied.jsonl', lines: 1, sha256: 'abc' }]]);
    const evidence = { add: () => 1 };
    const denied = anEvent({ code: 403 });
    const page = reportHtml(await reportOf([denied], { evidence }), { ...OPTIONS, files, evidence: 'kept' });
    expect(page).toContain('<a href="kept/denied.jsonl">1 request, by a person</a>');
    expect(page).toContain('<a href="kept/denied.jsonl" title="line 1">2026-11-23 10:00:00Z</a>');
    expect(page).toContain('abc');
  });
});

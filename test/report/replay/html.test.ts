import { describe, expect, it } from 'vitest';
import { OverTime, countIn } from '../../../src/replay/over-time.ts';
import { replayHtml } from '../../../src/report/replay/html.ts';
import type { Replayed, ReplayResult } from '../../../src/report/replay/result.ts';
import { wantedSink } from '../../../src/ship/settings.ts';

const EVIL = `"><script>alert(1)</script><img src=x onerror='alert(1)'></script>\u202e\u001b&lt;`;
const OPTIONS = { made: new Date('2026-11-27T00:00:00Z'), version: '1.2.3' };
const HOUR = 3_600_000_000;

const LEVEL = 'Metadata' as const;

function replayed(name: string, bytes: number): Replayed {
  const rule = { rule: 1, level: LEVEL, decided: 3, events: 2, bytes, largest: 90, p99: 80, overLimit: 1 };
  const none = { rule: 0, level: 'None' as const, decided: 0, events: 0, bytes: 0, largest: 0, p99: 0, overLimit: 0 };
  const amount = { events: 2, bytes };
  return {
    name,
    policy: { rules: [{ level: LEVEL }] },
    text: `first: ${name}\nrules:\n- level: Metadata\n`,
    firstLine: 5,
    lineOf: (at) => (at === 0 ? undefined : 7),
    ...amount,
    rules: [none, rule],
    levels: { Metadata: amount },
    stages: { ResponseComplete: amount },
    underRecorded: 1,
    unseenBeginnings: 0,
    talkers: [{ user: name, verb: name, resource: `/${name}`, namespace: name, amounts: [amount, amount] }],
  };
}

function resultOf(names: readonly [string, string]): ReplayResult {
  const overTime = new OverTime(2);
  for (const at of [HOUR, 2 * HOUR])
    for (const pair of [0, 1, 2]) countIn(overTime.at(at), pair, pair === 0 ? 100 : 40);
  return {
    log: {
      files: 1,
      events: 4,
      bytes: 200,
      from: HOUR,
      to: 2 * HOUR,
      damaged: { cut: 1, nul: 0, corrupt: 0, foreign: 0, unfinished: 0 },
      merged: 0,
      duplicates: 0,
    },
    policies: [replayed(names[0], 80), replayed(names[1], 40)],
    timeline: overTime.timeline(),
  };
}

/** The numbers that a table sorts by, row by row. */
function valuesIn(page: string, caption: string): string[][] {
  const table = page.slice(page.indexOf(`aria-label="${caption}"`)).split('</table>', 1)[0] ?? '';
  const rows = table.split('<tr>').slice(2);
  return rows.map((row) => [...row.matchAll(/data-value="([^"]*)"/g)].map(([, value = '']) => value));
}

describe('a replay as a page', () => {
  it('has nothing of the log or of a policy as markup, and no control character', () => {
    const recordedWith = { name: EVIL, policy: { rules: [] }, amount: replayed(EVIL, 3) };
    const page = replayHtml({ ...resultOf([EVIL, EVIL]), recordedWith }, OPTIONS);
    expect(page).toContain('&lt;script&gt;');
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toMatch(/<img|\u202e|\u001b/);
  });

  it('loads nothing, and runs nothing but its own script', () => {
    const page = replayHtml(resultOf(['a', 'b']), OPTIONS);
    expect(page).toMatch(/content="default-src 'none'; script-src 'sha256-[A-Za-z0-9+/=]{44}'; style-src/);
    expect(page).not.toMatch(/ on\w+=|@import|url\(|(?:src|href)="https?:|innerHTML/);
  });

  it('tells the same numbers as JSON has: by policy, rule, who, level, stage and time', () => {
    const page = replayHtml({ ...resultOf(['a', 'b']), sink: wantedSink('loki') }, OPTIONS);
    const day = 86_400;
    expect(valuesIn(page, 'What each policy keeps of the log')).toEqual([
      ['4', '4', '200', '200', '200', String((200 * day) / 3600), '0', '0', '0'],
      ['2', '2', '80', '80', '80', String((80 * day) / 3600), '1', '1', '0'],
      ['2', '2', '40', '40', '40', String((40 * day) / 3600), '1', '1', '0'],
    ]);
    expect(valuesIn(page, 'The rules of b')).toEqual([
      ['0', '0', '0', '0', '0', '0', '0', '0', '0', '0'],
      ['1', '7', '3', '2', '2', '40', '40', '80', '90', '1'],
    ]);
    for (const caption of ['By level under b', 'By stage under b'])
      expect(valuesIn(page, caption)).toEqual([['2', '2', '40', '40']]);
    expect(valuesIn(page, 'Who costs most under b')).toEqual([['2', '40', '40']]);
    const times = valuesIn(page, 'Events and size for every 60 seconds');
    expect([times.at(0), times.at(-1), times.length]).toEqual([
      ['1', '100', '1', '40', '1', '40'],
      ['1', '100', '1', '40', '1', '40'],
      61,
    ]);
  });

  it('shows each rule in the text of its policy', () => {
    const page = replayHtml(resultOf(['a', 'b']), OPTIONS);
    expect(page).toContain('<a href="#policy-2-7">7</a>');
    expect(page).toMatch(/--before: 4".*<span id="policy-2-7">- level: Metadata\n<\/span>/s);
  });

  it('draws the rules that write most, in their order, and cuts names that nobody gives', () => {
    const { rules, talkers } = replayed('a', 80);
    const bytesOf = (rule: number): number => (rule === 1000 ? 5000 : rule - 1);
    const many = rules
      .slice(1)
      .flatMap((each) => Array.from({ length: 2000 }, (_, at) => ({ ...each, rule: at + 1, bytes: bytesOf(at + 1) })));
    const named = talkers.map((talker) => ({ ...talker, user: 'u'.repeat(3000) }));
    const policies = [
      { ...replayed('a', 80), rules: many },
      { ...replayed('b', 40), talkers: named },
    ];
    const result = { ...resultOf(['a', 'b']), policies };
    const page = replayHtml(result, OPTIONS);
    const drawn = [...page.matchAll(/>rule (\d+), Metadata/g)].map(([, number]) => Number(number));
    expect(page).toContain('Size by rule: the largest 30');
    expect(drawn.slice(0, 30)).toEqual([1000, ...Array.from({ length: 29 }, (_, at) => 1972 + at)]);
    expect(page).not.toMatch(/u{400}/);
    expect(page).toMatch(/u{100}…u{100}/);
  });

  it('says what is not known, what does not fit, and that there is nothing', () => {
    const result = resultOf(['a', 'b']);
    const page = replayHtml(result, OPTIONS);
    expect(page).toContain('<p class="warn">1 line of the log is in no number: 1 cut off.</p>');
    expect(page).toContain('1 of these events were recorded at a lower level');
    expect(page).toContain('--recorded-with POLICY');
    const recordedWith = { name: 'c', policy: { rules: [] }, amount: replayed('c', 1) };
    expect(replayHtml({ ...result, recordedWith }, OPTIONS)).toMatch(/left out \(\d+\)<\/summary>\s*<ul>\s*<li>/);
    const empty = { ...result, log: { ...result.log, events: 0, bytes: 0, from: Infinity, to: -Infinity } };
    const none = replayHtml({ ...empty, timeline: { width: 1, spans: [] }, policies: [] }, OPTIONS);
    expect(none).toContain('There is no event in the log');
    expect(none).not.toContain('<svg');
    expect(none).not.toContain('href="#time"');
  });

  it('has no heading for what a policy does not keep', () => {
    const nothing = { ...replayed('a', 0), events: 0, talkers: [], levels: {}, stages: {} };
    const page = replayHtml({ ...resultOf(['a', 'b']), policies: [nothing] }, OPTIONS);
    expect(page).toContain('<h3>By rule</h3>');
    expect(page).not.toContain('<h3>By who and what</h3>');
    expect(page).not.toContain('<h3>By level and by stage</h3>');
  });
});

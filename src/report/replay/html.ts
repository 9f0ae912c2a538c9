import type { Amount } from '../../replay/amount.ts';
import type { RuleAmount } from '../../replay/policy-tally.ts';
import type { Talker } from '../../replay/talkers.ts';
import { unseenSentences } from '../consequences.ts';
import { durationText, spanText, timeText } from '../events/times.ts';
import { cutMiddle } from '../fit.ts';
import { type Html, html, NOTHING, page } from '../page/page.ts';
import { SORTING } from '../page/sorting.ts';
import { type HtmlColumn, htmlTable } from '../page/table.ts';
import { counted, number, safeLine, safeText } from '../text.ts';
import { beside, limitNote, logNotes, policyNotes } from './notes.ts';
import { levelPictures, rulePicture, talkerPicture, timePictures } from './pictures.ts';
import { costOf, hoursOf, overLimitOf, perDay, type Replayed, type ReplayResult } from './result.ts';
import { hoursText, shareText, byteText, timesText } from './sizes.ts';
import { resourceText, userText } from './talker.ts';
import { ALL_SEEN, NOT_ALL_SEEN } from './unseen.ts';

interface HtmlOptions {
  made: Date;
  version: string;
}

/** What each policy would have kept, as one file of HTML. Everything of the log is escaped, nothing is loaded; a script sorts tables. */
export function replayHtml(result: ReplayResult, { made, version }: HtmlOptions): string {
  const { log, policies, timeline } = result;
  const title = 'What policies keep of an audit log';
  const body = html`<header>
      <h1>${title}</h1>
      ${log.events === 0 ? html`<p class="warn">There is no event in the log, so that nothing can be told.</p>` : NOTHING}
      ${logHtml(result)}
    </header>
    <nav aria-label="Sections">
      <ul>
        <li><a href="#policies">Policies</a></li>
        ${timeline.spans.length === 0 ? NOTHING : html`<li><a href="#time">Over time</a></li>`}
        ${policies.map(({ name }, at) => html`<li><a href="#${idOf(at)}">${safeLine(name)}</a></li>`)}
      </ul>
    </nav>
    <main id="main" tabindex="-1">
      ${between(result)} ${overTime(result)} ${policies.map((policy) => policyHtml(policy, result))}
    </main>
    <footer>
      <p class="dim">
        Sizes are those of the lines as the API server would have written them. A log can only be made smaller: what was
        not recorded is in no number.
      </p>
      <p class="dim">Made by kops-audit ${version}, ${made.toISOString().slice(0, 19).replace('T', ' ')}Z.</p>
    </footer>`;
  return page({ title, body, script: SORTING });
}

function idOf(policy: number): string {
  return `policy-${policy + 1}`;
}

function logHtml(result: ReplayResult): Html {
  const { log, recordedWith, price, room } = result;
  const { good, bad } = logNotes(result);
  const rows: (readonly [label: string, text: string])[] = [
    ['Log', `${counted(log.events, 'event')}, ${byteText(log.bytes)}, in ${counted(log.files, 'file')}`],
    ['Period', periodText(result)],
    ['Recorded with', recordedWith ? safeLine(recordedWith.name) : 'not known'],
    ...(price === undefined ? [] : [['Price', `${price} for 10⁹ bytes`] as const]),
    ...(room === undefined ? [] : [['On a node', `${byteText(room)} for the log`] as const]),
  ];
  return html`<dl>
      ${rows.map(
        ([label, text]) =>
          html`<dt>${label}</dt>
            <dd>${text}</dd>`,
      )}
    </dl>
    ${good.map((text) => html`<p class="dim">${safeText(text)}</p>`)}
    ${bad.map((text) => html`<p class="warn">${safeText(text)}</p>`)}`;
}

function periodText({ log: { from, to } }: ReplayResult): string {
  if (from > to) return 'no event with a time';
  return `${spanText(from, to, true)} (${durationText((to - from) / 1_000_000)}); all times are UTC`;
}

interface PolicyRow extends Amount {
  name: string;
  at: number;
  policy?: Replayed;
}

function between(result: ReplayResult): Html {
  const { log, policies } = result;
  const rows: PolicyRow[] = [
    { events: log.events, bytes: log.bytes, name: 'as recorded', at: -1 },
    ...policies.map((policy, at) => ({ events: policy.events, bytes: policy.bytes, name: policy.name, at, policy })),
  ];
  return html`<section aria-labelledby="policies">
    <h2 id="policies">Policies</h2>
    ${beside(result).map((text) => html`<p>${text}</p>`)}
    ${htmlTable('What each policy keeps of the log', policyColumns(result), rows, { isSortable: true })}
    ${log.events === 0 ? NOTHING : levelPictures(result)}
  </section>`;
}

function policyColumns(result: ReplayResult): HtmlColumn<PolicyRow>[] {
  const { log, policies, price, room, sink } = result;
  const [first] = policies;
  const counts = (head: string, of: (policy: Replayed) => number): HtmlColumn<PolicyRow> =>
    numbers(
      head,
      ({ policy }) => (policy ? of(policy) : 0),
      (value, { policy }) => (policy ? number(value) : ''),
    );
  return [
    { head: 'Policy', cell: ({ name, at }) => (at < 0 ? name : html`<a href="#${idOf(at)}">${safeLine(name)}</a>`) },
    ...amounts<PolicyRow>(log),
    ...(first && policies.length > 1
      ? [
          numbers<PolicyRow>(
            'Beside the first',
            ({ bytes }) => bytes,
            (bytes) => timesText(bytes, first.bytes),
          ),
        ]
      : []),
    numbers(
      'Size a day',
      (row) => perDay(row, log) ?? 0,
      (_, row) => mapped(perDay(row, log), byteText),
    ),
    ...(price === undefined
      ? []
      : [
          numbers<PolicyRow>(
            'Cost of 30 days',
            (row) => costOf(row, result) ?? 0,
            (_, row) => mapped(costOf(row, result), (cost) => cost.toFixed(2)),
          ),
        ]),
    ...(room === undefined
      ? []
      : [
          numbers<PolicyRow>(
            'Held on a node',
            (row) => hoursOf(row, result) ?? 0,
            (_, row) => hoursText(hoursOf(row, result)),
          ),
        ]),
    ...(sink?.maxEventBytes === undefined ? [] : [counts('Too long', (policy) => overLimitOf(policy, sink) ?? 0)]),
    counts('With less than it wants', ({ underRecorded }) => underRecorded),
    counts('RequestReceived not there', ({ unseenBeginnings }) => unseenBeginnings),
  ];
}

function mapped(value: number | null, text: (value: number) => string): string {
  return value === null ? '' : text(value);
}

/** A column of numbers, sorted by them. */
function numbers<Row>(
  head: string,
  value: (row: Row) => number,
  text: (value: number, row: Row) => string,
): HtmlColumn<Row> {
  return { head, kind: 'number', value, cell: (row) => text(value(row), row) };
}

/** Events and bytes, and which part of a whole they are. */
function amounts<Row extends Amount>(whole: Amount): HtmlColumn<Row>[] {
  return [
    numbers(
      'Events',
      ({ events }) => events,
      (events) => number(events),
    ),
    numbers(
      '% of events',
      ({ events }) => events,
      (events) => shareText(events, whole.events),
    ),
    numbers('Size', ({ bytes }) => bytes, byteText),
    numbers(
      '% of size',
      ({ bytes }) => bytes,
      (bytes) => shareText(bytes, whole.bytes),
    ),
  ];
}

function overTime(result: ReplayResult): Html {
  const { policies, timeline } = result;
  if (timeline.spans.length === 0) return NOTHING;
  const span = durationText(timeline.width / 1_000_000);
  type Row = (typeof timeline.spans)[number];
  const columns: HtmlColumn<Row>[] = [
    { head: `From (UTC), for ${span}`, kind: 'time', cell: ({ from }) => timeText(from, true) },
    ...[{ name: 'as recorded' }, ...policies].flatMap(({ name }, at): HtmlColumn<Row>[] => {
      const amountOf = ({ log, policies: kept }: Row): Amount => (at === 0 ? log : (kept[at - 1] ?? NO_AMOUNT));
      return [
        numbers(`${safeLine(name)}: events`, (row) => amountOf(row).events, number),
        numbers(`${safeLine(name)}: size`, (row) => amountOf(row).bytes, byteText),
      ];
    }),
  ];
  return html`<section aria-labelledby="time">
    <h2 id="time">Over time</h2>
    ${timePictures(result)}
    <details>
      <summary>The same as numbers</summary>
      ${htmlTable(`Events and size for every ${span}`, columns, timeline.spans, { isSortable: true })}
    </details>
  </section>`;
}

const NO_AMOUNT: Amount = { events: 0, bytes: 0 };

function policyHtml(policy: Replayed, result: ReplayResult): Html {
  const { log, sink, policies } = result;
  const at = policies.indexOf(policy);
  const id = idOf(at);
  const limited = sink ? limitNote(policy, sink) : '';
  const notes = [...(limited === '' ? [] : [limited]), ...policyNotes(policy)];
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${safeLine(policy.name)}</h2>
    <p>
      Keeps ${number(policy.events)} of ${counted(log.events, 'event')} and ${byteText(policy.bytes)} of
      ${byteText(log.bytes)}.
    </p>
    ${notes.map((text) => html`<p class="warn">${text}</p>`)} ${unseenHtml(policy, result)}
    <h3>By rule</h3>
    ${rulePicture(policy)} ${rulesTable(policy, result, id)} ${policy.events === 0 ? NOTHING : keptHtml(policy, at)}
    ${textHtml(policy, id)}
  </section>`;
}

function keptHtml(policy: Replayed, at: number): Html {
  return html`<h3>By who and what</h3>
    ${talkerPicture(policy, at)} ${talkersTable(policy, at)}
    <h3>By level and by stage</h3>
    ${partsTable(`By level under ${safeLine(policy.name)}`, 'Level', policy.levels, policy)}
    ${partsTable(`By stage under ${safeLine(policy.name)}`, 'Stage', policy.stages, policy)}`;
}

function rulesTable(policy: Replayed, { sink }: ReplayResult, id: string): Html {
  const columns: HtmlColumn<RuleAmount>[] = [
    numbers(
      'Rule',
      ({ rule }) => rule,
      (rule) => (rule === 0 ? 'none' : String(rule)),
    ),
    {
      ...numbers<RuleAmount>('Line', ({ rule }) => policy.lineOf(rule) ?? 0, String),
      cell: ({ rule }) => {
        const line = policy.lineOf(rule);
        return line === undefined ? '' : html`<a href="#${id}-${line}">${line}</a>`;
      },
    },
    { head: 'Level', cell: ({ level }) => level },
    numbers('Decides', ({ decided }) => decided, number),
    ...amounts<RuleAmount>(policy),
    numbers('P99', ({ p99 }) => p99, byteText),
    numbers('Longest', ({ largest }) => largest, byteText),
    ...(sink?.maxEventBytes === undefined
      ? []
      : [numbers<RuleAmount>(`Too long for ${sink.name}`, ({ overLimit }) => overLimit, number)]),
  ];
  return htmlTable(`The rules of ${safeLine(policy.name)}`, columns, policy.rules, { isSortable: true });
}

/** A name in a log may be as long as somebody likes: this is more than a name of Kubernetes has. */
const LONGEST_NAME = 300;

function nameText(name: string): string {
  return cutMiddle(safeLine(name), LONGEST_NAME);
}

function talkersTable({ name, talkers, ...policy }: Replayed, at: number): Html {
  const rows = talkers.map(({ amounts: all, ...talker }) => ({ ...talker, ...(all[at] ?? NO_AMOUNT) }));
  const columns: HtmlColumn<Omit<Talker, 'amounts'> & Amount>[] = [
    { head: 'User', cell: (talker) => nameText(userText(talker)) },
    { head: 'Verb', cell: ({ verb }) => safeLine(verb) },
    { head: 'Resource or path', cell: ({ resource }) => nameText(resourceText(resource)) },
    { head: 'Namespace', cell: ({ namespace }) => nameText(namespace) },
    ...amounts<Omit<Talker, 'amounts'> & Amount>(policy).filter(({ head }) => head !== '% of events'),
  ];
  return htmlTable(`Who costs most under ${safeLine(name)}`, columns, rows, { isSortable: true });
}

function partsTable(caption: string, head: string, parts: Readonly<Record<string, Amount>>, policy: Replayed): Html {
  const rows = Object.entries(parts).map(([name, amount]) => ({ name, ...amount }));
  const first: HtmlColumn<(typeof rows)[number]> = { head, cell: ({ name }) => safeLine(name) };
  return htmlTable(caption, [first, ...amounts<(typeof rows)[number]>(policy)], rows, { isSortable: true });
}

function unseenHtml({ policy }: Replayed, { recordedWith }: ReplayResult): Html {
  if (!recordedWith || recordedWith.policy === policy) return NOTHING;
  const { sentences, complete } = unseenSentences(recordedWith.policy, policy);
  const unsure = complete ? NOTHING : html`<p class="warn">${NOT_ALL_SEEN}</p>`;
  if (sentences.length === 0) return complete ? html`<p class="dim">${ALL_SEEN}</p>` : unsure;
  return html`<details>
      <summary>It would write more, which the policy that recorded the log left out (${sentences.length})</summary>
      <ul>
        ${sentences.map((text) => html`<li>${text}</li>`)}
      </ul>
    </details>
    ${unsure}`;
}

function textHtml({ text, firstLine, name }: Replayed, id: string): Html {
  const lines = safeText(text).trimEnd().split('\n');
  const rows = lines.map((line, at) => html`<span id="${id}-${at + firstLine}">${`${line}\n`}</span>`);
  return html`<details>
    <summary>The text of the policy</summary>
    <pre
      class="lines"
      style="--before: ${firstLine - 1}"
      tabindex="0"
      role="region"
      aria-label="The text of ${safeLine(name)}"
    >
${{ html: rows.map((row) => row.html).join('') }}</pre>
  </details>`;
}

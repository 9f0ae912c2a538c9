import type { AuditReport } from '../../events/report/data.ts';
import { barChart } from '../page/chart.ts';
import { durationText } from '../events/times.ts';
import { headRows, incompleteText } from './head.ts';
import { type HtmlColumn, htmlTable } from '../page/table.ts';
import { type Html, html, madeHtml, NOTHING, page } from '../page/page.ts';
import type { TextOptions } from './text.ts';
import { LAST_WORD, oneLine, TOPS, type ToldRow, type ToldSection, toldSections, toldTops, utcText } from './told.ts';
import { counted, number } from '../text.ts';

/** What a page needs to know. */
export interface HtmlOptions extends Pick<TextOptions, 'rows' | 'files' | 'isRevealed'> {
  /** The folder of the evidence, as a link from where the page will be; '' for none. */
  evidence: string;
  made: Date;
  version: string;
}

/** A report as one file of HTML. Everything of the log is escaped; nothing is loaded and nothing runs. */
export function reportHtml(report: AuditReport, options: HtmlOptions): string {
  const sections = toldSections(report, options);
  const tops = toldTops(report, options);
  const found = sections.filter(({ verdict }) => verdict === 'found');
  const incomplete = incompleteText(report);
  const body = html`<header>
      <h1>Audit report</h1>
      <dl>
        ${headRows(report).map(
          ([label, text]) =>
            html`<dt>${label}</dt>
              <dd>${text}</dd>`,
        )}
      </dl>
      ${incomplete === '' ? NOTHING : madeHtml(`<pre class="warn">${html`${incomplete}`.html}</pre>`)}
    </header>
    <nav aria-label="Sections">${summary(sections)}</nav>
    <main id="main" tabindex="-1">
      ${pictures(report)} ${found.map((section) => sectionHtml(section, options.evidence))}
      <h2 id="nothing">Nothing in the log</h2>
      ${sections.filter(({ verdict }) => verdict !== 'found').map(emptyHtml)}
      <h2 id="busiest">The busiest</h2>
      ${TOPS.map(([kind, head]) => topTable(tops, kind, head))}
    </main>
    <footer>
      <p class="dim">${LAST_WORD}</p>
      <p class="dim">Made by kops-audit ${options.version}, ${utcText(options.made.getTime() * 1000)}.</p>
    </footer>`;
  return page({ title: titleOf(report), body });
}

function titleOf({ log: { from, to } }: AuditReport): string {
  return from > to ? 'Audit report' : `Audit report ${utcText(from)} to ${utcText(to)}`;
}

function summary(sections: readonly ToldSection[]): Html {
  const columns: HtmlColumn<ToldSection>[] = [
    {
      head: 'Section',
      cell: ({ id, title, verdict }) => (verdict === 'found' ? html`<a href="#${id}">${title}</a>` : title),
    },
    { head: 'Found', cell: ({ figure, blind }) => (blind.length === 0 ? figure : `${figure}; not all could be seen`) },
  ];
  return htmlTable('What was asked, and what was found', columns, sections);
}

function pictures(report: AuditReport): Html {
  const { buckets, width } = report.activity;
  if (buckets.length === 0) return NOTHING;
  const labels = buckets.map(({ from }) => utcText(from).slice(5, width < 60_000_000 ? 19 : 16));
  const sum = (kind: 'ok' | 'failed' | 'denied'): number => buckets.reduce((total, bucket) => total + bucket[kind], 0);
  const busiest = buckets.reduce((most, bucket) => (totalOf(bucket) > totalOf(most) ? bucket : most));
  const span = `One bar is ${durationText(width / 1_000_000)}.`;
  const overTime = barChart({
    title: 'Requests over time, by how they ended',
    says: `${number(sum('ok'))} ok, ${number(sum('failed'))} failed, ${number(sum('denied'))} denied. ${span} The most were ${number(totalOf(busiest))}, from ${utcText(busiest.from)}.`,
    labels,
    series: [
      { name: 'ok', colour: 'ok', values: buckets.map(({ ok }) => ok) },
      { name: 'failed', colour: 'failed', values: buckets.map(({ failed }) => failed) },
      { name: 'denied', colour: 'denied', values: buckets.map(({ denied }) => denied) },
    ],
  });
  return html`<h2 id="pictures">At a glance</h2>
    ${overTime} ${sum('denied') === 0 ? NOTHING : deniedPicture(report, labels, span)} ${userPicture(report)}`;
}

function totalOf({ ok, failed, denied }: AuditReport['activity']['buckets'][number]): number {
  return ok + failed + denied;
}

function deniedPicture({ activity: { buckets } }: AuditReport, labels: readonly string[], span: string): Html {
  const most = buckets.reduce((found, bucket) => (bucket.denied > found.denied ? bucket : found));
  return barChart({
    title: 'Denied over time',
    says: `${span} The most were ${number(most.denied)}, from ${utcText(most.from)}.`,
    labels,
    series: [{ name: 'denied', colour: 'denied', values: buckets.map(({ denied }) => denied) }],
  });
}

function userPicture({ tops: { user } }: AuditReport): Html {
  if (user.length === 0) return NOTHING;
  return barChart({
    title: 'The busiest users',
    says: 'The numbers are in the table of users below.',
    labels: user.map(({ name }) => oneLine(name)),
    series: [
      { name: 'not denied', colour: 'ok', values: user.map(({ requests, denied }) => requests - denied) },
      { name: 'denied', colour: 'denied', values: user.map(({ denied }) => denied) },
    ],
    isLying: true,
  });
}

function sectionHtml(section: ToldSection, evidence: string): Html {
  const { id, title, asks, figure, rows, more, untold, notes, blind, evidenceFor, file } = section;
  const link = file === null ? '' : `${evidence}/${file.name}`;
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    <p>${asks}</p>
    <p class="figure">${link === '' ? figure : html`<a href="${link}">${figure}</a>`}</p>
    ${blind.map((text) => html`<p class="warn">Could not be seen: ${text}</p>`)}
    ${htmlTable(title, columnsOf(link), rows)} ${more > 0 ? html`<p>And ${counted(more, 'more row')}.</p>` : NOTHING}
    ${untold > 0 ? html`<p>And ${counted(untold, 'request')} of too many different kinds for rows of their own.</p>` : NOTHING}
    ${notes.map((note) => html`<p class="dim">${note}</p>`)}
    ${file === null ? NOTHING : html`<p class="dim">Events: <a href="${link}">${file.name}</a>, ${counted(file.lines, 'line')}, SHA-256 <code>${file.sha256}</code></p>`}
    <p class="dim">Evidence for: ${evidenceFor.join(', ')} · id <code>${id}</code></p>
  </section>`;
}

function columnsOf(link: string): HtmlColumn<ToldRow>[] {
  return [
    {
      head: 'Time',
      kind: 'time',
      cell: ({ time, line }) =>
        line === 0 || link === '' ? time : html`<a href="${link}" title="line ${line}">${time}</a>`,
    },
    { head: 'Requests', kind: 'number', cell: ({ requests }) => number(requests) },
    { head: 'Who', cell: ({ who }) => who },
    { head: 'What', kind: 'what', cell: ({ what }) => what },
    {
      head: 'Outcome',
      cell: ({ outcome, isDenied }) => (isDenied ? html`<span class="denied">${outcome}</span>` : outcome),
    },
    { head: 'From', cell: ({ from }) => from },
    { head: 'Program', cell: ({ agent }) => agent },
  ];
}

function emptyHtml({ id, title, figure, blind, evidenceFor }: ToldSection): Html {
  return html`<section aria-labelledby="${id}">
    <h3 id="${id}">${title}</h3>
    ${figure === 'none' ? NOTHING : html`<p>${figure}</p>`}
    ${blind.map((text) => html`<p class="warn">Could not be seen: ${text}</p>`)}
    <p class="dim">Evidence for: ${evidenceFor.join(', ')} · id <code>${id}</code></p>
  </section>`;
}

function topTable(tops: AuditReport['tops'], kind: (typeof TOPS)[number][0], head: string): Html {
  return htmlTable(
    `The busiest, by ${head.toLowerCase()}`,
    [
      { head, cell: ({ name }) => oneLine(name) },
      { head: 'Requests', kind: 'number', cell: ({ requests }) => number(requests) },
      { head: 'Denied', kind: 'number', cell: ({ denied }) => number(denied) },
    ],
    tops[kind],
  );
}

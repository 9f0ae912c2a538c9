import { dirname, relative, sep } from 'node:path';
import type { Context } from '../../context.ts';
import { UserError } from '../../errors.ts';
import { checkedLog } from '../../events/complete/check.ts';
import { eventFilter } from '../../events/filter.ts';
import { ReportCollector } from '../../events/report/collector.ts';
import { COUNTED } from '../../events/report/counted.ts';
import { type AuditReport, auditReport, type EvidenceFile } from '../../events/report/data.ts';
import { type NewcomerFinder, newcomers } from '../../events/questions/bursts.ts';
import { type Section, SECTIONS } from '../../events/report/sections.ts';
import { nearest } from '../../policy/nearest.ts';
import { NEW_ID } from '../../report/audit-report/told.ts';
import { VERSION } from '../../version.ts';
import { checkOut, refuseInputs, writeOut } from '../write-out.ts';
import type { ClusterFlags } from '../logs/cluster-flags.ts';
import { NO_FILTER, readFilter } from '../logs/filter-flags.ts';
import { filesOf, type OpenedLog, openLog, readAll, sayWhatWasRead, statusOf } from '../logs/open.ts';
import { evidenceIn, noEvidence } from './evidence.ts';

/** The flags of `report` as the command line gives them. */
export interface ReportFlags extends ClusterFlags {
  sample?: boolean;
  path?: string;
  strict?: boolean;
  quiet?: boolean;
  namespace: string[];
  since?: string;
  until?: string;
  output: 'text' | 'markdown' | 'json' | 'html';
  out?: string;
  evidence?: string;
  baseline: string[];
  section: string[];
  failOnSection: string[];
  recordedWith?: string;
  set: string[];
  rows?: string;
  reveal?: boolean;
}

/** `report`: the page an auditor asks for. */
export async function report(words: readonly string[], given: ReportFlags, context: Context): Promise<number> {
  const flags = { ...given, section: listed(given.section), failOnSection: listed(given.failOnSection) };
  const sections = wantedSections(flags);
  checkOut(flags, context);
  const policy = await policyOf(flags, context);
  const isWanted = eventFilter(readFilter({ ...NO_FILTER, ...scopeOf(flags) }, { now: context.now(), zone: 'utc' }));
  const opened = await openLog(words, flags, context, 'report');
  refuseInputs(flags, [...filesOf(opened), ...flags.baseline, flags.recordedWith, flags.file]);
  const finder = await learned(flags, context);
  const evidence = flags.evidence === undefined ? noEvidence() : evidenceIn(flags.evidence);
  const counted = COUNTED.filter(({ id }) => flags.section.length === 0 || flags.section.includes(id));
  const collector = new ReportCollector(sections, counted, evidence);
  const completeness = await checkedLog(opened, [], (event) => {
    if (!isWanted(event)) return;
    collector.add(event);
    finder?.add(event);
  });
  collector.end();
  const files = evidence.end();
  const asksNews = flags.section.length === 0 || flags.section.includes(NEW_ID);
  const made = auditReport(collector, {
    log: { ...readLogOf(opened, flags), completeness },
    sections,
    counted,
    policy,
    news: finder?.found() ?? null,
    asksNews,
  });
  await writeOut(await shown(made, files, flags, context), flags, context);
  sayWhatWasRead(opened, { ...flags, utc: true }, context);
  return statusFor(made, opened, flags);
}

function scopeOf({ namespace, since, until }: ReportFlags) {
  return { namespace, ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
}

/** @throws UserError for a section that there is not. */
function wantedSections({ section, failOnSection, baseline }: ReportFlags): readonly Section[] {
  for (const id of section) refuseUnknown('--section', id);
  for (const id of failOnSection) refuseUnknown('--fail-on-section', id);
  const missed = failOnSection.find((id) => section.length > 0 && !section.includes(id));
  if (missed !== undefined)
    throw new UserError(`--fail-on-section ${missed} is about a section that --section leaves out`, {
      hint: `Add --section ${missed}.`,
    });
  if (baseline.length === 0 && [...section, ...failOnSection].includes(NEW_ID))
    throw new UserError(`${NEW_ID} needs an earlier log to compare with`, { hint: 'Name it: --baseline LOG.' });
  return section.length === 0 ? SECTIONS : SECTIONS.filter(({ id }) => section.includes(id));
}

/** Several in one word are parted by commas. */
function listed(given: readonly string[]): string[] {
  return given.flatMap((ids) => ids.split(',').map((id) => id.trim()));
}

const IDS: readonly string[] = [...[...SECTIONS, ...COUNTED].map(({ id }) => id), NEW_ID];

function refuseUnknown(flag: string, given: string): void {
  if (IDS.includes(given)) return;
  const near = nearest(given, IDS);
  const meant = near === undefined ? '' : `Did you mean ${near}? `;
  throw new UserError(`${flag} ${given} is no section`, { hint: `${meant}There are ${IDS.join(', ')}.` });
}

async function policyOf(flags: ReportFlags, context: Context) {
  if (flags.recordedWith === undefined && flags.cluster === undefined && flags.file === undefined) return null;
  return (await (await import('../logs/cluster.ts')).policyInForce(flags, context)) ?? null;
}

async function learned({ baseline, ...flags }: ReportFlags, context: Context): Promise<NewcomerFinder | null> {
  if (baseline.length === 0) return null;
  const finder = newcomers();
  const opened = await openLog(baseline, flags, context, 'report --baseline');
  for await (const _ of readAll(opened, (event) => void finder.learn(event)));
  if (opened.tally.events > 0) return finder;
  throw new UserError('there is no event in the log of --baseline', {
    hint: 'Name an earlier log of the same cluster.',
  });
}

function readLogOf(
  { servers, tally, missing }: OpenedLog,
  flags: ReportFlags,
): Omit<AuditReport['log'], 'completeness'> {
  const files = servers.reduce((sum, { sources }) => sum + sources.length, 0);
  const { lines, bytes, events, from, to, damaged } = tally;
  return {
    servers: servers.map(({ server }) => server),
    files,
    lines,
    bytes,
    events,
    from,
    to,
    damaged,
    missing,
    only: onlyText(flags),
  };
}

/** What of the log was looked at; '' for all. */
function onlyText({ namespace, since, until, section }: ReportFlags): string {
  const parts = [
    ...namespace.map((name) => `-n ${name}`),
    ...(since === undefined ? [] : [`--since ${since}`]),
    ...(until === undefined ? [] : [`--until ${until}`]),
    ...section.map((id) => `--section ${id}`),
  ];
  return parts.join(' ');
}

async function shown(
  made: AuditReport,
  files: ReadonlyMap<string, EvidenceFile>,
  flags: ReportFlags,
  { io, now }: Context,
): Promise<string> {
  const isToTerminal = flags.out === undefined && io.isTerminal.stdout;
  const options = {
    rows: Number(flags.rows ?? ROWS[flags.output]),
    files,
    isRevealed: flags.reveal ?? false,
    evidence: flags.evidence ?? '',
  };
  if (flags.output === 'json') {
    const [{ reportJson }, { safeJson }] = await Promise.all([
      import('../../report/audit-report/json.ts'),
      import('../../report/text.ts'),
    ]);
    return safeJson(reportJson(made, { ...options, made: now(), version: VERSION }));
  }
  if (flags.output === 'html') {
    const { reportHtml } = await import('../../report/audit-report/html.ts');
    return reportHtml(made, { ...options, evidence: linkTo(flags), made: now(), version: VERSION });
  }
  if (flags.output === 'markdown')
    return (await import('../../report/audit-report/markdown.ts')).reportMarkdown(made, options);
  const [{ reportText }, { plainStyle }] = await Promise.all([
    import('../../report/audit-report/text.ts'),
    import('../../report/text.ts'),
  ]);
  const style = flags.out === undefined ? io.stdoutStyle : plainStyle;
  return reportText(made, { ...options, style, columns: isToTerminal ? io.stdoutColumns : Infinity });
}

/** A page can be searched; a program wants all there is. */
const ROWS: Readonly<Record<ReportFlags['output'], number>> = { text: 10, markdown: 20, html: 200, json: 2000 };

/** The folder of the evidence as a link from where the report is written. */
function linkTo({ evidence, out = '' }: ReportFlags): string {
  if (evidence === undefined) return '';
  return relative(dirname(out), evidence).split(sep).map(encodeURIComponent).join('/') || '.';
}

/** What is missing outranks what was found: with less of the log nothing can be said for sure. */
function statusFor({ sections, counted, news }: AuditReport, opened: OpenedLog, flags: ReportFlags): number {
  const found = sections.filter(({ requests }) => requests > 0).map(({ section }) => section.id);
  found.push(...counted.filter(({ bursts }) => bursts.length > 0).map(({ section }) => section.id));
  if (news !== null && news.length > 0) found.push(NEW_ID);
  const status = statusOf(opened, flags);
  if (status !== 0) return status;
  return flags.failOnSection.some((id) => found.includes(id)) ? 1 : 0;
}

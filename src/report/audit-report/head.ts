import type { AuditReport } from '../../events/report/data.ts';
import { completenessAnswer, completenessText } from '../completeness.ts';
import { durationText } from '../events/times.ts';
import { counted, number, plainStyle, safeText, type Style } from '../text.ts';
import { utcText } from './told.ts';

/** What is said first: which log it is, and what of it is missing; each a word and a sentence. */
export function headRows({ log, requests, policy }: AuditReport): (readonly [label: string, text: string])[] {
  return [
    ['Period', periodText(log.from, log.to)],
    ['Log', logText(log, requests)],
    ...(log.only === '' ? [] : [['Only', safeText(log.only)] as const]),
    ['Complete', completenessAnswer(log.completeness)],
    ['Unreadable', unreadableText(log)],
    ...log.missing.map((text) => ['Missing', safeText(text)] as const),
    ['Policy', policyText(policy)],
  ];
}

/** What is missing of each API server, the worst first, and when its policy changed, as `logs --check` shows it; '' where neither is. */
export function incompleteText(
  { log: { completeness } }: AuditReport,
  { style, columns }: { style: Style; columns: number } = { style: plainStyle, columns: 80 },
): string {
  const { verdict, servers } = completeness;
  const isOfOnePolicy = servers.every(({ periods }) => periods.every(({ isPolicyNew }) => !isPolicyNew));
  const isWhole = (verdict === 'complete' && isOfOnePolicy) || servers.length === 0;
  if (isWhole) return '';
  // The answer comes first, and is in the head already.
  const text = completenessText(completeness, { style, columns, isUtc: true }).trimEnd();
  return text.slice(text.indexOf('\n\n') + 2);
}

function periodText(from: number, to: number): string {
  if (from > to) return 'no event with a time';
  return `${utcText(from)} to ${utcText(to)} (${durationText((to - from) / 1_000_000)}); all times are UTC`;
}

function logText({ servers, files, events }: AuditReport['log'], requests: number): string {
  const named = servers.filter((name) => name !== '').map(safeText);
  const of = named.length === 0 ? '' : ` of ${counted(named.length, 'API server')} (${named.join(', ')})`;
  return `${counted(requests, 'request')} in ${counted(events, 'event')}, ${counted(files, 'file')}${of}`;
}

function unreadableText({ damaged, lines }: AuditReport['log']): string {
  const bad = Object.entries(damaged).filter(([, count]) => count > 0);
  if (bad.length === 0) return `none of ${counted(lines, 'line')}`;
  return `${bad.map(([kind, count]) => `${number(count)} ${kind}`).join(', ')} of ${counted(lines, 'line')}`;
}

function policyText(policy: string | null): string {
  if (policy !== null) return safeText(policy);
  return 'not known, so it is not known either what could not be seen; --recorded-with names it';
}

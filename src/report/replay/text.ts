import type { RuleAmount } from '../../replay/policy-tally.ts';
import type { Talker } from '../../replay/talkers.ts';
import type { Sink } from '../../ship/sinks.ts';
import { unseenSentences } from '../consequences.ts';
import { cutMiddle, widthOf } from '../fit.ts';
import { type Column, tableLines } from '../table.ts';
import { indented, number, safeLine, type Style, wrap } from '../text.ts';
import { costOf, hoursOf, type Replayed, type ReplayResult, perDay } from './result.ts';
import { hoursText, shareText, byteText } from './sizes.ts';
import { beside, limitNote, logNotes, policyNotes } from './notes.ts';
import { doneText, userText } from './talker.ts';
import { ALL_SEEN, NOT_ALL_SEEN } from './unseen.ts';

interface TextOptions {
  style: Style;
  columns: number;
}

/** What each policy would have kept, for people: the policies side by side, then each by its rules and by who costs most. */
export function replayText(result: ReplayResult, { style, columns }: TextOptions): string {
  const width = Math.min(columns, 120);
  const parts = [
    headLines(result, { style, columns: width }),
    ...result.policies.map((policy) => policyLines(policy, result, { style, columns: width })),
  ];
  return parts.map((lines) => `${lines.join('\n')}\n`).join('\n');
}

function headLines(result: ReplayResult, { style, columns }: TextOptions): string[] {
  const { good, bad } = logNotes(result);
  return [
    ...tableLines(policyColumns(result), columns, style),
    ...beside(result).map((line) => prose(line, columns)),
    ...good.map((note) => style.dim(prose(safeLine(note), columns))),
    ...bad.map((note) => style.yellow(prose(safeLine(note), columns))),
  ];
}

function policyColumns(result: ReplayResult): Column[] {
  const { log, policies, price, room } = result;
  const rows = [{ ...log, name: 'as recorded' }, ...policies];
  const days = rows.map((row) => perDay(row, log));
  const costs = rows.map((row) => costOf(row, result)?.toFixed(2) ?? '?');
  return [
    { head: 'POLICY', cells: rows.map(({ name }) => safeLine(name)), cut: 'end' },
    right('EVENTS', rows.map(eventsText), 3),
    right(
      'SHARE',
      rows.map(({ events }) => shareText(events, log.events)),
      4,
    ),
    right('SIZE', rows.map(bytesText)),
    right(
      'SHARE',
      rows.map(({ bytes }) => shareText(bytes, log.bytes)),
      1,
    ),
    ...(days.includes(null)
      ? []
      : [
          right(
            'A DAY',
            days.map((bytes) => byteText(bytes ?? 0)),
            2,
          ),
        ]),
    ...(price === undefined ? [] : [right('30 DAYS COST', costs)]),
    ...(room === undefined
      ? []
      : [
          right(
            'HELD',
            rows.map((row) => hoursText(hoursOf(row, result))),
          ),
        ]),
  ];
}

function policyLines(policy: Replayed, { policies, sink, recordedWith }: ReplayResult, options: TextOptions): string[] {
  const { style, columns } = options;
  const rules = policy.rules.filter(({ decided }) => decided > 0);
  const idle = policy.rules.filter(({ rule, decided }) => rule > 0 && decided === 0).length;
  const limited = sink ? limitNote(policy, sink) : '';
  return [
    style.bold(safeLine(policy.name)),
    ...(rules.length === 0 ? [] : tableLines(ruleColumns(rules, policy, sink), columns, style)),
    ...(idle === 0
      ? []
      : [style.dim(`${number(idle)} ${idle === 1 ? 'rule decides' : 'rules decide'} nothing in this log.`)]),
    ...(policy.talkers.length === 0 ? [] : ['', ...talkerLines(policy, policies.indexOf(policy), options)]),
    ...(limited === '' ? [] : [style.yellow(prose(limited, columns))]),
    ...policyNotes(policy).map((note) => style.yellow(prose(note, columns))),
    ...(recordedWith && recordedWith.policy !== policy.policy ? unseenLines(recordedWith.policy, policy, options) : []),
  ];
}

function ruleColumns(rules: readonly RuleAmount[], { bytes: all, lineOf }: Replayed, sink: Sink | undefined): Column[] {
  const hasLimit = sink?.maxEventBytes !== undefined;
  return [
    right(
      'RULE',
      rules.map(({ rule }) => (rule === 0 ? 'none' : String(rule))),
    ),
    right(
      'LINE',
      rules.map(({ rule }) => String(lineOf(rule) ?? '')),
    ),
    { head: 'LEVEL', cells: rules.map(({ level }) => level) },
    right(
      'DECIDES',
      rules.map(({ decided }) => number(decided)),
      hasLimit ? 3 : 1,
    ),
    right('EVENTS', rules.map(eventsText)),
    right('SIZE', rules.map(bytesText)),
    right(
      'SHARE',
      rules.map(({ bytes }) => shareText(bytes, all)),
      0,
    ),
    right(
      'P99',
      rules.map(({ p99 }) => byteText(p99)),
      hasLimit ? 1 : 2,
    ),
    right(
      'LARGEST',
      rules.map(({ largest }) => byteText(largest)),
      hasLimit ? 2 : 3,
    ),
    ...(hasLimit
      ? [
          right(
            'TOO LONG',
            rules.map(({ overLimit }) => number(overLimit)),
          ),
        ]
      : []),
  ];
}

const SHOWN_TALKERS = 5;

function talkerLines(policy: Replayed, at: number, { style, columns }: TextOptions): string[] {
  const talkers = policy.talkers.slice(0, SHOWN_TALKERS);
  const amounts = talkers.map((talker) => talker.amounts[at] ?? { events: 0, bytes: 0 });
  const table: Column[] = [
    { head: 'COSTS MOST', cells: talkers.map(talkerText), cut: 'end' },
    right('EVENTS', amounts.map(eventsText)),
    right('SIZE', amounts.map(bytesText)),
    right(
      'SHARE',
      amounts.map(({ bytes }) => shareText(bytes, policy.bytes)),
    ),
  ];
  return tableLines(table, columns, style);
}

const WIDEST_TALKER = 52;
const LEAST_USER = 16;

/** What was done is told whole, where that can be: of the user less is enough. */
function talkerText(talker: Talker): string {
  const what = safeLine(doneText(talker));
  return `${cutMiddle(safeLine(userText(talker)), Math.max(LEAST_USER, WIDEST_TALKER - 1 - widthOf(what)))} ${what}`;
}

const SHOWN_UNSEEN = 4;

function unseenLines(recorded: Replayed['policy'], { policy }: Replayed, { style, columns }: TextOptions): string[] {
  const { sentences, complete } = unseenSentences(recorded, policy);
  const rest = sentences.length - SHOWN_UNSEEN;
  const unsure = complete ? [] : [style.yellow(prose(NOT_ALL_SEEN, columns))];
  if (sentences.length === 0) return complete ? [style.dim(prose(ALL_SEEN, columns))] : unsure;
  return [
    style.yellow(prose('It would write this too, which the policy that recorded the log left out:', columns)),
    ...sentences.slice(0, SHOWN_UNSEEN).flatMap((text) => indented(`- ${text}`, '  ', Math.min(columns, WIDEST_PROSE))),
    ...(rest > 0 ? [`  And ${number(rest)} more: -o json has all of it.`] : []),
    ...unsure,
  ];
}

const WIDEST_PROSE = 80;

function prose(text: string, columns: number): string {
  return wrap(text, Math.min(columns, WIDEST_PROSE));
}

function eventsText({ events }: { events: number }): string {
  return number(events);
}

function bytesText({ bytes }: { bytes: number }): string {
  return byteText(bytes);
}

function right(head: string, cells: readonly string[], dispensable?: number): Column {
  const width = Math.max(head.length, ...cells.map(({ length }) => length));
  const column = { head: head.padStart(width), cells: cells.map((cell) => cell.padStart(width)) };
  return dispensable === undefined ? column : { ...column, dispensable };
}

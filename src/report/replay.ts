import { isoTime } from '../events/time.ts';
import type { JsonObject } from '../json.ts';
import type { Amount } from '../replay/amount.ts';
import type { PolicyAmount, RuleAmount, Talker } from '../replay/replay.ts';
import { cutMiddle, safeLine, widthOf } from './fit.ts';
import { type Column, tableLines } from './table.ts';
import { number, type Style, wrap } from './text.ts';

/** A policy and what it would have kept. */
export interface Replayed extends PolicyAmount {
  name: string;
  /** The line of each rule in the policy's text, by its number; undefined where it has none. */
  lineOf: (rule: number) => number | undefined;
  talkers: readonly Talker[];
}

/** What `policy replay` found. */
export interface ReplayResult {
  log: Amount & { files: number; unreadable: number; from: number; to: number };
  policies: readonly Replayed[];
  /** For 10⁹ bytes. */
  price?: number;
  /** So many bytes the log files on a node may have together. */
  room?: number;
}

/** A span that is shorter says nothing of a day, and one that is not long says little. */
const LEAST_SPAN = 10_000_000;
const GOOD_SPAN = 3_600_000_000;
const DAY = 86_400_000_000;
const HOUR = 3_600_000_000;
const MONTH = 30;

/** What each policy would have kept, as JSON of `formatVersion` 1. */
export function replayJson(result: ReplayResult): JsonObject {
  const { log, policies, price, room } = result;
  return {
    kind: 'Replay',
    formatVersion: 1,
    log: { ...log, from: isoTime(log.from), to: isoTime(log.to) },
    policies: policies.map((policy) => ({
      name: policy.name,
      ...amountJson(policy),
      bytesPerDay: perDay(policy, log),
      ...(price === undefined ? {} : { costPerMonth: costOf(policy, result) }),
      ...(room === undefined ? {} : { hoursHeld: hoursOf(policy, result) }),
      underRecorded: policy.underRecorded,
      unseenBeginnings: policy.unseenBeginnings,
      rules: policy.rules.map((rule) => ({ ...rule, line: policy.lineOf(rule.rule) ?? null })),
      levels: amountsJson(policy.levels),
      stages: amountsJson(policy.stages),
      talkers: policy.talkers.map(({ amounts, ...talker }) => ({
        ...talker,
        ...amountJson(amounts[policies.indexOf(policy)]),
      })),
    })),
  };
}

function amountJson({ events, bytes }: Amount = { events: 0, bytes: 0 }): { events: number; bytes: number } {
  return { events, bytes };
}

function amountsJson(amounts: Readonly<Record<string, Amount>>): JsonObject {
  return Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, amountJson(amount)]));
}

/** null where the log is too short to tell. */
function perDay({ bytes }: Amount, { from, to }: ReplayResult['log']): number | null {
  return to - from >= LEAST_SPAN ? Math.round((bytes * DAY) / (to - from)) : null;
}

function costOf(amount: Amount, { price = 0, log }: ReplayResult): number | null {
  const bytes = perDay(amount, log);
  return bytes === null ? null : Math.round((bytes * MONTH * price) / 1e7) / 100;
}

function hoursOf({ bytes }: Amount, { room = 0, log: { from, to } }: ReplayResult): number | null {
  return to - from >= LEAST_SPAN && bytes > 0 ? Math.round((10 * room * (to - from)) / bytes / HOUR) / 10 : null;
}

interface TextOptions {
  style: Style;
  columns: number;
}

/** The same for people: the policies side by side, then each by its rules and by who costs most. */
export function replayText(result: ReplayResult, { style, columns }: TextOptions): string {
  const width = Math.min(columns, 120);
  const parts = [
    [
      ...tableLines(policyColumns(result), width, style),
      ...shortness(result.log).map((note) => style.yellow(wrap(note, width))),
    ],
    ...result.policies.map((policy, at) => policyLines(policy, at, { style, columns: width })),
  ];
  return parts.map((lines) => `${lines.join('\n')}\n`).join('\n');
}

function shortness({ from, to }: ReplayResult['log']): string[] {
  if (!(to - from >= LEAST_SPAN && to - from < GOOD_SPAN)) return [];
  return [`The log spans ${Math.round((to - from) / 1e6)} s only: a day may be another.`];
}

function policyColumns(result: ReplayResult): Column[] {
  const { log, policies, price, room } = result;
  const rows: readonly (Amount & { name: string })[] = [{ ...log, name: 'as recorded' }, ...policies];
  const days = rows.map((row) => perDay(row, log));
  return [
    { head: 'POLICY', cells: rows.map(({ name }) => safeLine(name)), cut: 'end' },
    {
      ...right(
        'EVENTS',
        rows.map(({ events }) => number(events)),
      ),
      dispensable: 3,
    },
    {
      ...right(
        'SHARE',
        rows.map(({ events }) => share(events, log.events)),
      ),
      dispensable: 4,
    },
    right(
      'SIZE',
      rows.map(({ bytes }) => sizeText(bytes)),
    ),
    {
      ...right(
        'SHARE',
        rows.map(({ bytes }) => share(bytes, log.bytes)),
      ),
      dispensable: 1,
    },
    ...(days.includes(null)
      ? []
      : [
          {
            ...right(
              'A DAY',
              days.map((bytes) => sizeText(bytes ?? 0)),
            ),
            dispensable: 2,
          },
        ]),
    ...(price === undefined
      ? []
      : [
          right(
            '30 DAYS COST',
            rows.map((row) => costOf(row, result)?.toFixed(2) ?? '?'),
          ),
        ]),
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

function policyLines(policy: Replayed, at: number, { style, columns }: TextOptions): string[] {
  const rules = policy.rules.filter(({ decided }) => decided > 0);
  const idle = policy.rules.filter(({ rule, decided }) => rule > 0 && decided === 0).length;
  return [
    style.bold(safeLine(policy.name)),
    ...(rules.length === 0 ? [] : tableLines(ruleColumns(rules, policy), columns, style)),
    ...(idle === 0
      ? []
      : [style.dim(`${number(idle)} ${idle === 1 ? 'rule decides' : 'rules decide'} nothing in this log.`)]),
    ...(policy.talkers.length === 0 ? [] : ['', ...talkerLines(policy, at, { style, columns })]),
    ...notes(policy).map((note) => style.yellow(wrap(note, columns))),
  ];
}

function ruleColumns(rules: readonly RuleAmount[], policy: Replayed): Column[] {
  return [
    right(
      'RULE',
      rules.map(({ rule }) => (rule === 0 ? 'none' : String(rule))),
    ),
    right(
      'LINE',
      rules.map(({ rule }) => String(policy.lineOf(rule) ?? '')),
    ),
    { head: 'LEVEL', cells: rules.map(({ level }) => level) },
    {
      ...right(
        'DECIDES',
        rules.map(({ decided }) => number(decided)),
      ),
      dispensable: 1,
    },
    right(
      'EVENTS',
      rules.map(({ events }) => number(events)),
    ),
    right(
      'SIZE',
      rules.map(({ bytes }) => sizeText(bytes)),
    ),
    right(
      'SHARE',
      rules.map(({ bytes }) => share(bytes, policy.bytes)),
    ),
    {
      ...right(
        'P99',
        rules.map(({ p99 }) => sizeText(p99)),
      ),
      dispensable: 2,
    },
    {
      ...right(
        'LARGEST',
        rules.map(({ largest }) => sizeText(largest)),
      ),
      dispensable: 3,
    },
  ];
}

const SHOWN_TALKERS = 5;

function talkerLines(policy: Replayed, at: number, { style, columns }: TextOptions): string[] {
  const talkers = policy.talkers.slice(0, SHOWN_TALKERS);
  const amounts = talkers.map((talker) => amountJson(talker.amounts[at]));
  return tableLines(
    [
      { head: 'COSTS MOST', cells: talkers.map(talkerText), cut: 'end' },
      right(
        'EVENTS',
        amounts.map(({ events }) => number(events)),
      ),
      right(
        'SIZE',
        amounts.map(({ bytes }) => sizeText(bytes)),
      ),
      right(
        'SHARE',
        amounts.map(({ bytes }) => share(bytes, policy.bytes)),
      ),
    ],
    columns,
    style,
  );
}

const WIDEST_TALKER = 52;
const LEAST_USER = 16;

/** What was done is told whole, where that can be: of the user less is enough. */
function talkerText({ user, verb, resource, namespace }: Talker): string {
  const what = safeLine([verb, withoutGroup(resource), ...(namespace === '' ? [] : [`-n ${namespace}`])].join(' '));
  return `${cutMiddle(safeLine(user), Math.max(LEAST_USER, WIDEST_TALKER - 1 - widthOf(what)))} ${what}`;
}

/** `clusterroles` for `clusterroles.rbac.authorization.k8s.io`: what a person takes in at a glance. A path stays. */
function withoutGroup(resource: string): string {
  return resource.startsWith('/') ? resource : resource.replace(/\.[^/]*/, '');
}

function notes({ underRecorded, unseenBeginnings }: PolicyAmount): string[] {
  return [
    ...(underRecorded === 0
      ? []
      : [
          `${number(underRecorded)} of these events were recorded at a lower level than this policy wants. It would write more: the sizes are the least.`,
        ]),
    ...(unseenBeginnings === 0
      ? []
      : [
          `The log has no RequestReceived events. This policy would write ${number(unseenBeginnings)} more events for them, each without bodies.`,
        ]),
  ];
}

function right(head: string, cells: readonly string[]): Column {
  const width = Math.max(head.length, ...cells.map(({ length }) => length));
  return { head: head.padStart(width), cells: cells.map((cell) => cell.padStart(width)) };
}

function share(part: number, whole: number): string {
  return whole === 0 ? '' : `${((100 * part) / whole).toFixed(1)} %`;
}

function hoursText(hours: number | null): string {
  if (hours === null) return '?';
  return hours < 72 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** A size in the largest unit of which there is one. */
function sizeText(bytes: number): string {
  const unit = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  return `${(bytes / 1024 ** unit).toFixed(unit === 0 ? 0 : 1)} ${UNITS[unit] ?? ''}`;
}

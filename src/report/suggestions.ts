import { isoTime } from '../events/time.ts';
import type { JsonObject } from '../json.ts';
import { comparePolicies } from '../policy/compare/compare.ts';
import { ruleLines, ruleValue } from '../policy/order/insert-rules.ts';
import { LEVELS, type Policy } from '../policy/types.ts';
import type { Amount } from '../replay/amount.ts';
import type { Timeline } from '../replay/over-time.ts';
import type { PolicyAmount } from '../replay/policy-tally.ts';
import type { Risk } from '../replay/suggest/families.ts';
import { type Suggestion, type Suggestions, withRules } from '../replay/suggest/suggest.ts';
import { changeText, summaryJson } from './consequences.ts';
import { spanNotes } from './replay/notes.ts';
import { perDay, quietSeconds, type ReplayedLog, unreadableOf } from './replay/result.ts';
import { shareText, byteText } from './replay/sizes.ts';
import { counted, number, safeText, type Style, wrap } from './text.ts';

/** What `policy suggest` found, and of what. */
export interface SuggestionsResult extends Suggestions {
  log: ReplayedLog;
  timeline: Timeline;
  /** The policy that it is about. */
  name: string;
  before: Policy;
  /** What the log could not tell of it. */
  amount: Pick<PolicyAmount, 'underRecorded' | 'unseenBeginnings'>;
  /** The line of a rule in the policy's text, by its number; undefined where it has none. */
  lineOf: (rule: number) => number | undefined;
  minShare: number;
  maxRisk: Risk;
}

/** What is suggested, as JSON of `formatVersion` 1. */
export function suggestionsJson(result: SuggestionsResult): JsonObject {
  const { log, name, now, after, amount, list } = result;
  return {
    kind: 'PolicySuggestions',
    formatVersion: 1,
    log: { files: log.files, events: log.events, bytes: log.bytes, ...spanJson(result) },
    policy: { name, ...amountJson(now, log), ...unseenJson(amount) },
    changed: amountJson(after, log),
    neverLeftOut: amountJson(result.spared, log),
    ofHigherRisk: result.riskier.length,
    suggestions: list.map((each) => suggestionJson(each, result)),
  };
}

function spanJson({ log, timeline }: SuggestionsResult): JsonObject {
  const [from, to] = [isoTime(log.from), isoTime(log.to)];
  return { from, to, unreadable: unreadableOf(log), quietSeconds: quietSeconds(timeline) };
}

function unseenJson({ underRecorded, unseenBeginnings }: SuggestionsResult['amount']): JsonObject {
  return { underRecorded, unseenBeginnings };
}

function amountJson({ events, bytes }: Amount, log: ReplayedLog): JsonObject {
  return { events, bytes, bytesPerDay: perDay({ events, bytes }, log) };
}

function suggestionJson(suggestion: Suggestion, { before: policy, log, now, lineOf }: SuggestionsResult): JsonObject {
  const { title, rule, before, saves, denied, failed, risk } = suggestion;
  const changed = withRules(policy, [suggestion]);
  const { effects } = summaryJson(comparePolicies(policy, changed), policy, changed);
  return {
    title,
    risk,
    before,
    line: lineOf(before) ?? null,
    rule: ruleValue(rule),
    was: suggestion.now,
    saves: { ...amountJson(saves, log), share: saves.bytes / now.bytes },
    hides: { effects, denied, failed },
  };
}

/** How it is shown. */
interface Look {
  style: Style;
  columns: number;
}

/** The same for people: what it comes to, then each rule with what it saves, what it hides, and how bad that can be. */
export function suggestionsText(result: SuggestionsResult, look: Look): string {
  const columns = Math.min(look.columns, 80);
  const parts = [
    headLines(result).map((line) => wrap(line, columns)),
    ...result.list.map((each, at) => suggestionLines(each, at + 1, result, { ...look, columns })),
    notes(result).map((note) => look.style.yellow(wrap(note, columns))),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

function headLines(result: SuggestionsResult): string[] {
  const { list, name, now, after, log, minShare } = result;
  const what = `${safeText(name)} keeps ${byteText(now.bytes)} of this log${dayText(now, log)}.`;
  if (now.bytes === 0)
    return [log.events === 0 ? 'The log has no events.' : `${safeText(name)} keeps nothing of it.`, NOTHING];
  if (list.length === 0)
    return [what, ...spared(result), `${NOTHING} Nothing saves ${minShare} % of that and can safely be left out.`];
  const many = list.length === 1 ? 'One rule more makes' : `${list.length} rules more make`;
  return [
    what,
    ...spared(result),
    `${many} that ${byteText(after.bytes)}${dayText(after, log)}: ${shareText(after.bytes, now.bytes)} of it.`,
  ];
}

function spared({ spared: { bytes }, now }: SuggestionsResult): string[] {
  if (bytes === 0) return [];
  return [
    `${shareText(bytes, now.bytes)} of that is never left out: people, logins that failed, secrets, RBAC, ways into containers.`,
  ];
}

const NOTHING = 'Nothing is suggested.';

function dayText(amount: Amount, log: ReplayedLog): string {
  const day = perDay(amount, log);
  return day === null ? '' : `, ${byteText(day)} a day`;
}

const RISK_STYLE: Readonly<Record<Risk, 'green' | 'yellow' | 'red'>> = { low: 'green', medium: 'yellow', high: 'red' };

function suggestionLines(
  suggestion: Suggestion,
  at: number,
  result: SuggestionsResult,
  { style, columns }: Look,
): string[] {
  const { title, rule, before, saves, risk } = suggestion;
  const { now, log, lineOf } = result;
  const line = lineOf(before);
  const share = shareText(saves.bytes, now.bytes);
  const place = `Before rule ${before}${line === undefined ? '' : ` (line ${line})`}, which records them at ${suggestion.now} now:`;
  return [
    style.bold(safeText(`${at}. ${title}: saves ${share}`)),
    ...labelled('Saves', `${byteText(saves.bytes)}${dayText(saves, log)}${eventsText(suggestion)}`, columns),
    ...labelled('Hides', hidesText(suggestion, result, columns - LABEL), columns),
    ...labelled('Risk', risk, columns).map((text) => text.replace(risk, style[RISK_STYLE[risk]](risk))),
    ...labelled('Rule', place, columns),
    '',
    ...ruleLines(rule, columns - LABEL).map((text) => `${' '.repeat(LABEL)}${safeText(text)}`),
  ];
}

const LABEL = 7;

function labelled(label: string, text: string, columns: number): string[] {
  return wrap(text, columns - LABEL)
    .split('\n')
    .map((line, at) => `${(at === 0 ? label : '').padEnd(LABEL)}${line}`);
}

function eventsText({ saves: { events } }: Suggestion): string {
  return events === 0 ? ', bodies only' : `, ${counted(events, 'event')}`;
}

const MOST_LINES = 4;

/** What `policy diff` says of the rule, and what that means for what went wrong. */
function hidesText(suggestion: Suggestion, { before: policy }: SuggestionsResult, columns: number): string {
  const { rule, denied, failed } = suggestion;
  const effects = changeText(policy, withRules(policy, [suggestion]), { columns, most: MOST_LINES, command: null });
  const losses = rule.level === 'None' ? [lossText(denied, failed)] : [`They stay in the log, at ${rule.level}.`];
  return [...effects, ...losses].join('\n');
}

function lossText(denied: number, failed: number): string {
  if (failed === 0) return 'Denials and errors among them too: this log has none.';
  return `Denials and errors among them too: in this log ${number(denied)} denied, ${number(failed - denied)} failed otherwise.`;
}

function notes(result: SuggestionsResult): string[] {
  const { underRecorded, unseenBeginnings } = result.amount;
  return [
    ...riskierNotes(result),
    ...spanNotes(result),
    ...(underRecorded === 0
      ? []
      : [
          `${counted(underRecorded, 'event')} of the log ${underRecorded === 1 ? 'was' : 'were'} recorded at a lower level than this policy wants. It would write more, and to leave out only bodies may save more than is seen here.`,
        ]),
    ...(unseenBeginnings === 0
      ? []
      : ['The log has no RequestReceived events, and this policy writes them: it would write more, and save more.']),
  ];
}

function riskierNotes({ riskier, now, maxRisk }: SuggestionsResult): string[] {
  if (riskier.length === 0) return [];
  const bytes = riskier.reduce((sum, { saves }) => sum + saves.bytes, 0);
  const worst: Risk = riskier.some(({ risk }) => risk === 'high') ? 'high' : 'medium';
  const more = riskier.length === 1 ? 'One more saves' : `${riskier.length} more save`;
  return [
    `${more} ${shareText(bytes, now.bytes)} at a risk above ${maxRisk}: --max-risk ${worst} shows ${riskier.length === 1 ? 'it' : 'them'}.`,
  ];
}

/** For the comment above a rule in a file: `Leases of the control plane are not recorded (kops-audit policy suggest).` */
export function commentOf({ title, rule: { level } }: Suggestion): string {
  const what = level === LEVELS[0] ? 'not recorded' : level === 'Metadata' ? 'without bodies' : 'without answers';
  return `${title.replaceAll(/[^ -~]/g, '?')}: ${what} (kops-audit policy suggest).`;
}

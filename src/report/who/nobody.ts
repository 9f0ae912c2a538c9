import { unfolded } from '../../events/fold.ts';
import type { Step } from '../../events/who/chain.ts';
import type { RecordedRequest } from '../../events/who/recorded.ts';
import { actionText, outcomeText } from '../events/words.ts';
import { requestText } from '../explanation.ts';
import { number, safeLine, safeText, wrap } from '../text.ts';
import {
  type Answer,
  type AnswerView,
  FEW,
  whatText,
  whoOf,
  whenText,
  LINKS,
  notedLines,
  eventsPart,
  bodilessText,
} from './parts.ts';

/** What is said where nobody did it: what the log has, who may have done it, and what the policy would not have recorded. */
export function nobodyParts(answer: Answer, view: AnswerView): string[] {
  const { asked, happened } = answer;
  const { style, columns } = view;
  const isGuessed = happened.possible.length > 0;
  const isBind = asked.act.word === 'bind';
  const lead =
    isGuessed && !isBind
      ? `Nothing in this log names who ${asked.act.did} ${whatText(asked, undefined)}.`
      : `Nobody ${asked.act.did} ${isBind ? `${asked.name} to anybody` : whatText(asked, undefined)}, as far as this log tells.`;
  const details = [
    spanText(answer, view),
    ...(isBind ? [bodilessText(happened.possible)] : [...sightText(answer, view), ofTypeText(answer)]),
  ].filter((detail) => detail !== '');
  const body = details.flatMap((detail) => wrap(safeLine(detail), columns - 2).split('\n')).map((line) => `  ${line}`);
  return [
    [style.yellow(wrap(safeLine(lead), columns)), ...body].join('\n'),
    isGuessed && !isBind ? possiblePart(happened.possible, view) : '',
    eventsPart('Tried in vain:', happened.tried, view),
    recordedPart(answer, view),
  ];
}

function possiblePart(steps: readonly Step[], view: AnswerView): string {
  const shown = steps.slice(-FEW);
  const notes = shown.map(({ link, role }) =>
    role === 'namespace' ? 'if it was there, it went with its namespace' : LINKS[link],
  );
  return `This may have done it:\n${notedLines(shown, notes, view)}`;
}

function spanText({ tally, inTime }: Answer, { isUtc }: AnswerView): string {
  if (tally.events === 0) return 'The log has no events at all.';
  const span = `${whenText(tally.from, isUtc)} to ${whenText(tally.to, isUtc)}`;
  const some = inTime === 0 ? 'None' : number(inTime ?? 0);
  const asked =
    inTime === null ? '' : ` ${some} of them ${inTime === 1 ? 'is' : 'are'} in the time that was asked for.`;
  return `The log has ${number(tally.events)} events, from ${span}.${asked}`;
}

function sightText({ collected: { alive, gone } }: Answer, { isUtc }: AnswerView): string[] {
  return [
    ...(alive ? [`It was there on ${whenText(alive.at, isUtc)} (${whoOf(alive)}: ${actionText(alive)}).`] : []),
    ...(gone
      ? [`It was not there on ${whenText(gone.at, isUtc)}: ${whoOf(gone)} got ${outcomeText(unfolded(gone))}.`]
      : []),
  ];
}

function ofTypeText({ asked, collected: { ofType }, inTime }: Answer): string {
  if (inTime === 0) return '';
  const where = asked.namespace === '' ? '' : ` in ${asked.namespace}`;
  const what = `${asked.resource}${where}`;
  if (asked.act.word === 'create' && asked.resource === 'pods' && ofType > 0)
    return 'The names of pods that a workload makes are made up by the server: at level Metadata they are not recorded.';
  const inIt = inTime === null ? 'in it' : 'in that time';
  if (ofType === 0) return `There is no request for ${what} ${inIt} at all: perhaps they are not recorded.`;
  return `There ${ofType === 1 ? 'is one request' : `are ${number(ofType)} requests`} for ${what} ${inIt}.`;
}

/** What the policy would not have recorded is said; without it, that this is not known. */
function recordedPart({ recorded }: Answer, { style, columns }: AnswerView): string {
  if (!recorded) {
    const says = 'What the policy did not record is not in the log, and which policy that was is not known here.';
    return [wrap(says, columns), `${style.bold('Fix:')} add --recorded-with POLICY, or -f CLUSTER-SPEC.`].join('\n');
  }
  const lines = recorded.requests.flatMap((each) =>
    wrap(recordedText(each), columns - 2)
      .split('\n')
      .map((line) => `  ${line}`),
  );
  return [`What ${safeText(recorded.policy)} records of it:`, ...lines].join('\n');
}

/** `delete secrets/db -n shop: recorded (rule 7), but not of kubelets (rule 3)`. */
function recordedText({ request, recordings }: RecordedRequest): string {
  const isKept = recordings.filter(({ decision }) => decision.level !== 'None');
  const isLost = recordings.filter(({ decision }) => decision.level === 'None');
  const text = request.resource === 'namespaces' ? requestText({ ...request, namespace: '' }) : requestText(request);
  if (isLost.length === 0) return `${text}: recorded, whoever does it (${rulesText(isKept)}).`;
  if (isKept.length === 0) return `${text}: not recorded, whoever does it (${rulesText(isLost)}).`;
  const lost = isLost.map(({ party, decision }) => `${party} (${ruleText(decision.rule)})`).join(', ');
  return `${text}: recorded (${rulesText(isKept)}), but not of ${lost}.`;
}

function rulesText(recordings: RecordedRequest['recordings']): string {
  const rules = [...new Set(recordings.map(({ decision }) => decision.rule))].toSorted((a, b) => a - b);
  if (rules.length === 1) return ruleText(rules[0] ?? 0);
  return `rules ${rules.join(', ')}`;
}

function ruleText(rule: number): string {
  return rule === 0 ? 'no rule' : `rule ${rule}`;
}

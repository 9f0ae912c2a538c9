import type { DamageKind } from '../../events/tally.ts';
import type { Timeline } from '../../replay/over-time.ts';
import type { PolicyAmount } from '../../replay/policy-tally.ts';
import type { Sink } from '../../ship/sinks.ts';
import { countRemarks } from '../events/remarks.ts';
import { durationText } from '../events/times.ts';
import { cutMiddle } from '../fit.ts';
import { limitText } from '../sizes.ts';
import { counted, number, safeText } from '../text.ts';
import { isShort, overLimitOf, quietSeconds, type ReplayedLog, type ReplayResult } from './result.ts';
import { timesText } from './sizes.ts';
import { notRecordedText } from './unseen.ts';

/** What each policy writes beside the first of them. */
export function beside({ policies: [first, ...others] }: ReplayResult): string[] {
  if (!first || others.length === 0 || first.bytes === 0) return [];
  const parts = others.map(({ name, bytes }, at) => {
    const writes = at === 0 ? `writes ${timesText(bytes, first.bytes)} as many bytes` : timesText(bytes, first.bytes);
    return `${nameText(name)} ${writes}`;
  });
  return [`Beside ${nameText(first.name)}, ${parts.join(', ')}.`];
}

/** A name in a sentence of 80 columns. */
const LONGEST_NAME = 60;

function nameText(name: string): string {
  return cutMiddle(safeText(name), LONGEST_NAME);
}

/** What is to be known of the log: what is as it should be, and what is not. */
export function logNotes(result: ReplayResult): { good: string[]; bad: string[] } {
  const { log, recordedWith, sink } = result;
  const isOther = recordedWith ? notRecordedText(recordedWith, log) : '';
  const fits = recordedWith ? `All of this log is as ${recordedWith.name} records it.` : UNKNOWN_RECORDER;
  return {
    good: [...(isOther === '' ? [fits] : []), ...(sink ? [sinkText(sink)] : []), ...countRemarks(log)],
    bad: [...spanNotes(result), ...damageText(log), ...(isOther === '' ? [] : [isOther])],
  };
}

const UNKNOWN_RECORDER =
  'What the policy that recorded the log left out is in no number here: --recorded-with POLICY tells what that is.';

/** Why a day of the cluster may be another than what is a day in the log. */
export function spanNotes({ log, timeline }: Pick<ReplayResult, 'log' | 'timeline'>): string[] {
  return [...shortText(log), ...quietText(timeline)];
}

function shortText(log: ReplayedLog): string[] {
  return isShort(log) ? [`The log spans ${Math.round((log.to - log.from) / 1e6)} s only: a day may be another.`] : [];
}

function quietText(timeline: Timeline): string[] {
  const quiet = quietSeconds(timeline);
  if (quiet === 0) return [];
  const [none, all] = [quiet, (timeline.spans.length * timeline.width) / 1_000_000].map(durationText);
  const part = none === all ? 'nearly all' : none;
  return [
    `There is no event for ${part} of the ${all} that the log spans. If it has gaps (logs --check tells), a day of the cluster writes more than is told here.`,
  ];
}

const DAMAGE: Readonly<Record<DamageKind, string>> = {
  cut: 'cut off',
  nul: 'with bytes NUL',
  corrupt: 'not JSON',
  foreign: 'no audit event',
  unfinished: 'only begun, at the end of a file',
};

function damageText({ damaged }: ReplayedLog): string[] {
  const kinds = Object.entries(DAMAGE).filter(([kind]) => countOf(damaged, kind) > 0);
  if (kinds.length === 0) return [];
  const total = kinds.reduce((sum, [kind]) => sum + countOf(damaged, kind), 0);
  const parts = kinds.map(([kind, says]) => `${number(countOf(damaged, kind))} ${says}`);
  return [`${counted(total, 'line')} of the log ${total === 1 ? 'is' : 'are'} in no number: ${parts.join(', ')}.`];
}

function countOf(damaged: Readonly<Record<string, number>>, kind: string): number {
  return damaged[kind] ?? 0;
}

function sinkText({ name, maxEventBytes }: Sink): string {
  if (maxEventBytes === undefined) return `How long an event may be that ${name} takes is not known.`;
  const { bytes, longer } = maxEventBytes;
  const then = longer === undefined ? 'What becomes of a longer one is not known' : `A longer one ${longer}`;
  return `${name} takes ${limitText(bytes)} in one event. ${then}; ship leaves its bodies out.`;
}

/** How many events of a policy are longer than a store takes, by rule; '' where none is, or nobody knows. */
export function limitNote(policy: PolicyAmount, sink: Sink): string {
  const over = overLimitOf(policy, sink) ?? 0;
  if (over === 0) return '';
  const rules = policy.rules.filter(({ overLimit }) => overLimit > 0);
  const parts = rules.map(({ rule, overLimit }) => `rule ${rule} (${number(overLimit)})`);
  return `${counted(over, 'event')} ${over === 1 ? 'is' : 'are'} longer than ${sink.name} takes: ${parts.join(', ')}.`;
}

/** What of a policy the log cannot tell whole. */
export function policyNotes({ underRecorded, unseenBeginnings }: PolicyAmount): string[] {
  return [
    ...(underRecorded === 0
      ? []
      : [
          `${number(underRecorded)} of these events were recorded at a lower level than this policy wants. It would write more: the sizes are the least.`,
        ]),
    ...(unseenBeginnings === 0
      ? []
      : [
          `The log has no RequestReceived events. This policy would write at least ${counted(unseenBeginnings, 'event')} more for them, each without bodies.`,
        ]),
  ];
}

import { comparePolicies } from '../../policy/compare/compare.ts';
import { describeRequests } from '../../policy/compare/describe.ts';
import type { Outcome } from '../../policy/compare/sides.ts';
import { LEVELS, type Policy } from '../../policy/types.ts';
import { unseenSentences } from '../consequences.ts';
import { number } from '../text.ts';
import type { RecordedWith, ReplayedLog } from './result.ts';
import { byteText } from './sizes.ts';

export const ALL_SEEN = 'The policy that recorded the log left nothing out that this one would write.';
export const NOT_ALL_SEEN = 'The policies are too large to tell all that this one would write besides.';

/** What a policy would write and a log has not, as another policy recorded it: sentences, and the requests with both outcomes. */
export function unseenJson(recorded: Policy, policy: Policy): object {
  const { classes, notDecided } = comparePolicies(recorded, policy);
  const { sentences, complete } = unseenSentences(recorded, policy);
  return {
    complete: complete && notDecided === null,
    effects: sentences,
    requests: classes
      .filter(({ before, after }) => isMore(before, after))
      .map(({ before, after, rules, requests, example }) => ({
        rules: rules.after,
        recorded: before,
        wanted: after,
        requests: describeRequests(requests),
        example,
      })),
  };
}

/** Whether something is written by the second that the first does not write. */
function isMore(before: Outcome, after: Outcome): boolean {
  const [was, is] = [LEVELS.indexOf(before.level), LEVELS.indexOf(after.level)];
  if (is === 0 || was === 0) return is > 0;
  const hasFields = Math.min(was, is) > 1 && before.omitManagedFields && !after.omitManagedFields;
  return is > was || hasFields || before.omitStages.some((stage) => !after.omitStages.includes(stage));
}

/** What of a log says that it was not recorded with the policy that was named, or not all of it: '' for nothing. */
export function notRecordedText({ name, amount }: RecordedWith, log: ReplayedLog): string {
  const dropped = log.events - amount.events;
  const signs = [
    ...(dropped > 0 ? [`${number(dropped)} of its events that policy would not have written`] : []),
    ...(amount.underRecorded > 0 ? [`${number(amount.underRecorded)} have less than that policy writes`] : []),
    ...(dropped === 0 && amount.bytes < log.bytes
      ? [
          `that policy would have written ${byteText(amount.bytes)} for these events, and they have ${byteText(log.bytes)}`,
        ]
      : []),
  ];
  return signs.length === 0 ? '' : `This log was not recorded with ${name}, or not all of it: ${signs.join('; ')}.`;
}

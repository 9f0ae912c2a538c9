import { isoTime } from '../../events/time.ts';
import type { Amount } from '../../replay/amount.ts';
import type { Sink } from '../../ship/sinks.ts';
import {
  costOf,
  hoursOf,
  overLimitOf,
  partOf,
  perDay,
  quietSeconds,
  type Replayed,
  type ReplayResult,
  unreadableOf,
} from './result.ts';
import { unseenJson } from './unseen.ts';

/** What each policy would have kept, as JSON of `formatVersion` 1. */
export function replayJson(result: ReplayResult): object {
  const { log, policies, recordedWith, sink, timeline } = result;
  return {
    kind: 'Replay',
    formatVersion: 1,
    log: {
      ...log,
      from: isoTime(log.from),
      to: isoTime(log.to),
      unreadable: unreadableOf(log),
      quietSeconds: quietSeconds(timeline),
    },
    recordedWith: recordedWith
      ? {
          name: recordedWith.name,
          ...amountJson(recordedWith.amount),
          underRecorded: recordedWith.amount.underRecorded,
        }
      : null,
    ...(sink ? { sink: sinkJson(sink) } : {}),
    policies: policies.map((policy) => policyJson(policy, result)),
    overTime: {
      seconds: timeline.width / 1_000_000,
      spans: timeline.spans.map(({ from, log: own, policies: kept }) => ({
        from: isoTime(from),
        ...amountJson(own),
        policies: kept.map(amountJson),
      })),
    },
  };
}

function policyJson(policy: Replayed, result: ReplayResult): object {
  const { log, policies, recordedWith, sink, price, room } = result;
  return {
    name: policy.name,
    ...amountJson(policy),
    shareOfLog: shareJson(policy, log),
    comparedWith: policies
      .filter((other) => other !== policy)
      .map((other) => ({ name: other.name, ...shareJson(policy, other) })),
    bytesPerDay: perDay(policy, log),
    ...(price === undefined ? {} : { costPerMonth: costOf(policy, result) }),
    ...(room === undefined ? {} : { hoursHeld: hoursOf(policy, result) }),
    ...(sink ? { overLimit: overLimitOf(policy, sink) } : {}),
    underRecorded: policy.underRecorded,
    unseenBeginnings: policy.unseenBeginnings,
    unseen: recordedWith ? unseenJson(recordedWith.policy, policy.policy) : null,
    rules: policy.rules.map((rule) => ruleJson(rule, policy, sink)),
    levels: amountsJson(policy.levels),
    stages: amountsJson(policy.stages),
    talkers: policy.talkers.map(({ amounts, ...talker }) => ({
      ...talker,
      ...amountJson(amounts[policies.indexOf(policy)]),
    })),
  };
}

function ruleJson(
  { rule, level, overLimit, ...amounts }: Replayed['rules'][number],
  { lineOf }: Replayed,
  sink: Sink | undefined,
): object {
  const over = sink?.maxEventBytes === undefined ? null : overLimit;
  return { rule, line: lineOf(rule) ?? null, level, ...amounts, ...(sink ? { overLimit: over } : {}) };
}

function sinkJson({ name, maxEventBytes }: Sink): object {
  const { bytes = null, longer = null, source = null } = maxEventBytes ?? {};
  return { name, maxEventBytes: bytes, longer, source };
}

/** As a part of another amount: 1 is as much. */
function shareJson(part: Amount, whole: Amount): object {
  const rounded = (share: number | null): number | null =>
    share === null ? null : Math.round(share * 10_000) / 10_000;
  return { events: rounded(partOf(part.events, whole.events)), bytes: rounded(partOf(part.bytes, whole.bytes)) };
}

function amountJson({ events, bytes }: Amount = { events: 0, bytes: 0 }): { events: number; bytes: number } {
  return { events, bytes };
}

function amountsJson(amounts: Readonly<Record<string, Amount>>): object {
  return Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, amountJson(amount)]));
}

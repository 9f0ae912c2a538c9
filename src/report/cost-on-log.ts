import { isoTime } from '../events/time.ts';
import type { JsonObject } from '../json.ts';
import type { Amount } from '../replay/amount.ts';
import type { PolicyAmount } from '../replay/policy-tally.ts';
import { isShort, perDay, type ReplayedLog, unreadableOf } from './replay/result.ts';
import { sizeText } from './replay/sizes.ts';
import { safeText } from './text.ts';

/** What a policy would have kept of a log, as far as the log can tell. */
export interface PolicyCost extends Pick<PolicyAmount, 'events' | 'bytes' | 'underRecorded' | 'unseenBeginnings'> {
  name: string;
}

/** What a change costs on a log that somebody has. */
export interface CostOnLog {
  log: ReplayedLog;
  /** Under the policy in force; `off`: nothing is recorded; null: the spec does not hold the policy. */
  now: PolicyCost | 'off' | null;
  /** Under the policy to come; null where the spec will not hold it. */
  planned: PolicyCost | null;
  /** Both are one policy. */
  isSame: boolean;
}

/** It in a line: `on your log: 3.1 GiB a day now, 0.9 GiB with kops`. */
export function costOnLogText({ log, now, planned, isSame }: CostOnLog): string {
  if (planned === null) return 'on your log: not known, the spec does not hold the policy';
  const isOfDay = perDay(log, log) !== null;
  const size = (cost: PolicyCost): string =>
    `${isLeast(cost) ? 'at least ' : ''}${sizeText(perDay(cost, log) ?? cost.bytes)}`;
  const day = isOfDay ? ' a day' : '';
  const name = `with \`${safeText(planned.name)}\``;
  const where = isOfDay ? 'on your log' : `of the ${sizeText(log.bytes)} of your log`;
  const short = isShort(log) ? `; it spans ${spanText(log)} only` : '';
  if (now === 'off') return `${where}: ${size(planned)}${day} ${name}, off now${short}`;
  if (now === null) return `${where}: ${size(planned)}${day} ${name}${short}`;
  if (isSame) return `${where}: ${size(planned)}${day} ${name}, as now${short}`;
  return `${where}: ${size(now)}${day} now, ${size(planned)} ${name}${short}`;
}

/** A log can only be made smaller. */
function isLeast({ underRecorded, unseenBeginnings }: PolicyCost): boolean {
  return underRecorded > 0 || unseenBeginnings > 0;
}

function spanText({ from, to }: ReplayedLog): string {
  const seconds = Math.round((to - from) / 1e6);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} minutes`;
}

/** The same for the plan as JSON. */
export function costOnLogJson({ log, now, planned }: CostOnLog): JsonObject {
  const { files, events, bytes } = log;
  return {
    log: { files, events, bytes, from: isoTime(log.from), to: isoTime(log.to), unreadable: unreadableOf(log) },
    now: now === 'off' ? amountJson({ name: null, events: 0, bytes: 0 }, log) : now && amountJson(now, log),
    planned: planned && amountJson(planned, log),
  };
}

function amountJson(
  cost: Amount & Partial<Omit<PolicyCost, 'name'>> & { name: string | null },
  log: ReplayedLog,
): JsonObject {
  const { name, events, bytes, underRecorded = 0, unseenBeginnings = 0 } = cost;
  return { policy: name, events, bytes, bytesPerDay: perDay(cost, log), underRecorded, unseenBeginnings };
}

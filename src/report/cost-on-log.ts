import { isoTime, microseconds } from '../events/time.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import type { Timeline } from '../replay/over-time.ts';
import type { PolicyAmount } from '../replay/policy-tally.ts';
import { durationText } from './events/times.ts';
import { isShort, perDay, quietSeconds, type ReplayedLog, unreadableOf } from './replay/result.ts';
import { byteText } from './replay/sizes.ts';
import { safeText } from './text.ts';

/** What a policy would have kept of a log, as far as the log can tell. */
export interface PolicyCost extends Pick<PolicyAmount, 'events' | 'bytes' | 'underRecorded' | 'unseenBeginnings'> {
  name: string;
  /** null where the log is too short to tell. */
  bytesPerDay: number | null;
}

/** What a change costs on a log that somebody has. */
export interface CostOnLog {
  log: Pick<ReplayedLog, 'files' | 'events' | 'bytes' | 'from' | 'to'> & { unreadable: number; quietSeconds: number };
  /** Under the policy in force; `off`: nothing is recorded; null: the spec does not hold the policy. */
  now: PolicyCost | 'off' | null;
  /** Under the policy to come; null where the spec will not hold it. */
  planned: PolicyCost | null;
  /** Both are one policy. */
  isSame: boolean;
}

/** The cost of a policy, of what a replay of the log found. */
export function policyCost(name: string, amount: PolicyAmount, log: ReplayedLog): PolicyCost {
  const { events, bytes, underRecorded, unseenBeginnings } = amount;
  return { name, events, bytes, bytesPerDay: perDay(amount, log), underRecorded, unseenBeginnings };
}

/** The log, as its cost is told with it. */
export function costedLog(log: ReplayedLog, timeline: Timeline): CostOnLog['log'] {
  const { files, events, bytes, from, to } = log;
  return { files, events, bytes, from, to, unreadable: unreadableOf(log), quietSeconds: quietSeconds(timeline) };
}

/** It in a line: `on your log: 3.1 GiB a day now, 0.9 GiB with kops`. */
export function costOnLogText({ log, now, planned, isSame }: CostOnLog): string {
  if (planned === null) return 'on your log: not known, the spec does not hold the policy';
  const isOfDay = planned.bytesPerDay !== null;
  const day = isOfDay ? ' a day' : '';
  const name = `with \`${safeText(planned.name)}\``;
  const where = isOfDay ? 'on your log' : `of the ${byteText(log.bytes)} of your log`;
  const short = isShort(log) ? `; it spans ${spanText(log)} only` : quietText(log);
  if (now === 'off') return `${where}: ${sizeOf(planned)}${day} ${name}, off now${short}`;
  if (now === null) return `${where}: ${sizeOf(planned)}${day} ${name}${short}`;
  if (isSame) return `${where}: ${sizeOf(planned)}${day} ${name}, as now${short}`;
  return `${where}: ${sizeOf(now)}${day} now, ${sizeOf(planned)} ${name}${short}`;
}

function sizeOf(cost: PolicyCost): string {
  return `${isLeast(cost) ? 'at least ' : ''}${byteText(cost.bytesPerDay ?? cost.bytes)}`;
}

/** A log can only be made smaller. */
function isLeast({ underRecorded, unseenBeginnings }: PolicyCost): boolean {
  return underRecorded > 0 || unseenBeginnings > 0;
}

function spanText({ from, to }: Pick<ReplayedLog, 'from' | 'to'>): string {
  const seconds = Math.round((to - from) / 1e6);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} minutes`;
}

function quietText({ quietSeconds: seconds }: CostOnLog['log']): string {
  return seconds === 0 ? '' : `; it has no event for ${durationText(seconds)}, so that a day may be more`;
}

/** The same for the plan as JSON. */
export function costOnLogJson({ log, now, planned }: CostOnLog): JsonObject {
  return {
    log: { ...log, from: isoTime(log.from), to: isoTime(log.to) },
    now: now === 'off' ? offJson(planned) : now && costJson(now),
    planned: planned && costJson(planned),
  };
}

function costJson({ name, ...amounts }: PolicyCost): JsonObject {
  return { policy: name, ...amounts };
}

function offJson(planned: PolicyCost | null): JsonObject {
  const bytesPerDay = planned?.bytesPerDay === null ? null : 0;
  return { policy: null, events: 0, bytes: 0, bytesPerDay, underRecorded: 0, unseenBeginnings: 0 };
}

/**
 * Reads what `costOnLogJson` made.
 *
 * @param isSame whether both are one policy, which it does not say.
 * @returns null for what it never makes.
 */
export function readCostOnLog({ log, now, planned }: JsonObject, isSame: boolean): CostOnLog | null {
  const wasNow = isOff(now) ? 'off' : readCost(now);
  const [readLog, willBe] = [readCosted(log), readCost(planned)];
  return readLog === null || wasNow === undefined || willBe === undefined
    ? null
    : { log: readLog, now: wasNow, planned: willBe, isSame };
}

function isOff(now: Json | undefined): boolean {
  return isObject(now) && now['policy'] === null;
}

function readCosted(log: Json | undefined): CostOnLog['log'] | null {
  if (!isObject(log)) return null;
  const { files, events, bytes, unreadable, quietSeconds: quiet, from, to } = log;
  if (!isNumber(files) || !isNumber(events) || !isNumber(bytes) || !isNumber(unreadable) || !isNumber(quiet))
    return null;
  return { files, events, bytes, unreadable, quietSeconds: quiet, from: timeOf(from), to: timeOf(to) };
}

function timeOf(text: Json | undefined): number {
  return typeof text === 'string' ? microseconds(text) : NaN;
}

/** null: the spec does not hold the policy; undefined: it is none. */
function readCost(cost: Json | undefined): PolicyCost | null | undefined {
  if (cost === null) return null;
  if (!isObject(cost)) return undefined;
  const { policy: name, bytesPerDay = null, events, bytes, underRecorded, unseenBeginnings } = cost;
  if (typeof name !== 'string' || !(bytesPerDay === null || isNumber(bytesPerDay))) return undefined;
  if (!isNumber(events) || !isNumber(bytes) || !isNumber(underRecorded) || !isNumber(unseenBeginnings))
    return undefined;
  return { name, events, bytes, bytesPerDay, underRecorded, unseenBeginnings };
}

function isNumber(value: Json | undefined): value is number {
  return typeof value === 'number';
}

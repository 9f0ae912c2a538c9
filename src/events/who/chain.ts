import type { LoggedEvent } from '../event.ts';
import { isDryRun } from '../questions/traits.ts';
import { isOfMany } from '../named.ts';
import type { Asked } from './asked.ts';
import { finalizersIn, namesIn, uidOf } from '../bodies.ts';
import type { Candidate, Collected, Role } from './collect.ts';
import { controllerOf, type Controller } from './controllers.ts';

/** How it is known that a request belongs to what happened: it names the object, its uid does; or name and time suggest it. */
type Link = 'named' | 'uid' | 'listed' | 'namespace' | 'name and time' | 'kind and place';

const SURE: readonly Link[] = ['named', 'uid', 'listed', 'namespace'];

/** One request of what happened. */
export interface Step {
  event: LoggedEvent;
  role: Role;
  link: Link;
  /** Whether the link is more than a guess. */
  isSure: boolean;
  /** The program that did it by itself. */
  controller?: Controller;
}

/** What happened to an object, as far as a log tells. */
export interface Happened {
  /** What it began with, and what followed, in time order; empty for nobody. */
  chain: readonly Step[];
  /** What may have done it as well, where nothing names the object. */
  possible: readonly Step[];
  /** What failed, or was a dry run. */
  tried: readonly Candidate[];
  /** Earlier times that it was done. */
  earlier: readonly Candidate[];
  /** The request that made it, and one that made it anew afterwards. */
  made: LoggedEvent | null;
  again: LoggedEvent | null;
  /** What a person changed before a controller made it. */
  because: Step | null;
  /** It was only marked: the finalizers that hold it, by the last answer. */
  held: readonly string[] | null;
}

/** So long before what a controller did its reason is looked for, in microseconds: ten minutes. */
const WITHIN = 600_000_000;

/** Puts together who deleted an object: the earliest request that led to it, and what followed. */
export function deletionOf(asked: Asked, collected: Collected): Happened {
  const done = collected.candidates.filter(({ event }) => isDone(event));
  const tried = collected.candidates.filter(
    ({ event, role }) => !isDone(event) && ['itself', 'collection', 'eviction'].includes(role),
  );
  const own = done.filter(({ event, role }) => role === 'itself' && event.verb === 'delete');
  const made = done.filter(({ role }) => role === 'made').map(({ event }) => event);
  const life = lifeOf(own, made);
  const [first] = life;
  const what = first
    ? chainOf(first, life, { ...collected, candidates: done })
    : withoutDelete(asked, { ...collected, candidates: done });
  const end = what.chain.at(-1)?.event;
  return {
    ...what,
    tried,
    earlier: own.filter(({ event }) => !life.includes(event)),
    made: made.findLast(({ at }) => end === undefined || at < end.at) ?? null,
    again: end === undefined ? null : (made.find(({ at }) => at > end.at) ?? null),
    because: null,
    held: heldBy(life),
  };
}

function isDone({ code, requestURI, stage }: LoggedEvent): boolean {
  return code > 0 && code < 400 && stage !== 'Panic' && !isDryRun(requestURI);
}

/**
 * The deletes of its last life: an object that is deleted gracefully is deleted twice, and a name can be used again. What follows within
 * the time a graceful end takes is of the same life.
 */
function lifeOf(own: readonly Candidate[], made: readonly LoggedEvent[]): LoggedEvent[] {
  const last = own.at(-1)?.event;
  if (!last) return [];
  const born = made.findLast(({ at }) => at < last.at)?.at ?? -Infinity;
  const life = own.map(({ event }) => event).filter((event) => event.at > born && isSameUid(uidOf(event), uidOf(last)));
  const from = life.findLastIndex((event, at) => event.at - (life[at - 1]?.at ?? -Infinity) > GRACE);
  return life.slice(Math.max(0, from));
}

/** An hour is more than any grace period that people set. */
const GRACE = 3_600_000_000;

function isSameUid(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined || a === b;
}

/** The first delete of an object, and what led to it where a controller sent it. */
function chainOf(
  first: LoggedEvent,
  life: readonly LoggedEvent[],
  collected: Collected,
): Pick<Happened, 'chain' | 'possible'> {
  const own = life.map((event) => stepOf(event, 'itself', 'named'));
  const controller = controllerOf(first);
  const before = evictionOf(first, collected) ?? (controller ? reasonsFor(first, controller, collected) : []);
  return { chain: [...before, ...own].toSorted((a, b) => a.event.at - b.event.at), possible: [] };
}

/** A request as a part of what happened. */
export function stepOf(event: LoggedEvent, role: Role, link: Link): Step {
  const controller = controllerOf(event);
  return { event, role, link, isSure: SURE.includes(link), ...(controller ? { controller } : {}) };
}

/** An eviction deletes the pod inside of the API server: the kubelet's delete is the only one in a log. */
function evictionOf(first: LoggedEvent, { candidates }: Collected): Step[] | undefined {
  const found = candidates.findLast(({ role, event }) => role === 'eviction' && isShortlyBefore(event, first, GRACE));
  return found && [stepOf(found.event, 'eviction', 'named')];
}

function isShortlyBefore(event: LoggedEvent, later: LoggedEvent, within: number): boolean {
  // Events are written a moment after what they tell of: a controller can be faster than the end of the request it follows.
  return event.received <= later.at && later.at - event.at <= within;
}

/** What made a controller do what it did; empty where nothing in the log tells. */
function reasonsFor(event: LoggedEvent, controller: Controller, collected: Collected): Step[] {
  if (controller.because === 'namespace') return namespaceReason(event, collected);
  if (controller.because === 'owner') return ownerReasons(event, collected);
  if (controller.because === 'change') {
    const owners = ownerReasons(event, collected);
    return owners.length > 0 ? owners : changeReason(event, collected);
  }
  return controller.because === 'marked' ? markReason(event, collected) : [];
}

function namespaceReason(event: LoggedEvent, { candidates }: Collected): Step[] {
  const place = event.objectRef?.namespace ?? '';
  const found = candidates.findLast(
    (each) => each.role === 'namespace' && each.event.objectRef?.name === place && each.event.received <= event.at,
  );
  return found ? [stepOf(found.event, 'namespace', 'namespace')] : [];
}

/** The owners that were deleted before, from the outermost; each is linked by its uid, or by name and time. */
function ownerReasons(event: LoggedEvent, collected: Collected): Step[] {
  const place = event.objectRef?.namespace;
  const name = event.objectRef?.name ?? '';
  const found = collected.candidates.findLast(
    (each) =>
      each.role === 'owner' &&
      each.event !== event &&
      each.event.objectRef?.namespace === place &&
      (each.event.objectRef?.name ?? '').length < name.length &&
      isShortlyBefore(each.event, event, WITHIN),
  );
  if (!found) return namespaceReason(event, collected);
  const uid = uidOf(found.event);
  const step = stepOf(found.event, 'owner', uid !== undefined && collected.owners.has(uid) ? 'uid' : 'name and time');
  return step.controller ? [...reasonsFor(found.event, step.controller, collected), step] : [step];
}

/** The last change of what may own an object, by a person if there was one. */
export function changeReason(event: LoggedEvent, { candidates }: Pick<Collected, 'candidates'>): Step[] {
  const before = candidates.filter(
    ({ role, event: each }) => role === 'change' && isShortlyBefore(each, event, WITHIN),
  );
  const found = before.findLast((each) => controllerOf(each.event) === undefined) ?? before.at(-1);
  return found ? [stepOf(found.event, 'change', 'name and time')] : [];
}

/** Who marked what a kubelet removed: its namespace, its owner, or many of its kind at once. */
function markReason(event: LoggedEvent, { candidates }: Collected): Step[] {
  const found = candidates.findLast(
    ({ role, event: each }) => (role === 'collection' || role === 'namespace') && isShortlyBefore(each, event, GRACE),
  );
  return found ? [stepOf(found.event, found.role, found.role === 'namespace' ? 'namespace' : 'kind and place')] : [];
}

/** No delete names the object: it was evicted, went with many, with its namespace, or with its owner. */
function withoutDelete(asked: Asked, collected: Collected): Pick<Happened, 'chain' | 'possible'> {
  const steps = collected.candidates.flatMap((each) => guessOf(each, asked, collected));
  // What nobody saw may never have been there.
  const sure = steps.findLast(({ isSure, link }) => isSure && (link !== 'namespace' || collected.alive !== null));
  if (!sure) return { chain: [], possible: steps };
  const reasons = sure.controller ? reasonsFor(sure.event, sure.controller, collected) : [];
  return { chain: [...reasons, sure], possible: [] };
}

function guessOf({ event, role }: Candidate, asked: Asked, { alive }: Collected): Step[] {
  if (role === 'itself' || role === 'change' || role === 'made') return [];
  // What was there long afterwards was not deleted then.
  if (alive !== null && alive.at - event.at > WITHIN) return [];
  if (role === 'eviction') return [stepOf(event, role, 'named')];
  if (role === 'owner') return [stepOf(event, role, 'name and time')];
  if (role === 'namespace') return asked.namespace === '' ? [] : [stepOf(event, role, 'namespace')];
  const names = namesIn(event.responseObject);
  if (names !== undefined) return names.includes(asked.name) ? [stepOf(event, role, 'listed')] : [];
  return isOfMany(event, asked.name) ? [stepOf(event, role, linkOfCollection(event))] : [];
}

// All of a namespace that is being deleted goes.
function linkOfCollection(event: LoggedEvent): Link {
  return controllerOf(event)?.because === 'namespace' ? 'namespace' : 'kind and place';
}

/** The finalizers by the last answer; null where it says that the object is gone, or does not say. */
function heldBy(life: readonly LoggedEvent[]): string[] | null {
  const held = finalizersIn(life.at(-1)?.responseObject);
  return held !== undefined && held.length > 0 ? held : null;
}

import type { AuditEvent, LoggedEvent } from '../event.ts';
import { isHuman } from '../people.ts';

/** What a row of a report keeps of an event: who, what, how it ended, from where. No bodies, no tokens. */
type RowEvent = AuditEvent & { code: number };

/** Requests that say the same: by one user, for the same, ended alike, from one address. */
export interface Group {
  event: RowEvent;
  detail: string;
  isPerson: boolean;
  /** It began to answer, or was received, and no end is in the log. */
  isOpen: boolean;
  requests: number;
  /** `at` of the first and the last. */
  first: number;
  last: number;
  /** The line of the evidence that the first of them is on, from 1. */
  line: number;
}

/** So many groups are told apart, of people and of all others; more are counted only. */
const MOST = 1000;
/** So much of a text from a log is kept. */
const LONGEST = 400;

/**
 * Puts requests that say the same together. Each request of a person stands for itself where it is about another object; those of
 * programs are put together by kind and namespace, as there are many.
 */
export class Groups {
  requests: number = 0;
  byPeople: number = 0;
  /** Requests of groups for which there was no room. */
  untold: number = 0;
  readonly #people: Map<string, Group> = new Map();
  readonly #others: Map<string, Group> = new Map();

  add(event: LoggedEvent, { detail, isOpen, line }: Pick<Group, 'detail' | 'isOpen' | 'line'>): void {
    const isPerson = isHuman(event);
    this.requests += 1;
    if (isPerson) this.byPeople += 1;
    const groups = isPerson ? this.#people : this.#others;
    const row = rowEvent(event, isPerson);
    const key = keyOf(row, detail, isOpen);
    const group = groups.get(key);
    if (group) return grow(group, event.at);
    if (groups.size >= MOST) this.untold += 1;
    else groups.set(key, { event: row, detail, isPerson, isOpen, requests: 1, first: event.at, last: event.at, line });
  }

  /** People first, each part in the order of time. */
  all(): Group[] {
    return [this.#people, this.#others].flatMap((groups) =>
      [...groups.values()].toSorted((a, b) => a.first - b.first || a.line - b.line),
    );
  }
}

function grow(group: Group, at: number): void {
  group.requests += 1;
  if (at < group.first) group.first = at;
  if (at > group.last) group.last = at;
}

/** What of a program's many requests is told is their kind; of a person's each object. */
function rowEvent(event: LoggedEvent, isPerson: boolean): RowEvent {
  const { verb, requestURI, stage, objectRef, user, impersonatedUser, responseStatus, annotations, code } = event;
  const { name: _name, ...kind } = objectRef ?? {};
  const decision = annotations?.[DECISION];
  return {
    level: event.level,
    auditID: '',
    verb: cut(verb),
    requestURI: isPerson || !objectRef ? cut(requestURI) : '',
    stage,
    objectRef: objectRef && shortened(isPerson ? objectRef : kind),
    annotations: decision === undefined ? {} : { [DECISION]: cut(decision) },
    user: named(user),
    impersonatedUser: named(impersonatedUser),
    responseStatus: responseStatus && shortened(responseStatus),
    sourceIPs: (event.sourceIPs ?? []).slice(-4).map(cut),
    userAgent: cut(event.userAgent ?? ''),
    code,
  };
}

const DECISION = 'authorization.k8s.io/decision';

function named(user: AuditEvent['user']): AuditEvent['user'] {
  if (user?.username === undefined) return undefined;
  return { username: cut(user.username), groups: (user.groups ?? []).filter((group) => group === 'system:masters') };
}

/** Only the texts and numbers of it. */
function shortened(part: object): Record<string, string> {
  const texts = Object.entries(part).filter(([, value]) => typeof value === 'string');
  return Object.fromEntries(texts.map(([key, value]) => [key, cut(String(value))]));
}

function cut(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}

function keyOf(
  { verb, objectRef, user, impersonatedUser, code, sourceIPs = [], requestURI }: RowEvent,
  ...more: unknown[]
) {
  const { resource, apiGroup, namespace, name, subresource } = objectRef ?? {};
  const what = [verb, apiGroup, resource, subresource, namespace, name, objectRef && !subresource ? '' : requestURI];
  return [user?.username, impersonatedUser?.username, ...what, code, sourceIPs.at(-1), ...more].join('\n');
}

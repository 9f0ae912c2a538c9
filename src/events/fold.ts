import type { LoggedEvent } from './event.ts';

/** A request as a person sees it: the last event of it that was seen tells how it ended. */
export interface FoldedRequest {
  event: LoggedEvent;
  /** The stages that were seen of it, this one the last. */
  stages: readonly string[];
  /** It began to be answered, and its end was not seen: a watch, a shell, a port-forward. */
  isOpen: boolean;
  /** How long it took, in microseconds; NaN where its end was not seen. */
  took: number;
}

/** Folds the stages of each request into one; it gets the events in time order. */
export interface Folder {
  /**
   * Whether an event is to be kept and given to `add`: what is wanted, and the end of what was wanted when it began (`--status '!200'`
   * wants the beginning of each request, as that has no status).
   *
   * @param isNeeded whether it is wanted.
   */
  takes(event: LoggedEvent, isNeeded: boolean): boolean;
  /** Takes an event that was kept; gives the requests that can be told by now. */
  add(event: LoggedEvent): FoldedRequest[];
  /** Lets the time of the log move on to `now`, in microseconds; gives what need not be waited for any longer. */
  pass(now: number): FoldedRequest[];
  /** What was held back only for the order: nothing earlier comes. What has no answer yet is waited for further. */
  settle(): FoldedRequest[];
  /** What is left at the end of the log. */
  end(): FoldedRequest[];
}

/** So long, by the time of the log, the end of a request that is being answered is waited for; then it is told as open. */
const OPEN_AFTER = 2_000_000;
/** So long an answer is waited for: kube-apiserver gives up after 60 s (`--request-timeout`, 1.36). */
const SILENT_AFTER = 90_000_000;
/** So many requests are waited for, whatever the rate: about 20 MB. */
const WAITING = 10_000;

/**
 * A folder of stages. It tells a request when its end comes. One that is being answered (a watch, a shell) holds back what comes behind it
 * for two seconds, so that short ones are told once and all stand in time order; a longer one is told as open, and again at its end.
 * What was only received is told once it can have no answer any more. Memory does not grow with the log.
 *
 * @param isWanted whether a request is wanted, by the last of its events.
 */
export function stageFolder(isWanted: (event: LoggedEvent) => boolean): Folder {
  const begun = new RequestsBegun();
  const received = new Map<string, FoldedRequest>();
  const started = new Map<string, FoldedRequest>();
  const queue = new Set<FoldedRequest>();
  let clock = -Infinity;

  const forget = (key: string): readonly string[] => {
    const before = started.get(key) ?? received.get(key);
    started.delete(key);
    received.delete(key);
    if (before) queue.delete(before);
    return before?.stages ?? [];
  };
  const put = (event: LoggedEvent): void => {
    const key = keyOf(event);
    const stages = forget(key);
    if (!isWanted(event)) return;
    const request = foldedOf(event, stages);
    if (event.stage === RECEIVED) received.set(key, request);
    else queue.add(request);
    if (event.stage === STARTED) started.set(key, request);
  };
  const told = (request: FoldedRequest): FoldedRequest => {
    if (request.event.stage === STARTED) started.delete(keyOf(request.event));
    return request;
  };
  const silent = (until: number): FoldedRequest[] => {
    const given: FoldedRequest[] = [];
    for (const [key, request] of received) {
      if (received.size <= WAITING && request.event.at > until) break;
      received.delete(key);
      given.push(request);
    }
    return given;
  };
  const ready = (until: number): FoldedRequest[] => {
    const given: FoldedRequest[] = [];
    for (const request of queue) {
      if (request.event.stage === STARTED && request.event.at > until && started.size <= WAITING) break;
      queue.delete(request);
      given.push(told(request));
    }
    return given;
  };
  const pass = (now: number): FoldedRequest[] => {
    if (now > clock) clock = now;
    return [...silent(clock - SILENT_AFTER), ...ready(clock - OPEN_AFTER)];
  };
  return {
    takes: (event, isNeeded) => {
      const wasBegun = isNeeded || isLast(event) ? begun.see(event) : begun.has(event);
      return isNeeded || wasBegun;
    },
    add: (event) => {
      put(event);
      return pass(event.at);
    },
    pass,
    settle: () => ready(Infinity),
    end: () => [...ready(Infinity), ...silent(Infinity)].toSorted((a, b) => a.event.at - b.event.at),
  };
}

/** An event for itself: what is shown where each stage is asked for. */
export function unfolded(event: LoggedEvent): FoldedRequest {
  return foldedOf(event, []);
}

const RECEIVED = 'RequestReceived';
const STARTED = 'ResponseStarted';

function foldedOf(event: LoggedEvent, before: readonly string[]): FoldedRequest {
  const isStarted = event.stage === STARTED;
  const isEnd = isLast(event);
  return {
    event,
    stages: [...before, event.stage],
    isOpen: isStarted && event.code < 400,
    took: isEnd ? event.at - event.received : NaN,
  };
}

/** The audit ID is what the client says, and an aggregated API server writes a second request under the same one. */
function keyOf({ auditID, requestReceivedTimestamp, requestURI, user }: LoggedEvent): string {
  return [auditID, requestReceivedTimestamp, requestURI, user?.username].join('\n');
}

function isLast({ stage }: LoggedEvent): boolean {
  return stage !== RECEIVED && stage !== STARTED;
}

/** Remembers which requests have begun and not ended; the latest of them, so that its memory does not grow with the log. */
export class RequestsBegun {
  readonly #ids = new Set<string>();

  has({ auditID }: LoggedEvent): boolean {
    return this.#ids.has(auditID);
  }

  /** Takes an event; gives whether an earlier one of its request was seen. */
  see(event: LoggedEvent): boolean {
    if (isLast(event)) return this.#ids.size > 0 && this.#ids.delete(event.auditID);
    const wasSeen = this.has(event);
    this.#ids.add(event.auditID);
    if (this.#ids.size > REMEMBERED) this.#forgetOldest();
    return wasSeen;
  }

  #forgetOldest(): void {
    const [oldest] = this.#ids;
    if (oldest !== undefined) this.#ids.delete(oldest);
  }
}

const REMEMBERED = 50_000;

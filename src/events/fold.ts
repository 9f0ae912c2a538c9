import type { LoggedEvent } from './event.ts';

/** A request as a person sees it: the last of its events, which tells how it ended. */
export interface FoldedRequest {
  event: LoggedEvent;
  /** It began to answer, and no end was seen: a watch, a shell, a port-forward. */
  isOpen: boolean;
  /** How long it took, in microseconds; NaN where that is not known. */
  took: number;
}

/** Folds the events of a request into one; give it the events in their order, kept. */
export interface Folder {
  /** Takes one event; gives the requests that can be told by now, in time order. */
  add(event: LoggedEvent): FoldedRequest[];
  /** What is left when the log ends. */
  end(): FoldedRequest[];
}

/** So long the next event of a request is waited for, by the time of the log. What takes longer is told as open, and once more at its end. */
const WAIT = 2_000_000;

/**
 * A folder of stages. It holds what came in the last two seconds of the log: more than an event of one server is ever late, and
 * time enough for what begins to answer at once. Its memory does not grow with the log.
 */
export function stageFolder(): Folder {
  const begun = new Map<string, FoldedRequest>();
  let queue: FoldedRequest[] = [];
  let now = -Infinity;
  const flush = (until: number): FoldedRequest[] => {
    const ready = queue.filter(({ event }) => !(event.at > until)).toSorted((a, b) => a.event.at - b.event.at);
    queue = queue.filter(({ event }) => event.at > until);
    for (const { event } of ready) begun.delete(keyOf(event));
    return ready;
  };
  return {
    add(event) {
      const key = keyOf(event);
      const before = begun.get(key);
      const folded = { event, isOpen: event.stage === 'ResponseStarted' && event.code < 400, took: tookOf(event) };
      if (before) Object.assign(before, rankOf(event) < rankOf(before.event) ? {} : folded);
      else queue.push(folded);
      if (!before && rankOf(event) < ENDED) begun.set(key, folded);
      if (!(event.at > now)) return [];
      const isTime = event.at - now > WAIT / 4 || now === -Infinity;
      if (!isTime) return [];
      now = event.at;
      return flush(now - WAIT);
    },
    end: () => flush(Infinity),
  };
}

const ORDER: readonly string[] = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'];
const ENDED = 2;

function rankOf({ stage }: LoggedEvent): number {
  return ORDER.indexOf(stage);
}

/** The audit ID is what the client says; an aggregated API server writes a second request under the same one. */
function keyOf({ auditID, requestReceivedTimestamp, requestURI, user }: LoggedEvent): string {
  return [auditID, requestReceivedTimestamp, requestURI, user?.username].join('\n');
}

function tookOf({ at, received, stage }: LoggedEvent): number {
  return ORDER.indexOf(stage) < ENDED ? NaN : at - received;
}

import { isDryRun, tellsEnd } from '../questions/traits.ts';
import type { LoggedEvent } from '../event.ts';
import { namesIn, roleIn } from '../bodies.ts';
import { nameOf } from '../named.ts';
import type { Asked } from './asked.ts';
import { changeReason, deletionOf, type Happened, type Step, stepOf } from './chain.ts';
import type { Candidate, Collected } from './collect.ts';

/** Answers a question from what was collected: a deletion of one object is followed to what it began with; all else is listed. */
export function happenedIn(asked: Asked, collected: Collected): Happened {
  if (asked.act.word === 'delete' && asked.name !== '') return deletionOf(asked, collected);
  const requests = lastOfEach(collected.candidates);
  const own = requests.filter(({ role }) => role === 'itself');
  const done = own.filter(({ event }) => isDone(event)).flatMap((one) => stepsOf(one, asked));
  const isKnown = ({ event }: Step): boolean => asked.act.word !== 'bind' || boundBy(event) !== undefined;
  return {
    chain: done.filter(isKnown),
    possible: done.filter((step) => !isKnown(step)),
    tried: own.filter(({ event }) => !isDone(event)),
    earlier: [],
    made: null,
    again: null,
    because: reasonOf(done, collected),
    held: null,
  };
}

/** Pods are made by controllers: who changed the workload before is who is looked for. */
function reasonOf(done: readonly Step[], collected: Collected): Step | null {
  const last = done.at(-1);
  return last?.controller?.because === 'change' ? (changeReason(last.event, collected)[0] ?? null) : null;
}

/** A list names no object: its answer tells whether it has the one that was asked for, where that is recorded. */
function stepsOf({ event, role }: Candidate, { name }: Asked): Step[] {
  if (name === '' || nameOf(event) !== '') return [stepOf(event, role, 'named')];
  const names = namesIn(event.responseObject);
  if (names === undefined) return [stepOf(event, role, 'kind and place')];
  return names.includes(name) ? [stepOf(event, role, 'listed')] : [];
}

/** The role that a binding gives; undefined where its body is not recorded. */
function boundBy({ requestObject, responseObject }: LoggedEvent): string | undefined {
  return roleIn(requestObject) ?? roleIn(responseObject);
}

function isDone({ code, requestURI }: LoggedEvent): boolean {
  return code > 0 && code < 400 && !isDryRun(requestURI);
}

/** Of a shell that has ended its end only. */
function lastOfEach(candidates: readonly Candidate[]): Candidate[] {
  const requests = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const { auditID, requestReceivedTimestamp, requestURI } = candidate.event;
    if (tellsEnd(candidate.event)) requests.set(`${auditID}\n${requestReceivedTimestamp}\n${requestURI}`, candidate);
  }
  return [...requests.values()];
}

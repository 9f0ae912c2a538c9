import type { LoggedEvent } from '../../events/event.ts';
import { unfolded } from '../../events/fold.ts';
import { isNoise, nameOfUser } from '../../events/people.ts';
import type { LogTally } from '../../events/tally.ts';
import { type Asked, objectOf } from '../../events/who/asked.ts';
import type { Happened, Step } from '../../events/who/chain.ts';
import type { Candidate, Collected } from '../../events/who/collect.ts';
import type { RecordedRequest } from '../../events/who/recorded.ts';
import { typeName } from '../../policy/request/target.ts';
import { linePrinter } from '../events/line.ts';
import { wallTime } from '../events/times.ts';
import { eventMask, type EventMask, revealed } from '../events/mask-event.ts';
import { safeLine, type Style, wrap } from '../text.ts';

/** What is to be told of a question. */
export interface Answer {
  asked: Asked;
  collected: Collected;
  happened: Happened;
  tally: LogTally;
  /** How many events are in the time that was asked for; null where that is all. */
  inTime: number | null;
  /** What the policy that recorded the log does with the requests that were looked for; null where it is not known. */
  recorded: { policy: string; requests: readonly RecordedRequest[] } | null;
}

/** How it is shown. */
export interface AnswerView {
  style: Style;
  /** For sentences, and for the lines of events: Infinity where these are not to be cut. */
  columns: number;
  lineColumns: number;
  isUtc: boolean;
  hasServers: boolean;
  /** Everything that was found. */
  isAll: boolean;
  isRevealed: boolean;
}

/** Whether somebody did it. */
export function isFound({ happened: { chain } }: Answer): boolean {
  return chain.length > 0;
}

/** So many requests of a kind are shown without `--all`. */
export const FEW = 10;

/** A sentence that stands out, and below it what there is to say besides. */
export function sentence(text: string, details: readonly string[], { style, columns }: AnswerView): string {
  const lines = details.flatMap((detail) => wrap(safeLine(detail), columns - 2).split('\n'));
  const head = wrap(safeLine(text), columns).split('\n').map(style.bold).join('\n');
  return [head, ...lines.map((line) => `  ${line}`)].join('\n');
}

/** What was asked about, and where: the namespace of the event where none was named. */
export function whatText(asked: Asked, event: LoggedEvent | undefined): string {
  const namespace = asked.namespace === '' ? (event?.objectRef?.namespace ?? '') : asked.namespace;
  const isNamespace = asked.resource === 'namespaces' && asked.group === '';
  if (isNamespace) return asked.name === '' ? 'namespaces' : `the namespace ${asked.name}`;
  return `${objectOf(asked)}${namespace === '' ? '' : ` in ${namespace}`}`;
}

/** The object of an event: `deployments.apps/web`. */
export function refText({ objectRef }: LoggedEvent): string {
  const { apiGroup = '', resource = '', name = '' } = objectRef ?? {};
  return `${typeName({ group: apiGroup, resource })}${name === '' ? '' : `/${name}`}`;
}

/** In a sentence: whoever acts as another is told first. */
export function personText(event: LoggedEvent): string {
  const { user, impersonatedUser } = event;
  return impersonatedUser ? `${nameOfUser(user)}, acting as ${nameOfUser(impersonatedUser)},` : nameOfUser(user);
}

/** In a list of names. */
export function whoOf({ user, impersonatedUser }: LoggedEvent): string {
  return impersonatedUser ? `${nameOfUser(user)} as ${nameOfUser(impersonatedUser)}` : nameOfUser(user);
}

/** `2026-11-27 at 01:18:54`, in UTC with a Z. */
export function whenText(microseconds: number, isUtc: boolean): string {
  if (Number.isNaN(microseconds)) return 'a day that is not recorded';
  const [day = '', time = ''] = wallTime(microseconds, isUtc).split('T');
  return `${day} at ${time.slice(0, 8)}${isUtc ? 'Z' : ''}`;
}

/** How a request is known to have to do with the object. */
export const LINKS: Readonly<Record<Step['link'], string>> = {
  named: '',
  uid: 'certain: by its uid',
  listed: 'certain: the answer lists it',
  namespace: 'certain: all of a namespace goes with it',
  'name and time': 'a guess, by its name and the time',
  'kind and place': 'a guess: it names no objects; by their kind, namespace and time',
};

/** Each request on a line, and below it what is said of it. */
export function notedLines(steps: readonly Step[], notes: readonly string[], view: AnswerView): string {
  const lines = printer(view)(steps.map(({ event }) => unfolded(event)))
    .trimEnd()
    .split('\n');
  const rest = [...notes];
  return lines
    .flatMap((line) => {
      // A line without a gap is the day, which is not a request.
      const note = line.includes('  ') ? (rest.shift() ?? '') : '';
      return note === '' ? [line] : [line, view.style.dim(`    ${note}`)];
    })
    .join('\n');
}

function printer(view: AnswerView): ReturnType<typeof linePrinter> {
  const { style, isUtc, hasServers } = view;
  return linePrinter({ style, columns: view.lineColumns, isUtc, hasServers, mask: maskOf(view) });
}

/** What is secret is masked unless it is to be revealed. */
export function maskOf({ isRevealed }: AnswerView): EventMask {
  return isRevealed ? revealed : eventMask();
}

/** Requests under a heading, the last few of them; '' for none. */
export function eventsPart(title: string, candidates: readonly Candidate[], view: AnswerView): string {
  if (candidates.length === 0) return '';
  const shown = view.isAll ? candidates : candidates.slice(-FEW);
  const lines = printer(view)(shown.map(({ event }) => unfolded(event)));
  const rest = candidates.length - shown.length;
  const more = rest > 0 ? `\n${view.style.dim(`${rest} earlier ones: --all shows them.`)}` : '';
  return `${title}\n${lines.trimEnd()}${more}`;
}

/** Bindings that are recorded without their bodies. */
export function bodilessText(possible: readonly Step[]): string {
  if (possible.length === 0) return '';
  const people = possible.filter(({ event }) => !isNoise(event)).length;
  const count = possible.length === 1 ? 'One change of a binding is' : `${possible.length} changes of bindings are`;
  return `${count} recorded without the body, ${people === 0 ? 'none' : people} of them by people: which role they give is not known.`;
}

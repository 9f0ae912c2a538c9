import type { AuditUser, LoggedEvent } from '../events/event.ts';
import { unfolded } from '../events/fold.ts';
import { isNoise, NOT_LOGGED_IN, shortName } from '../events/people.ts';
import type { LogTally } from '../events/tally.ts';
import { isoTime } from '../events/time.ts';
import { type Asked, objectOf } from '../events/who/asked.ts';
import { finalizersIn, roleIn, type Shape, subjectsIn } from '../events/bodies.ts';
import type { Happened, Step } from '../events/who/chain.ts';
import type { Candidate, Collected } from '../events/who/collect.ts';
import type { RecordedRequest } from '../events/who/recorded.ts';
import { safeLine } from './events/fit.ts';
import { linePrinter } from './events/line.ts';
import { wallTime } from './events/times.ts';
import { eventMask, type EventMask, revealed } from './events/mask-event.ts';
import { actionText, addressText, agentText, outcomeText } from './events/words.ts';
import { requestText } from './explanation.ts';
import { safeText, type Style, wrap } from './text.ts';

/** What is to be told of a question. */
export interface Answer {
  asked: Asked;
  collected: Collected;
  happened: Happened;
  tally: LogTally;
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

/** An answer as a person reads it, ended by a line feed. */
export function answerView(answer: Answer, view: AnswerView): string {
  const parts = isFound(answer) ? foundParts(answer, view) : nobodyParts(answer, view);
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

const FEW = 10;

function foundParts(answer: Answer, view: AnswerView): string[] {
  const { asked, happened } = answer;
  const isDelete = asked.act.word === 'delete' && asked.name !== '';
  const told = isDelete ? deletionPart(answer, view) : latestPart(answer, view);
  const chain = isDelete ? (happened.chain.length > 1 ? chainPart(happened.chain, view) : '') : listPart(answer, view);
  return [
    told,
    chain,
    eventsPart('Before that:', happened.earlier, view),
    eventsPart('Tried in vain:', happened.tried, view),
    againPart(answer, view),
    droppedText(answer, view),
  ];
}

function droppedText({ collected: { dropped } }: Answer, { style, columns }: AnswerView): string {
  if (dropped === 0) return '';
  const count = dropped.toLocaleString('en-US');
  return style.yellow(wrap(`${count} earlier requests are left out: ask about a shorter time, --since 1d.`, columns));
}

/** Who it was, in a sentence; below it how they came and by what right. */
function deletionPart({ asked, happened, collected }: Answer, view: AnswerView): string {
  const [root] = happened.chain;
  if (!root) return '';
  const text = `${leadText(root, asked, happened.chain, view)}${unsureText(happened.chain)}`;
  const details = [
    ...cameBy(root.event, view),
    ...(root.controller ? [root.controller.says, 'What made it do so is not in this log.'] : []),
    ...shapeText(collected.shape, happened.made, view),
    ...heldText(happened),
  ];
  return sentence(text, details, view);
}

function sentence(text: string, details: readonly string[], { style, columns }: AnswerView): string {
  const lines = details.flatMap((detail) => wrap(safeLine(detail), columns - 2).split('\n'));
  const head = wrap(safeLine(text), columns).split('\n').map(style.bold).join('\n');
  return [head, ...lines.map((line) => `  ${line}`)].join('\n');
}

type Lead = (root: Step, what: string) => string;

/** What was done, by what the first step has to do with the object. */
const LEADS: Readonly<Record<Step['role'], Lead>> = {
  itself: (_, what) => `deleted ${what}`,
  made: (_, what) => `made ${what}`,
  collection: ({ event, link }, what) =>
    `deleted ${event.objectRef?.resource ?? ''} in ${event.objectRef?.namespace ?? ''}, ${link === 'listed' ? 'with' : 'most likely with'} ${what} among them`,
  namespace: ({ event }, what) => `deleted the namespace ${event.objectRef?.name ?? ''}, and with it ${what}`,
  owner: ({ event }, what) => `deleted ${refText(event)}, and with it ${what}`,
  change: ({ event }, what) => `changed ${refText(event)} (${actionText(event)}), upon which ${what} was deleted`,
  eviction: (_, what) => `evicted ${what}`,
};

function leadText(root: Step, asked: Asked, chain: readonly Step[], { isUtc }: AnswerView): string {
  const isInside = root.role === 'collection' || root.role === 'namespace';
  const what = isInside ? objectOf(asked) : whatText(asked, chain.at(-1)?.event);
  const did = LEADS[root.role](root, what);
  return `${personText(root.event)} ${did} on ${whenText(root.event.at, isUtc)}.`;
}

function whatText(asked: Asked, event: LoggedEvent | undefined): string {
  const namespace = asked.namespace === '' ? (event?.objectRef?.namespace ?? '') : asked.namespace;
  const isNamespace = asked.resource === 'namespaces' && asked.group === '';
  if (isNamespace) return asked.name === '' ? 'namespaces' : `the namespace ${asked.name}`;
  return `${objectOf(asked)}${namespace === '' ? '' : ` in ${namespace}`}`;
}

function refText({ objectRef }: LoggedEvent): string {
  const { apiGroup = '', resource = '', name = '' } = objectRef ?? {};
  return `${resource}${apiGroup === '' ? '' : `.${apiGroup}`}${name === '' ? '' : `/${name}`}`;
}

/** In a sentence: whoever acts as another is told first. */
function personText(event: LoggedEvent): string {
  const { user, impersonatedUser } = event;
  return impersonatedUser ? `${nameOf(user)}, acting as ${nameOf(impersonatedUser)},` : nameOf(user);
}

/** In a list of names. */
function whoOf({ user, impersonatedUser }: LoggedEvent): string {
  return impersonatedUser ? `${nameOf(user)} as ${nameOf(impersonatedUser)}` : nameOf(user);
}

function nameOf({ username = '' }: AuditUser = {}): string {
  return username === '' ? NOT_LOGGED_IN : shortName(username);
}

function unsureText(chain: readonly Step[]): string {
  return chain.every(({ isSure }) => isSure) ? '' : ' That is a guess: see below.';
}

/** `2026-11-27 at 01:18:54`, in UTC with a Z. */
function whenText(microseconds: number, isUtc: boolean): string {
  if (Number.isNaN(microseconds)) return 'a day that is not recorded';
  const [day = '', time = ''] = wallTime(microseconds, isUtc).split('T');
  return `${day} at ${time.slice(0, 8)}${isUtc ? 'Z' : ''}`;
}

/** From where, with what, and by what right. */
function cameBy(event: LoggedEvent, view: AnswerView): string[] {
  const mask = maskOf(view);
  const from = addressText(event);
  const agent = agentText(event, mask);
  const parts = [from === '' ? '' : `from ${from}`, agent === '' ? '' : `with ${agent}`].filter((part) => part !== '');
  const came = parts.length === 0 ? [] : [`${capital(parts.join(' '))}.`];
  return [...came, ...allowedText(event)];
}

function allowedText({ annotations = {}, user, impersonatedUser }: LoggedEvent): string[] {
  const reason = annotations['authorization.k8s.io/reason'] ?? '';
  const decision = annotations['authorization.k8s.io/decision'];
  if (decision !== 'allow') return [];
  if (reason !== '') return [`Allowed by ${reason.replace(/^RBAC: allowed by /, '')}.`];
  const groups = (impersonatedUser ?? user)?.groups ?? [];
  return groups.includes('system:masters') ? ['In the group system:masters, to which nothing is denied.'] : [];
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function shapeText(shape: Shape | null, made: LoggedEvent | null, view: AnswerView): string[] {
  const parts = [
    ...(shape?.replicas === undefined ? [] : [`${shape.replicas} ${shape.replicas === 1 ? 'replica' : 'replicas'}`]),
    ...(shape && shape.images.length > 0 ? [`of ${shape.images.slice(0, 3).join(', ')}`] : []),
  ];
  const was = parts.length === 0 ? [] : [`It was ${parts.join(' ').replace(/^of /, 'a pod of ')}.`];
  return made ? [...was, `Made by ${whoOf(made)} on ${whenText(made.at, view.isUtc)}.`] : was;
}

function heldText({ held }: Happened): string[] {
  if (held === null) return [];
  return [`The answer says that it was only marked: it stays until ${held.join(', ')} is taken off (finalizers).`];
}

const LINKS: Readonly<Record<Step['link'], string>> = {
  named: '',
  uid: 'certain: by its uid',
  listed: 'certain: the answer lists it',
  namespace: 'certain: all of a namespace goes with it',
  'name and time': 'a guess, by its name and the time',
  'kind and place': 'a guess: it names no objects; by their kind, namespace and time',
};

function chainPart(chain: readonly Step[], view: AnswerView): string {
  const notes = chain.map(({ link }) => LINKS[link]);
  return `How it went:\n${notedLines(chain, notes, view)}`;
}

/** Each request on a line, and below it what is said of it. */
function notedLines(steps: readonly Step[], notes: readonly string[], view: AnswerView): string {
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

function maskOf({ isRevealed }: AnswerView): EventMask {
  return isRevealed ? revealed : eventMask();
}

function eventsPart(title: string, candidates: readonly Candidate[], view: AnswerView): string {
  if (candidates.length === 0) return '';
  const shown = view.isAll ? candidates : candidates.slice(-FEW);
  const lines = printer(view)(shown.map(({ event }) => unfolded(event)));
  const rest = candidates.length - shown.length;
  const more = rest > 0 ? `\n${view.style.dim(`${rest} earlier ones: --all shows them.`)}` : '';
  return `${title}\n${lines.trimEnd()}${more}`;
}

function againPart({ happened: { again } }: Answer, view: AnswerView): string {
  if (!again) return '';
  return wrap(safeLine(`It was made again by ${whoOf(again)} on ${whenText(again.at, view.isUtc)}.`), view.columns);
}

/** Who did it last, where it can be done many times. */
function latestPart({ asked, happened: { chain, because } }: Answer, view: AnswerView): string {
  const people = peopleIn(chain);
  const last = people.at(-1);
  if (!last) return '';
  const others = [...new Set(people.map(({ event }) => whoOf(event)))].filter((name) => name !== whoOf(last.event));
  const before = others.length > 5 ? `${others.length} others` : others.join(', ');
  const count = people.length === 2 ? 'twice' : `${people.length.toLocaleString('en-US')} times`;
  const times = people.length > 1 ? ` It was done ${count}${before === '' ? '' : `, before by ${before}`}.` : '';
  const did = doneText(asked, last.event, maskOf(view));
  const text = `${personText(last.event)} ${did} on ${whenText(last.event.at, view.isUtc)}.${times}`;
  return sentence(text, [...cameBy(last.event, view), ...becauseText(last, because, view)], view);
}

/** What led a controller to it. */
function becauseText({ controller }: Step, because: Step | null, view: AnswerView): string[] {
  if (!controller) return [];
  if (!because) return [controller.says];
  const { event } = because;
  const before = `Before it ${personText(event)} sent \`${actionText(event, maskOf(view))}\` on ${whenText(event.at, view.isUtc)}`;
  return [controller.says, `${before} (${LINKS[because.link]}).`];
}

/** What the system did by itself counts only where nobody else did it. */
function peopleIn(chain: readonly Step[]): readonly Step[] {
  const people = chain.filter(({ event }) => !isNoise(event));
  return people.length > 0 ? people : chain;
}

function doneText(asked: Asked, event: LoggedEvent, mask: EventMask): string {
  const { act, name } = asked;
  if (act.word === 'bind') return boundText(event, name);
  if (act.word === 'exec') return `ran \`${actionText(event, mask)}\``;
  return `${act.did} ${name === '' ? refText(event) : objectOf(asked)}${event.objectRef?.namespace ? ` in ${event.objectRef.namespace}` : ''}`;
}

function boundText({ requestObject, responseObject, objectRef }: LoggedEvent, name: string): string {
  const body = requestObject ?? responseObject;
  const to = subjectsIn(body);
  const place = objectRef?.namespace ? ` in ${objectRef.namespace}` : '';
  const by = `by ${objectRef?.resource}/${objectRef?.name ?? ''}`;
  return `gave ${roleIn(body) ?? name} to ${to.length === 0 ? 'nobody' : to.join(', ')}${place} (${by})`;
}

/** Each time that it was done; what the system did by itself is counted. */
function listPart({ asked, happened: { chain, possible } }: Answer, view: AnswerView): string {
  const shown = view.isAll ? chain : peopleIn(chain);
  const hidden = chain.filter((step) => !shown.includes(step));
  const list = asked.act.word === 'bind' ? bindingsPart(shown, asked, view) : eventsPart('Each time:', shown, view);
  const names = [...new Set(hidden.map(({ event }) => whoOf(event)))];
  const by = names.length > 3 ? `${names.slice(0, 3).join(', ')}, …` : names.join(', ');
  const times = hidden.length === 1 ? 'once' : `${hidden.length.toLocaleString('en-US')} times`;
  const more = hidden.length === 0 ? '' : `The cluster itself did it ${times} (${by}): --all shows that.`;
  const notes = [more, asked.act.word === 'bind' ? bodilessText(possible) : ''].filter((note) => note !== '');
  const told = notes.map((note) => view.style.dim(wrap(safeLine(note), view.columns)));
  return [shown.length > 1 ? list : '', ...told].filter((part) => part !== '').join('\n');
}

/** Bindings that are recorded without their bodies. */
function bodilessText(possible: readonly Step[]): string {
  if (possible.length === 0) return '';
  const people = possible.filter(({ event }) => !isNoise(event)).length;
  const count = possible.length === 1 ? 'One change of a binding is' : `${possible.length} changes of bindings are`;
  return `${count} recorded without the body, ${people === 0 ? 'none' : people} of them by people: which role they give is not known.`;
}

function bindingsPart(chain: readonly Step[], { name }: Asked, view: AnswerView): string {
  if (chain.length < 2) return '';
  const lines = chain.map(
    ({ event }) => `  ${whenText(event.at, view.isUtc)}  ${personText(event)} ${boundText(event, name)}`,
  );
  return `Each time:\n${lines.map((line) => safeLine(line)).join('\n')}`;
}

function nobodyParts(answer: Answer, view: AnswerView): string[] {
  const { asked, happened, collected } = answer;
  const { style, columns } = view;
  const isGuessed = happened.possible.length > 0;
  const isBind = asked.act.word === 'bind';
  const lead =
    isGuessed && !isBind
      ? `Nothing in this log names who ${asked.act.did} ${whatText(asked, undefined)}.`
      : `Nobody ${asked.act.did} ${isBind ? `${asked.name} to anybody` : whatText(asked, undefined)}, as far as this log tells.`;
  const details = [
    spanText(answer, view),
    ...(isBind ? [bodilessText(happened.possible)] : [...sightText(answer, view), ofTypeText(asked, collected)]),
  ].filter((detail) => detail !== '');
  const body = details.flatMap((detail) => wrap(safeLine(detail), columns - 2).split('\n')).map((line) => `  ${line}`);
  return [
    [style.yellow(wrap(safeLine(lead), columns)), ...body].join('\n'),
    isGuessed && !isBind ? possiblePart(happened.possible, view) : '',
    eventsPart('Tried in vain:', happened.tried, view),
    recordedPart(answer, view),
  ];
}

function possiblePart(steps: readonly Step[], view: AnswerView): string {
  const shown = steps.slice(-FEW);
  const notes = shown.map(({ link, role }) =>
    role === 'namespace' ? 'if it was there, it went with its namespace' : LINKS[link],
  );
  return `This may have done it:\n${notedLines(shown, notes, view)}`;
}

function spanText({ tally }: Answer, { isUtc }: AnswerView): string {
  if (tally.events === 0) return 'The log has no events at all.';
  const span = `${whenText(tally.from, isUtc)} to ${whenText(tally.to, isUtc)}`;
  return `The log has ${tally.events.toLocaleString('en-US')} events, from ${span}.`;
}

function sightText({ collected: { alive, gone } }: Answer, { isUtc }: AnswerView): string[] {
  return [
    ...(alive ? [`It was there on ${whenText(alive.at, isUtc)} (${whoOf(alive)}: ${actionText(alive)}).`] : []),
    ...(gone
      ? [`It was not there on ${whenText(gone.at, isUtc)}: ${whoOf(gone)} got ${outcomeText(unfolded(gone))}.`]
      : []),
  ];
}

function ofTypeText(asked: Asked, { ofType }: Collected): string {
  const where = asked.namespace === '' ? '' : ` in ${asked.namespace}`;
  const what = `${asked.resource}${where}`;
  if (asked.act.word === 'create' && asked.resource === 'pods' && ofType > 0)
    return 'The names of pods that a workload makes are made up by the server: at level Metadata they are not recorded.';
  if (ofType === 0) return `There is no request for ${what} in it at all: perhaps they are not recorded.`;
  return `There ${ofType === 1 ? 'is one request' : `are ${ofType.toLocaleString('en-US')} requests`} for ${what} in it.`;
}

/** What the policy would not have recorded is said; without it, that this is not known. */
function recordedPart({ recorded }: Answer, { style, columns }: AnswerView): string {
  if (!recorded) {
    const says = 'What the policy did not record is not in the log, and which policy that was is not known here.';
    return [wrap(says, columns), `${style.bold('Fix:')} add --recorded-with POLICY, or -f CLUSTER-SPEC.`].join('\n');
  }
  const lines = recorded.requests.flatMap((each) =>
    wrap(recordedText(each), columns - 2)
      .split('\n')
      .map((line) => `  ${line}`),
  );
  return [`What ${safeText(recorded.policy)} records of it:`, ...lines].join('\n');
}

/** `delete secrets/db -n shop: recorded (rule 7), but not of kubelets (rule 3)`. */
function recordedText({ request, recordings }: RecordedRequest): string {
  const isKept = recordings.filter(({ decision }) => decision.level !== 'None');
  const isLost = recordings.filter(({ decision }) => decision.level === 'None');
  const text = request.resource === 'namespaces' ? requestText({ ...request, namespace: '' }) : requestText(request);
  if (isLost.length === 0) return `${text}: recorded, whoever does it (${rulesText(isKept)}).`;
  if (isKept.length === 0) return `${text}: not recorded, whoever does it (${rulesText(isLost)}).`;
  const lost = isLost.map(({ party, decision }) => `${party} (${ruleText(decision.rule)})`).join(', ');
  return `${text}: recorded (${rulesText(isKept)}), but not of ${lost}.`;
}

function rulesText(recordings: RecordedRequest['recordings']): string {
  const rules = [...new Set(recordings.map(({ decision }) => decision.rule))].toSorted((a, b) => a - b);
  if (rules.length === 1) return ruleText(rules[0] ?? 0);
  return `rules ${rules.join(', ')}`;
}

function ruleText(rule: number): string {
  return rule === 0 ? 'no rule' : `rule ${rule}`;
}

/** An answer as one JSON object; docs/who.md describes it. Secrets are masked unless they are to be revealed. */
export function answerJson(answer: Answer, isRevealed: boolean): object {
  const { asked, happened, collected, tally, recorded } = answer;
  const mask = isRevealed ? revealed : eventMask();
  const events = (list: readonly Candidate[]): object[] => list.map(({ event }) => eventJson(event, mask));
  const { act, group, resource, subresource, namespace, name } = asked;
  return {
    kind: 'Who',
    formatVersion: 1,
    asked: { act: act.word, group, resource, subresource, namespace, name },
    found: isFound(answer),
    certain: isFound(answer) && happened.chain.every(({ isSure }) => isSure),
    steps: happened.chain.map((step) => stepJson(step, mask)),
    possible: happened.possible.map((step) => stepJson(step, mask)),
    tried: events(happened.tried),
    earlier: events(happened.earlier),
    made: happened.made && eventJson(happened.made, mask),
    madeAgain: happened.again && eventJson(happened.again, mask),
    because: happened.because && stepJson(happened.because, mask),
    heldBy: happened.held,
    before: collected.shape,
    leftOut: collected.dropped,
    lastSeen: collected.alive && eventJson(collected.alive, mask),
    firstMissed: collected.gone && eventJson(collected.gone, mask),
    log: { events: tally.events, from: isoTime(tally.from), to: isoTime(tally.to), requestsOfType: collected.ofType },
    recorded: recorded && {
      policy: recorded.policy,
      requests: recorded.requests.map(({ request, recordings }) => ({
        request: requestText(request),
        parties: recordings.map(({ party, decision: { level, rule } }) => ({ party, level, rule })),
      })),
    },
  };
}

function stepJson({ event, role, link, isSure, controller }: Step, mask: EventMask): object {
  return { role, link, certain: isSure, controller: controller?.name ?? null, ...eventJson(event, mask) };
}

function eventJson(event: LoggedEvent, mask: EventMask): object {
  const { user, impersonatedUser, annotations = {} } = event;
  return {
    time: event.stageTimestamp ?? null,
    user: user?.username ?? null,
    impersonatedUser: impersonatedUser?.username ?? null,
    address: addressText(event),
    agent: mask.text(event.userAgent ?? ''),
    action: actionText(event, mask),
    code: event.code,
    allowedBy: annotations['authorization.k8s.io/reason'] ?? '',
    finalizers: finalizersIn(event.responseObject) ?? [],
    level: event.level,
    stage: event.stage,
    auditID: event.auditID,
    server: event.source.server,
  };
}

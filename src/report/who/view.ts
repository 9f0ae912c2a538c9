import type { LoggedEvent } from '../../events/event.ts';
import { isNoise } from '../../events/people.ts';
import { type Asked, objectOf } from '../../events/who/asked.ts';
import { roleIn, type Shape, subjectsIn } from '../../events/bodies.ts';
import type { Happened, Step } from '../../events/who/chain.ts';
import type { EventMask } from '../events/mask-event.ts';
import { actionText, addressText, agentText } from '../events/words.ts';
import { number, safeLine, wrap } from '../text.ts';
import {
  type Answer,
  type AnswerView,
  isFound,
  sentence,
  whatText,
  refText,
  personText,
  whoOf,
  whenText,
  LINKS,
  notedLines,
  maskOf,
  eventsPart,
  bodilessText,
} from './parts.ts';
import { nobodyParts } from './nobody.ts';

/** An answer as a person reads it, ended by a line feed. */
export function answerView(answer: Answer, view: AnswerView): string {
  const parts = isFound(answer) ? foundParts(answer, view) : nobodyParts(answer, view);
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

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
  const count = number(dropped);
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

function unsureText(chain: readonly Step[]): string {
  return chain.every(({ isSure }) => isSure) ? '' : ' That is a guess: see below.';
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

function chainPart(chain: readonly Step[], view: AnswerView): string {
  const notes = chain.map(({ link }) => LINKS[link]);
  return `How it went:\n${notedLines(chain, notes, view)}`;
}

function againPart({ happened: { again } }: Answer, view: AnswerView): string {
  if (!again) return '';
  return wrap(safeLine(`It was made again by ${whoOf(again)} on ${whenText(again.at, view.isUtc)}.`), view.columns);
}

/** Who did it last, where it can be done many times. */
function latestPart({ asked, happened: { chain, because } }: Answer, view: AnswerView): string {
  const people = peopleIn(chain);
  const last = people.findLast(({ isSure }) => isSure) ?? people.at(-1);
  if (!last) return '';
  const others = [...new Set(people.map(({ event }) => whoOf(event)))].filter((name) => name !== whoOf(last.event));
  const before = others.length > 5 ? `${others.length} others` : others.join(', ');
  const count = people.length === 2 ? 'twice' : `${number(people.length)} times`;
  const times = people.length > 1 ? ` It was done ${count}${before === '' ? '' : `, before by ${before}`}.` : '';
  const did = doneText(asked, last.event, maskOf(view));
  const when = whenText(last.event.at, view.isUtc);
  const text = last.isSure
    ? `${personText(last.event)} ${did} on ${when}.${times}`
    : `${personText(last.event)} sent \`${actionText(last.event, maskOf(view))}\` on ${when}, which shows ${objectOf(asked)} if it is there.${times}`;
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
  const times = hidden.length === 1 ? 'once' : `${number(hidden.length)} times`;
  const more = hidden.length === 0 ? '' : `The cluster itself did it ${times} (${by}): --all shows that.`;
  const notes = [more, asked.act.word === 'bind' ? bodilessText(possible) : ''].filter((note) => note !== '');
  const told = notes.map((note) => view.style.dim(wrap(safeLine(note), view.columns)));
  return [shown.length > 1 ? list : '', ...told].filter((part) => part !== '').join('\n');
}

function bindingsPart(chain: readonly Step[], { name }: Asked, view: AnswerView): string {
  if (chain.length < 2) return '';
  const lines = chain.map(
    ({ event }) => `  ${whenText(event.at, view.isUtc)}  ${personText(event)} ${boundText(event, name)}`,
  );
  return `Each time:\n${lines.map((line) => safeLine(line)).join('\n')}`;
}

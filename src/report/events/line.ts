import type { LoggedEvent } from '../../events/event.ts';
import type { FoldedRequest } from '../../events/fold.ts';
import { READ_VERBS } from '../../policy/api/verbs.ts';
import type { Style } from '../text.ts';
import { safeLine } from '../text.ts';
import { cutEnd, cutMiddle, padded, widthOf } from '../fit.ts';
import type { EventMask } from './mask-event.ts';
import { clockTime, dayText, fullTime, milliTime, timeText } from './times.ts';
import { actionText, addressText, agentText, outcomeCode, outcomeNote, userText } from './words.ts';

/** How requests are shown. */
export interface LineOptions {
  style: Style;
  /** Infinity where nothing is to be cut. */
  columns: number;
  /** Times in UTC; else in the zone of this machine. */
  isUtc: boolean;
  /** There is more than one server: each line names its own. */
  hasServers: boolean;
  /** Each event stands for itself: its stage is told. */
  hasStages?: boolean;
  mask: EventMask;
}

/** What has room from so many columns on, and how wide it is: the same in every line, whatever comes later. */
interface Layout {
  from: number;
  time: (microseconds: number, isUtc: boolean) => string;
  who: number;
  server: number;
  address: number;
  agent: number;
  /** The day stands on a line of its own. */
  hasDays?: boolean;
}

const NARROWEST: Layout = { from: 0, time: clockTime, who: 10, server: 0, address: 0, agent: 0, hasDays: true };

/** The widest first. A pipe has all, uncut. */
const LAYOUTS: readonly Layout[] = [
  { from: Infinity, time: fullTime, who: 16, server: 8, address: 15, agent: 15 },
  { from: 150, time: milliTime, who: 28, server: 16, address: 15, agent: 20 },
  { from: 100, time: milliTime, who: 18, server: 12, address: 15, agent: 0 },
  { from: 80, time: timeText, who: 16, server: 8, address: 0, agent: 0 },
  { from: 50, time: clockTime, who: 15, server: 8, address: 0, agent: 0, hasDays: true },
  NARROWEST,
];

/** Shows requests, one a line: when, how it ended, which server, who, from where, what. It remembers on which day it is. */
export function linePrinter(options: LineOptions): (requests: readonly FoldedRequest[]) => string {
  const layout = LAYOUTS.find(({ from }) => options.columns >= from) ?? NARROWEST;
  let day = '';
  const line = (request: FoldedRequest): string => {
    const today = layout.hasDays ? dayText(request.event.at, options.isUtc) : '';
    const head = today === day || today === '' ? '' : `${options.style.dim(today)}\n`;
    if (today !== '') day = today;
    return `${head}${lineOf(request, layout, options)}\n`;
  };
  return (requests) => requests.map(line).join('');
}

type Name = 'who' | 'server' | 'address' | 'agent';

/** What stands in the columns whose width the layout says. */
const TEXTS: Readonly<Record<Name, (event: LoggedEvent, mask: EventMask) => string>> = {
  who: (event) => safeLine(userText(event)),
  server: ({ source }) => safeLine(source.server),
  address: (event) => safeLine(addressText(event)),
  agent: (event, mask) => safeLine(agentText(event, mask)),
};

const GAP = '  ';

function lineOf(request: FoldedRequest, layout: Layout, options: LineOptions): string {
  const { event } = request;
  const { style, columns, isUtc, hasServers, hasStages, mask } = options;
  const cell = (name: Name, paint: Cell[1] = style.dim): Cell[] => {
    const width = layout[name];
    if (width === 0) return [];
    const text = TEXTS[name](event, mask);
    return [[padded(columns === Infinity ? text : cutMiddle(text, width), width), paint]];
  };
  const front: readonly Cell[] = [
    [layout.time(event.at, isUtc), style.dim],
    [outcomeCode(request).padEnd(4), paintOf(request, style)],
    ...(hasStages ? [stageCell(event.stage)] : []),
    ...(hasServers ? cell('server') : []),
    ...cell('who', isAnonymousAllowed(request) ? style.red : same),
    ...cell('address'),
    ...cell('agent'),
  ];
  const used = front.reduce((sum, [text]) => sum + widthOf(text) + GAP.length, 0);
  const what = whatText(request, columns - used, mask);
  return [...front.map(([text, paint]) => paint(text)), isGrave(request) ? style.bold(what) : what].join(GAP).trimEnd();
}

/** `received`, `started`, `complete`, `panic`. */
function stageCell(stage: string): Cell {
  return [cutEnd(safeLine(stage.replace(/^(?:Request|Response)/, '').toLowerCase()), 8).padEnd(8), same];
}

/** A text, and how it is painted. */
type Cell = readonly [string, (text: string) => string];

/** Below so many columns for what was done, why it failed goes first. */
const ROOM_FOR_ACTION = 20;

/** Where it has no room the API group goes first, then the end of what was done, then why it failed. */
function whatText(request: FoldedRequest, room: number, mask: EventMask): string {
  const note = safeLine(outcomeNote(request));
  const end = note === '' ? '' : `: ${note}`;
  const full = safeLine(actionText(request.event, mask));
  if (widthOf(full) + widthOf(end) <= room) return `${full}${end}`;
  const action = safeLine(actionText(request.event, mask, { hasGroup: false }));
  const left = room - widthOf(end);
  return left >= ROOM_FOR_ACTION ? `${cutEnd(action, left)}${end}` : cutEnd(action, room);
}

function same(text: string): string {
  return text;
}

function paintOf({ event: { code, stage }, isOpen }: FoldedRequest, style: Style): (text: string) => string {
  if (stage === 'Panic' || code >= 500 || code === 401 || code === 403) return style.red;
  if (code >= 400) return style.yellow;
  return isOpen || code === 0 ? style.cyan : style.green;
}

function isAnonymousAllowed({ event: { user, code } }: FoldedRequest): boolean {
  return user?.username === 'system:anonymous' && code < 400;
}

const SHELLS: ReadonlySet<string> = new Set(['exec', 'attach', 'portforward']);

/** What cannot be undone, opens a door or changes who may do what stands out. */
function isGrave({ event: { verb, objectRef } }: FoldedRequest): boolean {
  const { apiGroup = '', subresource = '' } = objectRef ?? {};
  const isPermission = apiGroup === 'rbac.authorization.k8s.io' && !READ_VERBS.includes(verb);
  return verb.startsWith('delete') || SHELLS.has(subresource) || isPermission;
}

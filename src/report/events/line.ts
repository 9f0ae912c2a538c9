import type { FoldedRequest } from '../../events/fold.ts';
import { whoOf } from '../../events/people.ts';
import { safeText, type Style } from '../text.ts';
import { actionText, addressText, agentText, durationText, outcomeCode, outcomeNote } from './words.ts';

/** How events are shown. */
export interface LineOptions {
  style: Style;
  /** Infinity where nothing is to be cut. */
  columns: number;
  /** Times in UTC; else in the zone of this machine. */
  isUtc: boolean;
  /** There is more than one server: each line names its own. */
  hasServers: boolean;
}

const WHO = 20;
const SERVER = 12;
/** With less room than this nobody is told from where it came. */
const FROM_LEAST = 110;

/** A request on one line: when, how it ended, who, what; and from where, where there is room. */
export function eventLine(folded: FoldedRequest, options: LineOptions): string {
  const { event } = folded;
  const { style, columns, isUtc, hasServers } = options;
  const time = columns < 60 ? timeText(event.at, isUtc).slice(6) : timeText(event.at, isUtc);
  const who = cutMiddle(safeLine(whoOf(event)), columns < 60 ? 12 : WHO).padEnd(columns < 60 ? 12 : WHO);
  const server = hasServers ? `${cutMiddle(safeLine(event.source.server), SERVER).padEnd(SERVER)}  ` : '';
  const note = outcomeNote(folded);
  const room = columns - time.length - who.length - server.length - 10;
  const what = cutEnd(`${safeLine(actionText(event))}${note === '' ? '' : `: ${safeLine(note)}`}`, room);
  const from = columns >= FROM_LEAST ? fromText(folded, room - what.length - 2) : '';
  const code = outcomeCode(folded).padStart(4);
  return `${style.dim(time)}  ${paintOutcome(code, folded, style)}  ${server}${who}  ${paintAction(what, folded, style)}${style.dim(from)}`.trimEnd();
}

function fromText({ event }: FoldedRequest, room: number): string {
  const from = [addressText(event), agentText(event)].filter((part) => part !== '').join(' ');
  return from === '' || room < 12 ? '' : `  ${cutEnd(safeLine(from), room)}`;
}

function paintOutcome(text: string, { event: { code, stage } }: FoldedRequest, style: Style): string {
  if (stage === 'Panic' || code >= 500 || code === 401 || code === 403) return style.red(text);
  return code >= 400 ? style.yellow(text) : style.green(text);
}

/** What cannot be undone, opens a door or changes who may do what stands out. */
function paintAction(text: string, { event }: FoldedRequest, style: Style): string {
  const { verb, objectRef: { apiGroup = '', subresource = '' } = {} } = event;
  const isGrave = verb.startsWith('delete') || ['exec', 'attach'].includes(subresource);
  const isPermission = apiGroup === 'rbac.authorization.k8s.io' && !['get', 'list', 'watch'].includes(verb);
  return isGrave || isPermission ? style.bold(text) : text;
}

/** `11-23 05:55:18`, in UTC with a Z; what has no time has none. */
export function timeText(microseconds: number, isUtc: boolean): string {
  if (Number.isNaN(microseconds)) return isUtc ? '              ' : '             ';
  const date = new Date(microseconds / 1000);
  const local = new Date(date.getTime() - (isUtc ? 0 : date.getTimezoneOffset() * 60_000));
  return `${local.toISOString().slice(5, 19).replace('T', ' ')}${isUtc ? 'Z' : ''}`;
}

function safeLine(text: string): string {
  return safeText(text).replaceAll(/[\n\t]/g, ' ');
}

function cutEnd(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

/** Of a long name the beginning and the end say most. */
function cutMiddle(text: string, width: number): string {
  if (text.length <= width) return text;
  const head = Math.ceil((width - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (width - 1 - head))}`;
}

/** The columns of `-o csv` and `-o wide`, and what stands in them. */
export const FIELDS: readonly { name: string; text: (folded: FoldedRequest) => string }[] = [
  { name: 'time', text: ({ event }) => event.stageTimestamp ?? '' },
  { name: 'server', text: ({ event }) => event.source.server },
  { name: 'outcome', text: outcomeCode },
  { name: 'user', text: ({ event }) => event.user?.username ?? '' },
  { name: 'as', text: ({ event }) => event.impersonatedUser?.username ?? '' },
  { name: 'action', text: ({ event }) => actionText(event) },
  { name: 'note', text: outcomeNote },
  { name: 'address', text: ({ event }) => addressText(event) },
  { name: 'agent', text: ({ event }) => event.userAgent ?? '' },
  { name: 'took', text: ({ took }) => (Number.isNaN(took) ? '' : durationText(took)) },
  { name: 'level', text: ({ event }) => event.level },
  { name: 'stage', text: ({ event }) => event.stage },
  { name: 'auditID', text: ({ event }) => event.auditID },
];

/** A line of RFC 4180 CSV; what a spreadsheet would take for a formula gets an apostrophe in front. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: string): string {
  const safe = safeText(/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell);
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

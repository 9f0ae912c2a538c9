import type { ObjectReference } from '../../events/event.ts';
import type { FoldedRequest } from '../../events/fold.ts';
import type { Column } from '../table.ts';
import { safeLine, safeText } from '../text.ts';
import { timeText } from './times.ts';
import type { EventMask } from './mask-event.ts';
import { actionText, addressText, agentText, outcomeText, outcomeCode, outcomeNote, userText } from './words.ts';

/** A column of `-o csv`, `-o wide` and `-o table`. */
export interface Field {
  name: string;
  text: (request: FoldedRequest, mask: EventMask) => string;
}

/** All that a table tells of a request, documented in `docs/logs.md`. */
export const FIELDS: readonly Field[] = [
  { name: 'time', text: ({ event }) => event.stageTimestamp ?? '' },
  { name: 'server', text: ({ event }) => event.source.server },
  { name: 'outcome', text: outcomeCode },
  { name: 'user', text: ({ event }) => event.user?.username ?? '' },
  { name: 'as', text: ({ event }) => event.impersonatedUser?.username ?? '' },
  { name: 'action', text: ({ event }, mask) => actionText(event, mask) },
  { name: 'note', text: outcomeNote },
  { name: 'verb', text: ({ event }) => event.verb },
  { name: 'resource', text: ({ event }) => resourceText(event.objectRef) },
  { name: 'namespace', text: ({ event }) => event.objectRef?.namespace ?? '' },
  { name: 'name', text: ({ event }) => event.objectRef?.name ?? '' },
  { name: 'address', text: ({ event }) => addressText(event) },
  { name: 'agent', text: ({ event }, mask) => mask.text(event.userAgent ?? '') },
  { name: 'seconds', text: ({ took }) => (Number.isNaN(took) ? '' : (took / 1e6).toFixed(3)) },
  { name: 'level', text: ({ event }) => event.level },
  { name: 'stages', text: ({ stages }) => stages.join(' ') },
  { name: 'message', text: ({ event }, mask) => mask.text(messageOf(event.responseStatus)) },
  { name: 'uri', text: ({ event }, mask) => mask.uri(event.requestURI) },
  { name: 'auditID', text: ({ event }) => event.auditID },
];

interface TableField extends Omit<Column, 'cells'> {
  text: (request: FoldedRequest, options: { mask: EventMask; isUtc: boolean }) => string;
}

/** The columns of `-o table`. */
export const TABLE_FIELDS: readonly TableField[] = [
  { head: 'TIME', text: ({ event }, { isUtc }) => timeText(event.at, isUtc) },
  { head: 'OUTCOME', text: (request) => safeLine(outcomeText(request)) },
  { head: 'SERVER', dispensable: 3, text: ({ event }) => safeLine(event.source.server) },
  { head: 'WHO', text: ({ event }) => safeLine(userText(event)) },
  { head: 'FROM', dispensable: 1, text: ({ event }) => safeLine(addressText(event)) },
  { head: 'AGENT', dispensable: 2, text: ({ event }, { mask }) => safeLine(agentText(event, mask)) },
  { head: 'WHAT', cut: 'end', text: ({ event }, { mask }) => safeLine(actionText(event, mask)) },
];

function resourceText({ resource = '', apiGroup = '', subresource = '' }: ObjectReference = {}): string {
  return `${resource}${subresource === '' ? '' : `/${subresource}`}${apiGroup === '' ? '' : `.${apiGroup}`}`;
}

function messageOf(status: { message?: unknown } | undefined): string {
  return typeof status?.message === 'string' ? status.message : '';
}

/** A line of RFC 4180 CSV; what a spreadsheet would take for a formula gets an apostrophe in front. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: string): string {
  const safe = safeText(/^[=+\-@\t\r]/.test(cell) && cell !== '-' ? `'${cell}` : cell);
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A line of a table whose cells are parted by tabs; `-` stands for nothing. */
export function tabLine(cells: readonly string[]): string {
  return `${cells.map((cell) => (cell === '' ? '-' : safeLine(cell))).join('\t')}\n`;
}

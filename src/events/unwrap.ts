import { isObject, type Json, readJson } from '../json.ts';
import { UserError } from '../errors.ts';
import { type Envelope, envelopeOf, LIST_NAMES } from './envelopes.ts';
import type { LoggedEvent, LogSource } from './event.ts';
import { type Find, findEvents, isLikeEvent } from './find.ts';
import { onOneLine, partOf, textOf } from './json-bytes.ts';
import { isEvent, ParsedEvent } from './parsed.ts';
import { restored, unrenamed } from './restore.ts';
import type { Damage, LogTally, SavedParts } from './tally.ts';
import { type Place, ValueSplitter } from './values.ts';

/** Reads of one source all that is not an event on a line of its own: what a log store made of it, and what is damaged. */
export class Unwrapper {
  readonly #source: LogSource;
  readonly #tally: LogTally;
  readonly #take: (event: LoggedEvent) => void;
  readonly #values: ValueSplitter;
  /** What came of a line that a container runtime wrote in parts, by its stream. */
  readonly #parts: Map<string, { text: string; place: Place }> = new Map();
  #isLast = false;
  /** What has begun and not ended is an event: it stands on one line, and if the next begins as one, it broke off. */
  #isEventOpen = false;
  #events = 0;
  /** The line of the last event that stood there as it is, and how many there were on it. */
  readonly #beside = { line: 0, events: 0 };

  /** @param take gets each event, which it must count. */
  constructor(source: LogSource, tally: LogTally, take: (event: LoggedEvent) => void) {
    this.#source = source;
    this.#tally = tally;
    this.#take = take;
    this.#values = new ValueSplitter({
      value: (bytes, place, list) => this.#value(bytes, place, list),
      around: (bytes) => this.#sayLack(readJson(textOf(bytes)) ?? null),
      rest: (bytes, place) => this.#rest(bytes, place),
    });
  }

  /** Whether a value has begun that has not ended: the next line belongs to it. */
  get isOpen(): boolean {
    return this.#values.isOpen;
  }

  /** Whether it is as it was at the beginning: what it took does not matter to what it will take. */
  get isFresh(): boolean {
    return !this.isOpen && this.#parts.size === 0 && this.#events === 0;
  }

  /**
   * Takes a line that is no event, or belongs to a value that has begun.
   *
   * @param bytes without the line feed.
   * @param isLast it has none, and nothing follows: a writer may be in the middle of it.
   * @throws UserError for what this program does not read, with what to do.
   */
  line(bytes: Uint8Array, place: Place, isLast: boolean): void {
    this.#isLast = isLast;
    const isLike = isLikeEvent(textOf(bytes.subarray(0, 64)));
    if (this.isOpen && this.#isEventOpen && isLike) this.#values.end();
    if (!this.isOpen) this.#isEventOpen = isLike;
    if (!this.isOpen && !beginsValue(bytes)) return this.#rest(bytes, place);
    this.#values.feed(bytes, place);
    if (isLast) this.#values.end();
    else this.#values.feed(LINE_FEED);
  }

  /** Takes bytes that are not broken into lines, because the first line is none. */
  bytes(bytes: Uint8Array): void {
    this.#values.feed(bytes);
  }

  /** Nothing follows. */
  end(): void {
    this.#isLast = true;
    this.#values.end();
    for (const { text, place } of this.#parts.values()) this.#damage('cut', text, place);
  }

  #value(bytes: Uint8Array, place: Place, list: string): void {
    const value = readJson(textOf(bytes));
    if (value === undefined) return this.#rest(bytes, place);
    if (list === '' && isObject(value) && isEvent(value)) this.#countBeside(place.line);
    this.#found(findEvents(value, this.#source.path), { value, json: bytes, wrapped: bytes, place, list });
  }

  #countBeside(line: number): void {
    const beside = this.#beside;
    beside.events = beside.line === line ? beside.events + 1 : 1;
    beside.line = line;
    if (beside.events === 2) this.#tally.merged += 1;
  }

  #found(finds: readonly Find[], whole: Whole): void {
    const { value, list, place } = whole;
    const envelope = isObject(value) && !isEvent(value) ? envelopeOf(value) : undefined;
    if (envelope?.name === GKE && this.#events === 0) throw isGke(this.#source, place);
    this.#sayLack(value);
    if (finds.length === 0) return this.#none(whole, envelope);
    const name = envelope?.name ?? LIST_NAMES[list] ?? unknownName(finds);
    if (envelope?.warns !== undefined) this.#tally.note(envelope.warns);
    for (const find of finds) this.#one(find, { name, isLossy: envelope?.isLossy ?? false }, whole);
  }

  #none({ value, place, list }: Whole, envelope: Envelope | undefined): void {
    const isEmpty = isObject(value) && envelope?.isEmpty?.(value);
    if (isEmpty || (Array.isArray(value) && value.length === 0) || (list !== '' && typeof value === 'string'))
      this.#tally.rest += 1;
    else this.#damage('foreign', '', place);
  }

  #one(find: Find, envelope: Named, whole: Whole): void {
    if (find.kind === 'cut') return this.#damage('cut', find.text, whole.place);
    if (find.kind === 'part') return this.#part(find, whole);
    const { event, text, path } = find;
    const json = text === undefined ? whole.json : Buffer.from(text);
    const own = unrenamed({ event, bytes: partOf(json, path) ?? json });
    const changed = restored(own.event);
    const isConverted = changed !== null || find.isConverted || (envelope.isLossy && text === undefined);
    const bytes = changed === null ? onOneLine(own.bytes) : Buffer.from(JSON.stringify(changed));
    const where = { source: this.#source, line: whole.place.line, envelope: envelope.name, isConverted };
    this.#events += 1;
    this.#take(new ParsedEvent(changed ?? own.event, { ...where, bytes, wrapped: onOneLine(whole.wrapped) }));
  }

  /** A line that docker wrote, or a part of it: whole where it ends in a line feed, or where a shipper took that off. */
  #part({ text, stream }: Extract<Find, { kind: 'part' }>, whole: Whole): void {
    const isEnd = text.endsWith('\n') || (!this.#parts.has(stream) && isObject(readJson(text)));
    this.#printed({ text: isEnd ? text.trimEnd() : text, stream, isEnd, name: 'docker' }, whole);
  }

  /** What a container printed: the parts of a line are put together, those of each stream for themselves. */
  #printed({ text, stream, isEnd, name }: Printed, whole: Whole): void {
    const begun = this.#parts.get(stream)?.text ?? '';
    this.#parts.set(stream, { text: begun + text, place: whole.place });
    if (!isEnd) {
      this.#tally.rest += 1;
      return;
    }
    this.#parts.delete(stream);
    this.#tally.note(PRINTED);
    const finds = findEvents(begun + text).filter(({ kind }) => kind !== 'part');
    for (const find of finds) this.#one(find, { name, isLossy: false }, whole);
    if (finds.length === 0) this.#damage('foreign', '', whole.place);
  }

  #sayLack(value: Json): void {
    const lack = isObject(value) ? envelopeOf(value)?.lacks?.(value) : undefined;
    if (lack !== undefined) this.#tally.note(`${this.#source.name} is not the whole export: ${lack}.`);
  }

  /** A line that is no JSON value: text with one behind it, a line of a container, an event that breaks off. */
  #rest(bytes: Uint8Array, place: Place): void {
    const text = textOf(bytes);
    if (NO_TEXT.test(text)) {
      this.#tally.rest += 1;
      return;
    }
    const [, stream, mark, printed] = CRI.exec(text) ?? [];
    const isPrinted = stream !== undefined && printed !== undefined;
    const around = { value: null, json: bytes, wrapped: bytes, place, list: '' };
    if (isPrinted) return this.#printed({ text: printed, stream, isEnd: mark === 'F', name: 'CRI' }, around);
    const found = embedded(text);
    if (found === undefined || found.isBehindCut || text.includes('\0')) this.#damage(kindOf(text), text, place);
    if (found === undefined) return;
    const { json, value } = found;
    this.#found(findEvents(value, this.#source.path), { ...around, value, json: Buffer.from(json) });
  }

  #damage(kind: Damage['kind'], text: string, { line, offset }: Place): void {
    const isUnfinished = this.#isLast && kind === 'cut';
    const saved = kind === 'cut' ? { saved: savedOf(text) } : {};
    this.#tally.damage({ source: this.#source, line, offset, kind: isUnfinished ? 'unfinished' : kind, ...saved });
  }
}

/** A value that was read, the bytes it was read from, and all that stood there. */
interface Whole {
  value: Json;
  json: Uint8Array;
  wrapped: Uint8Array;
  place: Place;
  list: string;
}

interface Named {
  name: string;
  isLossy: boolean;
}

interface Printed {
  text: string;
  stream: string;
  isEnd: boolean;
  name: string;
}

const GKE = 'Google Cloud Audit Logs';
const PRINTED =
  'A container log holds what any program in it printed: an event there need not be one of the API server.';
const LINE_FEED = Buffer.from('\n');
const CRI = /^\S+ (stdout|stderr) ([FP]) (.*)$/s;
/** What is left around the elements of a list that broke off, or was printed an element a line. */
const NO_TEXT = /^[\s\]},]*$/;

function isGke({ name }: LogSource, { line }: Place): UserError {
  return new UserError(
    'holds Cloud Audit Logs of Google, which are not the events of Kubernetes: groups, level and stage are lost',
    {
      place: { file: name, line },
      hint: 'Read the audit log of the API server itself. kOps on Google Cloud writes it to the file in the cluster spec, as everywhere.',
    },
  );
}

/** Where in a wrapper that is in no table the events are. */
function unknownName([first]: readonly Find[]): string {
  const keys = first?.steps.filter((step) => typeof step === 'string') ?? [];
  return keys.length === 0 ? '' : `.${keys.join('.')}`;
}

/** Whether bytes begin as an object does or a list of objects: `[0] tag: {` and `[pod/x] {` begin a line of text. */
export function beginsValue(bytes: Uint8Array): boolean {
  return /^[\uFEFF \t\r\n]*(?:\{|\[\s*(?:[[{\]]|$))/.test(textOf(bytes.subarray(0, 64)));
}

interface Embedded {
  json: string;
  value: Json;
  /** An event broke off, and the next stands right behind it: the API server was killed while it wrote. */
  isBehindCut: boolean;
}

/** JSON behind other text, with what may follow it in a list; in a field of a CSV file, where quotes are doubled. */
function embedded(text: string): Embedded | undefined {
  const start = text.indexOf('{');
  if (start < 0) return undefined;
  const behind = text.slice(start, lastOfValue(text) + 1);
  for (const json of [behind, unquoted(text)]) {
    const value = readJson(json);
    if (isObject(value)) return { json, value, isBehindCut: false };
  }
  return behindCut(text);
}

/** Where the value ends that something of a list may follow. A pattern would look at each of a million brackets as often. */
function lastOfValue(text: string): number {
  let at = text.length - 1;
  while (at >= 0 && ' \t\r\n],'.includes(text.charAt(at))) at -= 1;
  return at;
}

function unquoted(text: string): string {
  const [start, end] = [text.indexOf('{""'), text.lastIndexOf('}')];
  return start < 0 ? '' : text.slice(start, end + 1).replaceAll('""', '"');
}

const MARK = '{"kind":"Event","apiVersion":"audit.k8s.io/';

function behindCut(text: string): Embedded | undefined {
  const start = text.lastIndexOf(MARK);
  const json = text.slice(start);
  const value = start > 0 ? readJson(json) : undefined;
  return isObject(value) ? { json, value, isBehindCut: true } : undefined;
}

function kindOf(text: string): Damage['kind'] {
  if (text.includes('\0')) return 'nul';
  const start = text.indexOf('{');
  if (start >= 0 && isLikeEvent(text.slice(start))) return 'cut';
  return /^\s*[[{]/.test(text) ? 'corrupt' : 'foreign';
}

/** What of an event that breaks off stands before its bodies, in the order in which Go writes it. */
function savedOf(text: string): SavedParts {
  const of = (pattern: RegExp): string | undefined => pattern.exec(text)?.[1];
  return {
    auditID: of(/"auditID":"([^"\\]*)"/),
    verb: of(/"verb":"([^"\\]*)"/),
    username: of(/"user":\{"username":"([^"\\]*)"/),
    requestURI: of(/"requestURI":"((?:[^"\\]|\\.)*)"/)?.replaceAll('\\u0026', '&'),
  };
}

import { isObject } from '../json.ts';
import { hashText } from './duplicates.ts';
import type { AuditEvent, AuditUser, LoggedEvent, LogSource, ObjectReference, ResponseStatus } from './event.ts';
import { asObject, asStatus, asTextMap, asTexts, asUser } from './shapes.ts';
import { microseconds } from './time.ts';

/** Where an event was found, and in what. */
export interface Found {
  source: LogSource;
  line: number;
  envelope: string;
  isConverted: boolean;
  /** The event's own bytes, and all that stood there. */
  bytes: Uint8Array;
  wrapped: Uint8Array;
}

/** Whether a JSON value is an audit event: its kind may be lost on the way through a log store. */
export function isEvent(value: unknown): value is AuditEvent & Record<string, unknown> {
  return isObject(value) && ['auditID', 'stage', 'verb'].every((key) => typeof value[key] === 'string');
}

/**
 * Whether it is one as the API server writes it, who asked as a map: a log store may have flattened it, or its level may have been given
 * another name for one, and that must be undone.
 */
export function isPlainEvent(value: unknown): value is AuditEvent & Record<string, unknown> {
  return isEvent(value) && isObject(value.user) && (value.level !== undefined || value['auditLevel'] === undefined);
}

/** An event read by `JSON.parse`: slow, and the measure for what is faster. Values of a wrong type count as absent. */
export class ParsedEvent implements LoggedEvent {
  readonly source: LogSource;
  readonly line: number;
  readonly envelope: string;
  readonly isConverted: boolean;
  readonly #value: Readonly<Record<string, unknown>>;
  readonly #bytes: Uint8Array;
  readonly #wrapped: Uint8Array;

  constructor(value: Readonly<Record<string, unknown>>, found: Found) {
    this.#value = value;
    this.#bytes = found.bytes;
    this.#wrapped = found.wrapped;
    this.source = found.source;
    this.line = found.line;
    this.envelope = found.envelope;
    this.isConverted = found.isConverted;
  }

  get level(): string {
    return this.#text('level') ?? '';
  }
  get auditID(): string {
    return this.#text('auditID') ?? '';
  }
  get stage(): string {
    return this.#text('stage') ?? '';
  }
  get requestURI(): string {
    return this.#text('requestURI') ?? '';
  }
  get verb(): string {
    return this.#text('verb') ?? '';
  }
  get userAgent(): string | undefined {
    return this.#text('userAgent');
  }
  get requestReceivedTimestamp(): string | undefined {
    return this.#text('requestReceivedTimestamp');
  }
  get stageTimestamp(): string | undefined {
    return this.#text('stageTimestamp');
  }
  get user(): AuditUser | undefined {
    return asUser(this.#value['user']);
  }
  get impersonatedUser(): AuditUser | undefined {
    return asUser(this.#value['impersonatedUser']);
  }
  get objectRef(): ObjectReference | undefined {
    return asObject(this.#value['objectRef']);
  }
  get responseStatus(): ResponseStatus | undefined {
    return asStatus(this.#value['responseStatus']);
  }
  get annotations(): Readonly<Record<string, string>> | undefined {
    return asTextMap(this.#value['annotations']);
  }
  get sourceIPs(): readonly string[] | undefined {
    return asTexts(this.#value['sourceIPs']);
  }
  get requestObject(): unknown {
    return this.#value['requestObject'];
  }
  get responseObject(): unknown {
    return this.#value['responseObject'];
  }
  get at(): number {
    return microseconds(this.stageTimestamp);
  }
  get received(): number {
    return microseconds(this.requestReceivedTimestamp);
  }
  get code(): number {
    const code = this.responseStatus?.code;
    return typeof code === 'number' ? code : 0;
  }
  hashID(state: Int32Array): boolean {
    hashText(this.auditID, state);
    return this.auditID !== '';
  }
  bytes(): Uint8Array {
    return this.#bytes;
  }
  sizeOf(): undefined {
    return undefined;
  }
  wrapped(): Uint8Array {
    return this.#wrapped;
  }
  keep(): LoggedEvent {
    const { source, line, envelope, isConverted } = this;
    const bytes = this.#bytes.slice();
    const wrapped = this.#wrapped === this.#bytes ? bytes : this.#wrapped.slice();
    return new ParsedEvent(this.#value, { source, line, envelope, isConverted, bytes, wrapped });
  }

  #text(key: string): string | undefined {
    const value = this.#value[key];
    return typeof value === 'string' ? value : undefined;
  }
}

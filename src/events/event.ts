/** Who sent a request, as an event has it (`user`, `impersonatedUser`). Empty where nobody authenticated. */
export interface AuditUser {
  username?: string;
  uid?: string;
  groups?: readonly string[];
  extra?: Readonly<Record<string, readonly string[]>>;
}

/** The object a request is about. */
export interface ObjectReference {
  resource?: string;
  namespace?: string;
  name?: string;
  uid?: string;
  apiGroup?: string;
  apiVersion?: string;
  resourceVersion?: string;
  subresource?: string;
}

/** How a request ended. */
export interface ResponseStatus {
  code?: number;
  status?: string;
  reason?: string;
  message?: string;
}

/** What of an event tells which request it is of. */
export interface AuditedRequest {
  requestURI: string;
  verb: string;
  user?: AuditUser | undefined;
  objectRef?: ObjectReference | undefined;
}

/** An `audit.k8s.io/v1` Event, by the names and with the values of its JSON (`pkg/apis/audit/v1/types.go` of k8s.io/apiserver 1.37). */
export interface AuditEvent extends AuditedRequest {
  level: string;
  auditID: string;
  stage: string;
  impersonatedUser?: AuditUser | undefined;
  sourceIPs?: readonly string[] | undefined;
  userAgent?: string | undefined;
  responseStatus?: ResponseStatus | undefined;
  requestObject?: unknown;
  responseObject?: unknown;
  requestReceivedTimestamp?: string | undefined;
  stageTimestamp?: string | undefined;
  annotations?: Readonly<Record<string, string>> | undefined;
}

/** The keys of an event that this program knows, in the order in which kube-apiserver writes them (the same file). */
export const EVENT_KEYS = [
  'level',
  'auditID',
  'stage',
  'requestURI',
  'verb',
  'user',
  'impersonatedUser',
  'sourceIPs',
  'userAgent',
  'objectRef',
  'responseStatus',
  'requestObject',
  'responseObject',
  'requestReceivedTimestamp',
  'stageTimestamp',
  'annotations',
] as const;

/** One of them. */
export type EventKey = (typeof EVENT_KEYS)[number];

/** A piece of a log: a file, stdin, a file of a node. */
export interface LogSource {
  /** For people: a path, `-`, `cp-1:audit.log`. */
  name: string;
  /** Which API server wrote it, by the name of its node or folder; '' where that is not known. */
  server: string;
  /** Where in what they are wrapped in the events are, if a person said so. */
  path?: readonly string[];
  /** A store exported it with the newest event first. It is small enough that what is wanted of it can be held and turned around. */
  isNewestFirst?: boolean;
  /** It is a file of this machine: several can read it at once, and pieces of it unless it is compressed. */
  isFile?: boolean;
  /**
   * Its bytes, decompressed. A chunk is only good until the next one is asked for.
   * Throws UserError or ExternalError where it cannot be read (further).
   *
   * @param range only these, of a file that is not compressed.
   */
  open(range?: ByteRange): AsyncIterable<Uint8Array>;
  /**
   * The same where the bytes can be had as they lie there, and be put where they are wanted; undefined where they cannot: then `open` says why.
   *
   * @internal
   */
  direct?(range?: ByteRange): DirectBytes | undefined;
}

/** Bytes that are read to where they are wanted. */
export interface DirectBytes {
  /** The first of them, at most 64 KiB; none where only a range is read. */
  readonly head: Uint8Array;
  /** Puts the next ones there; gives how many, 0 at the end. */
  read(into: Uint8Array): number;
  /** The same while other work is done. */
  readAhead(into: Uint8Array): Promise<number>;
  close(): void;
}

/** Bytes of a file: from one to before the other. */
export interface ByteRange {
  from: number;
  to: number;
}

/**
 * An event where it stands in a log. Its values are read from the bytes when they are asked for. Given to a function of `readLog` it is
 * only good until that returns: the bytes are overwritten and the object is used again. `keep` gives one that stays.
 */
export interface LoggedEvent extends AuditEvent {
  readonly source: LogSource;
  /** Which line of the source it is on, from 1. */
  readonly line: number;
  /** `stageTimestamp` in microseconds since 1970; NaN where there is none that can be read. */
  readonly at: number;
  /** `requestReceivedTimestamp` in microseconds since 1970; NaN likewise. */
  readonly received: number;
  /** Mixes `auditID` into two states, as `hashText` of `duplicates.ts` does; gives false where it is empty. */
  hashID(state: Int32Array): boolean;
  /** `responseStatus.code`; 0 where there is none. */
  readonly code: number;
  /** What the envelope was, by its name in the table of `envelopes.ts`; '' for none. */
  readonly envelope: string;
  /** Taken from a schema that lost or renamed fields: its bytes are not those that the API server wrote. */
  readonly isConverted: boolean;
  /** The event as JSON on one line without a line feed, its envelope taken off; the bytes that were there unless it is converted. */
  bytes(): Uint8Array;
  /** How many bytes the value of a key has there, 0 without one; undefined where that is not known. */
  sizeOf(key: EventKey): number | undefined;
  /** All that stood on its line or lines, envelope and all, without the last line feed. */
  wrapped(): Uint8Array;
  /** The same event for as long as it is needed; its `head` may be without bodies, which are null in its bytes then. */
  keep(part?: 'head'): LoggedEvent;
}

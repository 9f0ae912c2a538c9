import { PbfReader, PbfWriter } from 'pbf';
import { mapOf, readJson } from '../json.ts';

/** One log record, and what it is of. */
export interface LogRecord {
  /** Of what sends it. */
  resource: Readonly<Record<string, string>>;
  at: Date;
  body: string;
  attributes: Readonly<Record<string, string>>;
}

/** The type of what `encodeRecord` gives, and of its answer. */
export const PROTOBUF = 'application/x-protobuf';

/**
 * A request with one record, as a collector sends it unless it is told otherwise: an `ExportLogsServiceRequest` as protobuf
 * (opentelemetry-proto v1.8.0, `collector/logs/v1/logs_service.proto`, `logs/v1/logs.proto`). JSON is not taken by all: VictoriaLogs
 * v1.52.1 and Dynatrace refuse it.
 */
export function encodeRecord(record: LogRecord): Uint8Array {
  const out = new PbfWriter();
  out.writeMessage(1, writeResourceLogs, record);
  return out.finish();
}

function writeResourceLogs({ resource, ...record }: LogRecord, out: PbfWriter): void {
  out.writeMessage(1, writeAttributes, { tag: 1, values: resource });
  out.writeMessage(2, (value, inner) => inner.writeMessage(2, writeRecord, value), record);
}

function writeRecord({ at, body, attributes }: Omit<LogRecord, 'resource'>, out: PbfWriter): void {
  writeNanoseconds(1, at, out);
  out.writeMessage(5, writeText, body);
  writeAttributes({ tag: 6, values: attributes }, out);
  writeNanoseconds(11, at, out);
}

function writeAttributes(of: { tag: number; values: Readonly<Record<string, string>> }, out: PbfWriter): void {
  for (const entry of Object.entries(of.values)) out.writeMessage(of.tag, writeAttribute, entry);
}

function writeAttribute([key, value]: [string, string], out: PbfWriter): void {
  out.writeStringField(1, key);
  out.writeMessage(2, writeText, value);
}

/** An `AnyValue`. */
function writeText(value: string, out: PbfWriter): void {
  out.writeStringField(1, value);
}

/** A `fixed64`: more than a number holds exactly. */
function writeNanoseconds(tag: number, at: Date, out: PbfWriter): void {
  const nanoseconds = BigInt(at.getTime()) * 1_000_000n;
  out.writeTag(tag, 1);
  out.writeFixed32(Number(nanoseconds & 0xffffffffn));
  out.writeFixed32(Number(nanoseconds >> 32n));
}

/** What a store answers in words: how many records it did not take although the status is good, and why. */
export interface StoreWords {
  rejected: number;
  message: string;
}

/**
 * Reads the body of an answer: an `ExportLogsServiceResponse` or a `google.rpc.Status`, as protobuf or JSON (OTLP 1.7, "OTLP/HTTP
 * Response"); anything else is taken as text.
 *
 * @param isGood whether the status is from 200 to 299.
 */
export function decodeAnswer(body: Uint8Array, contentType: string, isGood: boolean): StoreWords {
  if (contentType.startsWith(PROTOBUF)) return decodeProtobuf(body, isGood);
  const text = new TextDecoder().decode(body).trim();
  return contentType.includes('json') ? decodeJson(text) : { rejected: 0, message: text };
}

function decodeProtobuf(body: Uint8Array, isGood: boolean): StoreWords {
  const words = { rejected: 0, message: '' };
  try {
    const read = new PbfReader(body);
    return isGood ? read.readFields(readResponse, words) : read.readFields(readStatus, words);
  } catch {
    return words;
  }
}

function readResponse(tag: number, words: StoreWords, read: PbfReader): void {
  if (tag === 1) read.readMessage(readPartialSuccess, words);
}

function readPartialSuccess(tag: number, words: StoreWords, read: PbfReader): void {
  if (tag === 1) words.rejected = read.readVarint();
  else if (tag === 2) words.message = read.readString();
}

function readStatus(tag: number, words: StoreWords, read: PbfReader): void {
  if (tag === 2) words.message = read.readString();
}

function decodeJson(text: string): StoreWords {
  const value = readJson(text);
  if (value === undefined) return { rejected: 0, message: text };
  const answer = mapOf(value);
  const partial = answer['partialSuccess'] ?? answer['partial_success'];
  const words = mapOf(partial);
  const rejected = Number(words['rejectedLogRecords'] ?? words['rejected_log_records'] ?? 0);
  const said = words['errorMessage'] ?? words['error_message'] ?? answer['message'] ?? answer['text'];
  if (typeof said === 'string') return { rejected, message: said };
  return { rejected, message: partial === undefined && text !== '{}' ? text : '' };
}

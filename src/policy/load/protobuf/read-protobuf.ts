import { type JsonEntry, type JsonNode, depthAround } from '../../../yaml/json-node.ts';
import { decodeUtf8 } from '../../../yaml/bytes.ts';
import { type FieldShape, type Message, POLICY, TYPE_META, UNKNOWN } from './messages.ts';
import { type Field, readFields } from './wire.ts';

const PREFIX = [0x6b, 0x38, 0x73, 0];

/** Whether bytes begin as Kubernetes' protobuf does: `k8s` and a zero byte. */
export function startsProtobuf(bytes: Uint8Array): boolean {
  return PREFIX.every((byte, at) => bytes[at] === byte);
}

/**
 * Reads a policy in Kubernetes' protobuf as a JSON value; undefined where it is broken. What `metadata` holds is only checked. All offsets are 0.
 */
export function readProtobuf(bytes: Uint8Array): JsonNode | undefined {
  const wrapped = bytes.subarray(PREFIX.length);
  const outer = readFields(wrapped);
  if (!outer || !readMessage(wrapped, UNKNOWN)) return undefined;
  const meta = outer.filter(({ number }) => number === 1).flatMap((field) => [...(field.bytes ?? [])]);
  const raw = outer.findLast(({ number }) => number === 2)?.bytes;
  const head = readMessage(Uint8Array.from(meta), TYPE_META);
  const body = readMessage(raw ?? new Uint8Array(), POLICY);
  return head && body && mapOf([...head, ...body]);
}

function readMessage(bytes: Uint8Array, message: Message): JsonEntry[] | undefined {
  const fields = readFields(bytes);
  if (!fields) return undefined;
  const entries = new Map<string, JsonEntry>();
  for (const field of fields) {
    const shape = message[field.number];
    const value = shape && readField(field, shape);
    if (shape && !value) return undefined;
    if (shape && value && shape.key !== '') add(entries, shape, value);
  }
  return [...entries.values()];
}

function readField({ bytes, varint }: Field, { holds }: FieldShape): JsonNode | undefined {
  if (holds === 'boolean' || holds === 'number') {
    return varint === undefined ? undefined : { kind: 'boolean', ...NOWHERE, value: varint !== 0n };
  }
  if (!bytes) return undefined;
  if (holds === 'text') return { kind: 'string', ...NOWHERE, value: decodeUtf8(bytes, () => '\uFFFD') };
  const entries = readMessage(bytes, holds);
  return entries && mapOf(entries);
}

function add(entries: Map<string, JsonEntry>, { key, repeated }: FieldShape, value: JsonNode): void {
  const list = entries.get(key)?.value;
  if (!repeated) entries.set(key, { key, ...NOWHERE, value });
  else if (list?.kind === 'list') list.items.push(value);
  else entries.set(key, { key, ...NOWHERE, value: { kind: 'list', ...NOWHERE, items: [value], depth: 3 } });
}

const NOWHERE = { start: 0, end: 0 };

function mapOf(entries: JsonEntry[]): JsonNode {
  return { kind: 'map', ...NOWHERE, entries, depth: depthAround(entries.map(({ value }) => value)) };
}

import { type AuditEvent, EVENT_KEYS, type ObjectReference } from '../../events/event.ts';
import { isObject, type Json, type JsonObject } from '../../json.ts';
import { contentsOf } from '../../policy/sensitive.ts';
import { credentialRanges, isCredentialKey, maskRanges, type TextRange } from '../credentials.ts';
import { commandSecrets } from './command-secrets.ts';

/** Stands for what is not shown. */
const HIDDEN = '‹secret›';

/** Masks what is secret in events, by the place where it stands, and in texts by how it looks. */
export interface EventMask {
  /** An event as JSON. */
  event(event: AuditEvent): JsonObject;
  /** A body of an event: what was sent, or answered. */
  body(body: unknown, object?: ObjectReference): Json;
  /** Free text: a message, a user agent, a path. */
  text(text: string): string;
  /** The URI of a request, its query included. */
  uri(uri: string): string;
  /** The words of a command that was run in a container. */
  command(words: readonly string[]): string[];
}

/** @param label what is shown for a secret; `label` of a `Masker` gives equal values equal numbers. */
export function eventMask(label: (secret: string) => string = () => HIDDEN): EventMask {
  const text = (value: string): string => maskedText(value, label);
  const body = (value: unknown, object: ObjectReference = {}): Json =>
    maskedBody(toJson(value), { label, text, isSecret: holdsSecrets(object) });
  return {
    text,
    body,
    uri: (uri) => maskedUri(uri, label),
    command: (words) => maskedCommand(words, label),
    event: (event) => maskedEvent(event, { body, text, uri: (uri) => maskedUri(uri, label), label }),
  };
}

/** Shows all as it is: `--reveal`. */
export const revealed: EventMask = {
  text: (text) => text,
  body: toJson,
  uri: (uri) => uri,
  command: (words) => [...words],
  event: (event) => plainEvent(event),
};

function plainEvent(event: AuditEvent): JsonObject {
  const fields = EVENT_KEYS.map((key) => [key, event[key]] as const).filter(([, value]) => value !== undefined);
  return Object.fromEntries(fields.map(([key, value]) => [key, toJson(value)]));
}

interface EventParts extends Pick<EventMask, 'text' | 'uri'> {
  body: (value: unknown, object?: ObjectReference) => Json;
  label: (secret: string) => string;
}

function maskedEvent(event: AuditEvent, { body, text, uri, label }: EventParts): JsonObject {
  const plain = plainEvent(event);
  const masked = Object.fromEntries(
    Object.entries(plain).map(([key, value]) => [key, isObject(value) ? body(value) : maskStrings(value, text)]),
  );
  for (const key of ['requestObject', 'responseObject'] as const)
    if (key in plain) masked[key] = body(plain[key], event.objectRef);
  if (event.annotations) masked['annotations'] = maskedAnnotations(event.annotations, text, label);
  return { ...masked, requestURI: uri(event.requestURI) };
}

// What a webhook changed is in the log as a patch, with the values that it set (KEP-2885, `pkg/admission/plugin/webhook/mutating`).
function maskedAnnotations(
  annotations: Readonly<Record<string, string>>,
  text: (text: string) => string,
  label: (secret: string) => string,
): JsonObject {
  const entries = Object.entries(annotations);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, key.startsWith('patch.webhook.') ? label(value) : text(value)]),
  );
}

function maskStrings(value: Json, text: (text: string) => string): Json {
  if (typeof value === 'string') return text(value);
  return Array.isArray(value) ? value.map((item) => maskStrings(item, text)) : value;
}

function toJson(value: unknown): Json {
  if (Array.isArray(value)) return value.map(toJson);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]));
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

/** Whether what a request sends or gets may be a secret, a token, or a review of one (`policy/sensitive.ts`). */
function holdsSecrets({ apiGroup = '', resource = '', subresource = '' }: ObjectReference): boolean {
  return contentsOf({ apiGroup, resource, subresource }).some(
    ({ inLog, resource: of }) => inLog && of !== 'configmaps',
  );
}

interface BodyMask {
  label: (secret: string) => string;
  text: (text: string) => string;
  isSecret: boolean;
}

/** Kinds whose objects are secret wherever they stand: in a list, in an annotation, in a body of another resource. */
const SECRET_KINDS = /^(?:Secret|SecretList|TokenReview|TokenRequest)$/;

/** What such an object holds; what else is in it is no secret: its name, its type, the keys of its data. */
const SECRET_KEYS: ReadonlySet<string> = new Set(['data', 'stringData', 'token', 'value', 'binaryData']);

/** Texts that hold the whole object again. */
const COPIES: ReadonlySet<string> = new Set(['kubectl.kubernetes.io/last-applied-configuration']);

/** Of a container, and of a probe. */
const COMMANDS: ReadonlySet<string> = new Set(['command', 'args']);

function isTexts(value: Json): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function maskedBody(value: Json, mask: BodyMask): Json {
  if (typeof value === 'string') return mask.text(value);
  if (Array.isArray(value)) return value.map((item) => maskedBody(item, mask));
  if (!isObject(value)) return value;
  const { kind } = value;
  const inner = typeof kind === 'string' && SECRET_KINDS.test(kind) ? { ...mask, isSecret: true } : mask;
  const isNamedSecret = ['name', 'path'].some((key) => saysCredential(value[key]));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const isSecret =
        isCredentialKey(key) || (inner.isSecret && SECRET_KEYS.has(key)) || (key === 'value' && isNamedSecret);
      if (isSecret) return [key, masksAll(item, mask)];
      if (COMMANDS.has(key) && isTexts(item)) return [key, maskedCommand(item, mask.label)];
      if (COPIES.has(key) && typeof item === 'string') return [key, maskedCopy(item, inner)];
      return [mask.text(key), maskedBody(item, inner)];
    }),
  );
}

// A variable of a container, a header of a probe, a JSON patch.
function saysCredential(value: Json | undefined): boolean {
  return typeof value === 'string' && isCredentialKey(value.slice(value.lastIndexOf('/') + 1));
}

function maskedCopy(text: string, mask: BodyMask): string {
  try {
    const value: unknown = JSON.parse(text);
    return JSON.stringify(maskedBody(toJson(value), mask));
  } catch {
    return mask.isSecret ? mask.label(text) : mask.text(text);
  }
}

function masksAll(value: Json, mask: BodyMask): Json {
  if (typeof value === 'string') return value === '' ? value : mask.label(value);
  if (typeof value === 'number') return mask.label(String(value));
  if (Array.isArray(value)) return value.map((item) => masksAll(item, mask));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, masksAll(item, mask)]));
}

function maskedText(text: string, label: (secret: string) => string): string {
  return maskedRanges(text, credentialRanges(text), label);
}

function maskedRanges(text: string, ranges: readonly TextRange[], label: (secret: string) => string): string {
  return maskRanges(text, ranges, ({ start, end }) => label(text.slice(start, end)));
}

/** Names in a query that carry a credential and that are no key of a spec. */
const QUERY_KEY =
  /^(?:code|key|auth|authorization|credentials?|signature|x-amz-(?:signature|credential|security-token)|jwt|session)$/i;

function maskedUri(uri: string, label: (secret: string) => string): string {
  const at = uri.indexOf('?');
  if (at < 0) return maskedText(uri, label);
  const query = new URLSearchParams(uri.slice(at + 1));
  const parts = [...query.entries()].map(([key, value]): [string, string] => [
    key,
    isCredentialKey(key) || QUERY_KEY.test(key) ? label(value) : value,
  ]);
  const command = maskedCommand(query.getAll('command'), label);
  let word = 0;
  const shown = parts.map(([key, value]) => {
    const text = key === 'command' ? (command[word++] ?? '') : maskedText(value, label);
    return `${key}=${readable(text)}`;
  });
  return `${maskedText(uri.slice(0, at), label)}?${shown.join('&')}`;
}

// As it would be written in a URI, but that a label stays readable.
function readable(text: string): string {
  return encodeURIComponent(text).replaceAll('%E2%80%B9', '‹').replaceAll('%E2%80%BA', '›').replaceAll('%20', ' ');
}

function maskedCommand(words: readonly string[], label: (secret: string) => string): string[] {
  const secrets = commandSecrets(words);
  return words.map((word, at) => maskedRanges(word, [...(secrets[at] ?? []), ...credentialRanges(word)], label));
}

import { isMap, isScalar, type Node } from 'yaml';
import { UserError } from '../../errors.ts';
import type { RequestOptions } from '../request/words.ts';
import type { RequestAttributes } from '../types.ts';
import { type Fields, KEYS, readFields, readList, readText } from './fields.ts';
import { describe, type Reading } from './reading.ts';
import { readRequestLine } from './request-line.ts';
import type { TestRequest } from './types.ts';

/**
 * Reads a request of a case: a line as after `policy explain`, where groups and namespace are filled in as for a real request, or a
 * map with exactly what the policy is to see. Undefined, and a mistake noted, where it is neither.
 */
export function readTestRequest(reading: Reading, node: Node | null, options: RequestOptions): TestRequest | undefined {
  if (isMap(node)) return readMap(reading, node);
  if (!isScalar(node) || typeof node.value !== 'string') {
    const hint = 'A line is written like: delete secrets/db -n prod --as alice';
    reading.wrong(node, `a request must be a line of text or a map, not ${describe(node)}`, hint);
    return undefined;
  }
  return readLine(reading, node, node.value.trim(), options);
}

function readLine(reading: Reading, node: Node, text: string, options: RequestOptions): TestRequest | undefined {
  try {
    return { text, ...readRequestLine(text, options), ...reading.placeOf(node) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    reading.wrong(node, `request ${JSON.stringify(text)}: ${error.message}`, error.hint);
    return undefined;
  }
}

const TEXT_KEYS = ['user', 'verb', 'apiGroup', 'resource', 'subresource', 'namespace', 'name', 'path'] as const;

function readMap(reading: Reading, node: Node): TestRequest | undefined {
  const before = reading.mistakes.length;
  const fields = readFields(reading, node, KEYS.request);
  if (!fields) return undefined;
  const request: RequestAttributes = {};
  for (const key of TEXT_KEYS) if (hasText(fields, key)) set(request, key, readText(reading, fields.get(key)!, key));
  const groups = fields.has('groups') ? readTexts(reading, fields.get('groups')!, 'groups') : [];
  if (groups.length > 0) request.groups = groups;
  checkTarget(reading, node, fields);
  if (reading.mistakes.length > before) return undefined;
  const text = JSON.stringify(request);
  return {
    text,
    request: { ...request, isResourceRequest: fields.has('resource') },
    notes: [],
    ...reading.placeOf(node),
  };
}

const NEVER_EMPTY = ['verb', 'resource', 'path'];

// Elsewhere "" says the same as leaving the key out, as it does in Kubernetes.
function hasText(fields: Fields, key: string): boolean {
  const node = fields.get(key);
  return node !== undefined && !(isScalar(node) && node.value === '' && !NEVER_EMPTY.includes(key));
}

function set(request: RequestAttributes, key: (typeof TEXT_KEYS)[number], value: string | undefined): void {
  if (value !== undefined) request[key] = value;
}

function readTexts(reading: Reading, node: Node | null, what: string): string[] {
  return readList(reading, node, what, { mayBeEmpty: true }).flatMap(
    (item) => readText(reading, item, `each of ${what}`) ?? [],
  );
}

const OF_RESOURCES = ['apiGroup', 'subresource', 'namespace', 'name'];

function checkTarget(reading: Reading, node: Node, fields: Fields): void {
  if (fields.has('resource') === fields.has('path')) {
    reading.wrong(node, 'a request is either for a resource or for a path', 'Give one of the keys resource and path.');
  } else if (fields.has('path')) {
    const strange = OF_RESOURCES.find((key) => hasText(fields, key));
    if (strange !== undefined)
      reading.wrong(fields.get(strange) ?? node, `a request for a path has no ${strange}`, 'Leave it out.');
  }
}

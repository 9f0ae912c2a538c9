import type { JsonNode } from './json-node.ts';
import type { YamlNode } from './read.ts';
import { type Resolved, resolveScalar } from './resolve.ts';

/**
 * The JSON value of a scalar.
 *
 * @throws YamlProblem where its tag says something else than its text.
 */
export function decodeScalar(node: YamlNode): JsonNode {
  const { start, end } = node;
  const resolved = resolveScalar(node);
  if (resolved.type === 'null') return { kind: 'null', start, end };
  if (resolved.type === 'bool') return { kind: 'boolean', start, end, value: resolved.value };
  const value = String(resolved.value);
  if (resolved.type === 'str') return { kind: 'string', start, end, value };
  if (Number.isFinite(Number(resolved.value))) return { kind: 'number', start, end, value };
  return {
    kind: 'number',
    start,
    end,
    value,
    flaw: { start, end, message: `"${node.value}" is no number that JSON can hold` },
  };
}

/** A scalar as the key of a JSON map: its text, and what tells it apart from keys of other types with that text. */
export interface ScalarKey {
  key: string;
  id?: string;
  /** Null and numbers beyond 63 bits are no keys. */
  isFlawed: boolean;
}

/** The key that a scalar makes (`convertToJSONableObject` of `sigs.k8s.io/yaml`). Throws YamlProblem as `decodeScalar` does. */
export function decodeKey(node: YamlNode): ScalarKey {
  const resolved = resolveScalar(node);
  if (resolved.type === 'str') return { key: resolved.value, isFlawed: false };
  if (resolved.type === 'null') return { key: 'null', id: 'null', isFlawed: true };
  const key = resolved.type === 'float' ? floatKey(resolved.value) : String(resolved.value);
  return { key, id: `${resolved.type} ${idOf(resolved)}`, isFlawed: resolved.type === 'uint' };
}

let notNumbers = 0;

// No NaN equals another.
function idOf(resolved: Exclude<Resolved, { type: 'null' }>): string {
  return Number.isNaN(resolved.value) ? `NaN ${++notNumbers}` : String(resolved.value);
}

function floatKey(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  return Number.isFinite(value) ? String(value) : value < 0 ? '-.inf' : '.inf';
}

import { isObject, type Json, type JsonObject, readJson } from '../json.ts';
import { BODIES, LISTS, OBJECTS, type Path, TEXTS } from './envelopes.ts';
import { isEvent } from './parsed.ts';

/** An event in a value, or what was to be one. */
export type Find =
  | {
      kind: 'event';
      event: JsonObject;
      /** Where it stands in the text, or where there is none in the value. */
      path: Path;
      text: string | undefined;
      /** The way to it from the value, for people. */
      steps: Path;
      /** It was put together from another form, which `text` does not have. */
      isConverted: boolean;
    }
  | { kind: 'cut'; text: string; steps: Path }
  | { kind: 'part'; text: string; stream: string; steps: Path };

const DEEPEST = 8;

/**
 * Finds the events in a value of a log store. Texts come before objects, since an object was made of the text; what is found first ends
 * the search, so that nothing is looked for in an event.
 *
 * @param only where they are, if it was said (`--path`).
 */
export function findEvents(value: Json, only?: readonly string[]): Find[] {
  if (only === undefined) return inside(value, { ...START });
  const found = follow(value, only);
  return found === undefined ? [] : inside(found, { ...START, path: only, steps: only });
}

/** Where the search is: by which keys it came here from the value, or from the text in which this is. */
interface Here {
  path: Path;
  steps: Path;
  text: string | undefined;
  depth: number;
}

const START: Here = { path: [], steps: [], text: undefined, depth: 0 };

function inside(value: Json, here: Here): Find[] {
  if (here.depth > DEEPEST) return [];
  if (typeof value === 'string') return inText(value, here);
  if (Array.isArray(value)) return value.flatMap((item, index) => inside(item, deeper(here, [index])));
  if (!isObject(value)) return [];
  const { path, text, steps } = here;
  const isIt: boolean = isEvent(value);
  if (isIt) return [{ kind: 'event', event: value, path, text, steps, isConverted: false }];
  const part = containerPart(value);
  if (part !== undefined) return [part];
  return inTree(value, here) ?? inKnown(value, here) ?? inAny(value, here);
}

function deeper({ path, steps, text, depth }: Here, more: Path): Here {
  return { path: [...path, ...more], steps: [...steps, ...more], text, depth: depth + 1 };
}

/** OpenTelemetry may have read the text of an event, and gives it as a tree of its own kind. */
function inTree({ kvlistValue }: JsonObject, { steps }: Here): Find[] | undefined {
  const event = kvlistValue === undefined ? null : plainOf({ kvlistValue });
  const isIt: boolean = isEvent(event);
  if (!isIt || !isObject(event)) return undefined;
  return [{ kind: 'event', event, path: [], text: JSON.stringify(event), steps, isConverted: true }];
}

/** An `AnyValue` of OpenTelemetry (`opentelemetry/proto/common/v1/common.proto`) as JSON; whole numbers are text there. */
function plainOf(value: Json | undefined): Json {
  if (!isObject(value)) return null;
  const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue } = value;
  if (isObject(arrayValue)) return valuesOf(arrayValue).map(plainOf);
  if (isObject(kvlistValue)) {
    const members = valuesOf(kvlistValue).filter(isObject);
    return Object.fromEntries(members.map((member) => [String(member['key']), plainOf(member['value'])]));
  }
  return intValue === undefined ? (stringValue ?? boolValue ?? doubleValue ?? null) : Number(intValue);
}

function valuesOf({ values }: JsonObject): Json[] {
  return Array.isArray(values) ? values : [];
}

function inKnown(value: JsonObject, here: Here): Find[] | undefined {
  for (const path of value['field'] === '@message' ? INSIGHTS : KNOWN) {
    const inner = textOfBytes(follow(value, path));
    const finds = inner === undefined ? [] : inside(inner, deeper(here, path));
    if (finds.length > 0) return finds;
  }
  return undefined;
}

const KNOWN: readonly (readonly string[])[] = [...TEXTS, ...OBJECTS, ...LISTS.map((key) => [key])];

/** CloudWatch Logs Insights gives a record as a list of fields. */
const INSIGHTS: readonly (readonly string[])[] = [['value']];

/** journald gives what is not UTF-8 as a list of bytes. */
function textOfBytes(value: Json | undefined): Json | undefined {
  const isBytes = Array.isArray(value) && value.length > 0 && value.every((byte) => typeof byte === 'number');
  return isBytes ? Buffer.from(value.filter((byte) => typeof byte === 'number')).toString() : value;
}

/** A wrapper that nobody knows: every object and every text that begins like an event, but bodies. */
function inAny(value: JsonObject, here: Here): Find[] {
  if (here.depth >= UNKNOWN_DEEPEST) return [];
  for (const [key, inner] of Object.entries(value)) {
    if (BODIES.includes(key) || !(typeof inner === 'string' ? isLikeEvent(inner) : typeof inner === 'object')) continue;
    const finds = inner === null ? [] : inside(inner, deeper(here, [key]));
    if (finds.length > 0) return finds;
  }
  return [];
}

const UNKNOWN_DEEPEST = 4;

function inText(text: string, here: Here): Find[] {
  const start = text.indexOf('{');
  if (start < 0) return [];
  const json = text.slice(start).trimEnd();
  const value = readJson(json);
  if (value !== undefined) return inside(value, { ...here, path: [], text: json, depth: here.depth + 1 });
  return isLikeEvent(json) ? [{ kind: 'cut', text: json, steps: here.steps }] : [];
}

/** Whether a text begins as the API server begins an event. */
export function isLikeEvent(text: string): boolean {
  return /^\s*\{\s*"(?:kind"\s*:\s*"Event"\s*,\s*"apiVersion"\s*:\s*"audit\.k8s\.io\/|level"|auditID")/.test(text);
}

/** What docker writes of a line of more than 16 KiB: its parts, the last of which ends in a line feed. */
function containerPart({ log, stream, time }: JsonObject): Find | undefined {
  if (typeof log !== 'string' || typeof stream !== 'string' || typeof time !== 'string') return undefined;
  return { kind: 'part', text: log, stream, steps: [] };
}

function follow(value: Json, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((inner, key) => {
    if (Array.isArray(inner)) return inner[Number(key)];
    return isObject(inner) ? inner[key] : undefined;
  }, value);
}

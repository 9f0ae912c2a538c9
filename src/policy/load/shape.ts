/** What a JSON value may be: a scalar, a list, a map with keys of its own, or an object with known keys. */
export type Shape =
  | 'string'
  | 'boolean'
  | 'integer'
  | 'time'
  | 'any'
  | { list: Shape }
  | { map: Shape }
  | { fields: Readonly<Record<string, Shape>> };

export type Path = readonly (string | number)[];

export interface ShapeReport {
  /** A value of another type than its shape. */
  wrongType: (path: Path, expected: string, value: unknown) => void;
  /** A key that its object does not know, and the keys it knows. */
  unknownKey: (path: Path, known: readonly string[]) => void;
}

/**
 * Compares a JSON value with a shape as Go's `encoding/json` fills a struct: null fits everywhere, keys are case-sensitive, and what
 * is under an unknown key is not looked at. Tells each difference to `report`.
 */
export function checkShape(value: unknown, shape: Shape, report: ShapeReport, path: Path = []): void {
  if (value === null || value === undefined || shape === 'any') return;
  if (typeof shape === 'string') {
    if (!SCALARS[shape].fits(value)) report.wrongType(path, SCALARS[shape].name, value);
  } else if ('list' in shape) {
    if (!Array.isArray(value)) report.wrongType(path, `a list${plural(shape.list)}`, value);
    else for (const [at, item] of value.entries()) checkShape(item, shape.list, report, [...path, at]);
  } else if (!isObject(value)) {
    report.wrongType(path, 'a map', value);
  } else {
    checkKeys(value, shape, report, path);
  }
}

const SCALARS = {
  string: { name: 'text', fits: (value: unknown) => typeof value === 'string' },
  boolean: { name: 'true or false', fits: (value: unknown) => typeof value === 'boolean' },
  integer: { name: 'a whole number', fits: (value: unknown) => Number.isInteger(value) },
  time: { name: 'a time like 2026-01-02T03:04:05Z', fits: isTime },
};

function isTime(value: unknown): boolean {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)$/.test(value);
}

function plural(shape: Shape): string {
  return shape === 'string' ? ' of texts' : ' of maps';
}

/** Tells whether a JSON value is an object and not a list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

type Keyed = { map: Shape } | { fields: Readonly<Record<string, Shape>> };

function checkKeys(value: Record<string, unknown>, shape: Keyed, report: ShapeReport, path: Path): void {
  for (const [key, item] of Object.entries(value)) {
    const inner = 'map' in shape ? shape.map : Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
    if (inner) checkShape(item, inner, report, [...path, key]);
    else if ('fields' in shape) report.unknownKey([...path, key], Object.keys(shape.fields));
  }
}

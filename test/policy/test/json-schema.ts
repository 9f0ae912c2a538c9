/** A JSON Schema with the few keywords that our schema uses. */
export interface Schema {
  $ref?: string;
  description?: string;
  type?: string | string[];
  enum?: unknown[];
  pattern?: string;
  minLength?: number;
  minimum?: number;
  minItems?: number;
  items?: Schema;
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  oneOf?: Schema[];
  definitions?: Record<string, Schema>;
}

type Check = (schema: Schema, value: unknown, root: Schema) => boolean;

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  array: Array.isArray,
  object: isObject,
};

const CHECKS: Readonly<Record<string, Check>> = {
  $ref: ({ $ref = '' }, value, root) => isValid(definition($ref, root), value, root),
  type: ({ type = [] }, value) => [type].flat().some((name) => TYPES[name]!(value)),
  enum: (schema, value) => schema.enum!.includes(value),
  pattern: ({ pattern = '' }, value) => typeof value !== 'string' || new RegExp(pattern, 'u').test(value),
  minLength: ({ minLength = 0 }, value) => typeof value !== 'string' || value.length >= minLength,
  minimum: ({ minimum = 0 }, value) => typeof value !== 'number' || value >= minimum,
  minItems: ({ minItems = 0 }, value) => !Array.isArray(value) || value.length >= minItems,
  items: ({ items = {} }, value, root) => !Array.isArray(value) || value.every((item) => isValid(items, item, root)),
  required: ({ required = [] }, value) => !isObject(value) || required.every((key) => Object.hasOwn(value, key)),
  properties: ({ properties = {} }, value, root) =>
    !isObject(value) ||
    Object.entries(properties).every(([key, inner]) => !Object.hasOwn(value, key) || isValid(inner, value[key], root)),
  additionalProperties: ({ additionalProperties: more = true, properties = {} }, value, root) =>
    !isObject(value) ||
    Object.entries(value).every(([key, item]) => {
      return Object.hasOwn(properties, key) || (typeof more === 'boolean' ? more : isValid(more, item, root));
    }),
  oneOf: ({ oneOf = [] }, value, root) => oneOf.filter((inner) => isValid(inner, value, root)).length === 1,
};

const NOT_CHECKED = ['$schema', 'title', 'description', 'examples', 'definitions'];

/** Whether a value fits a schema (draft 07). Throws for a keyword that is not known here. */
export function isValid(schema: Schema, value: unknown, root: Schema = schema): boolean {
  return Object.keys(schema).every((keyword) => {
    if (NOT_CHECKED.includes(keyword)) return true;
    const check = CHECKS[keyword];
    if (!check) throw new Error(`the keyword ${keyword} is not checked`);
    return check(schema, value, root);
  });
}

/** The schema that a reference points to. */
export function definition(ref: string, root: Schema): Schema {
  const found = root.definitions?.[ref.replace('#/definitions/', '')];
  if (!found) throw new Error(`${ref} leads nowhere`);
  return found;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a JSON value may be: a scalar, a list, a map with keys of its own, or an object with known keys. */
export type Shape =
  | 'string'
  | 'boolean'
  /** A boolean that can be told from none. */
  | 'optional-boolean'
  | 'integer'
  | 'time'
  | 'any'
  | { list: Shape }
  | { map: Shape }
  | { fields: Readonly<Record<string, Shape>> };

export type Path = readonly (string | number)[];

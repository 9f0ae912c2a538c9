/** What a JSON value may be: a scalar, a list, a map with keys of its own, or an object with known keys. */
export type Shape =
  | 'string'
  | 'boolean'
  /** A boolean that can be told from none. */
  | 'optional-boolean'
  | 'integer'
  | 'time'
  /** A `[]byte` of Go: base64 with its padding, or a list of bytes. */
  | 'bytes'
  | 'any'
  | { list: Shape }
  | { map: Shape }
  | { fields: Readonly<Record<string, Shape>> };

export type Path = readonly (string | number)[];

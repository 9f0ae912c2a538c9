/** What a shell can offer in one place. Nothing at all: anything may stand there, and nobody can guess it. */
export interface Values {
  words?: readonly string[];
  /** The names of the clusters in the state store. */
  clusters?: boolean;
  files?: boolean;
  folders?: boolean;
}

export interface Named {
  name: string;
  description: string;
}

export interface FlagWords {
  /** As typed: `['-o', '--output']`. */
  names: readonly string[];
  description: string;
  /** null where it takes no value. */
  values: Values | null;
  /** Whether it may stand more than once. */
  repeats: boolean;
}

/** One command as a shell has to know it. */
export interface CommandWords {
  /** The words after `kops-audit`: `[]`, `['enable']`, `['policy', 'show']`. */
  path: readonly string[];
  commands: readonly Named[];
  flags: readonly FlagWords[];
  arguments: readonly Values[];
  /** Whether the last argument may stand more than once. */
  isVariadic: boolean;
}

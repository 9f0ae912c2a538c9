import type { TextRange } from '../../yaml/positions.ts';

/** Something to say about a policy text. `error`: kube-apiserver refuses it. `warning`: it loads, but not as meant. Line and column count from 1. */
export interface Diagnostic {
  severity: 'error' | 'warning';
  /** What kind of problem it is, in kebab-case, for example `unknown-key`. */
  code: string;
  message: string;
  hint?: string;
  file?: string;
  line?: number;
  column?: number;
  /** Where it stands in the text; `line` and `column` are its start. */
  range?: TextRange;
}

/** Something to say about a policy text. `error`: kube-apiserver refuses it. `warning`: it loads, but not as meant. Line and column count from 1. */
export interface Diagnostic {
  severity: 'error' | 'warning';
  message: string;
  hint?: string;
  file?: string;
  line?: number;
  column?: number;
}

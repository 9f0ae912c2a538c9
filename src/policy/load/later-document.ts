import type { Diagnostic } from './diagnostic.ts';

/** What to say of a second document. */
export const LATER_DOCUMENT: Diagnostic = {
  severity: 'warning',
  code: 'later-document',
  message: 'only the first YAML document counts; kube-apiserver does not read this one',
  hint: 'Remove it, or put it into a file of its own.',
};

/** Finds the first line that says something behind the first YAML document, which ends at `end`: go-yaml stops there without a word. */
export function laterDocument(text: string, end: number): { start: number; end: number } | undefined {
  let start = end;
  for (const line of text.slice(end).split('\n')) {
    if (!/^(?:#|(?:---|\.\.\.)?$)/.test(line.trim())) return { start, end: start + line.trimEnd().length };
    start += line.length + 1;
  }
  return undefined;
}

import { wrap } from './wrap.ts';

/** Wraps a text to lines that begin with `indent`, and from the second on with two blanks more. */
export function indented(text: string, indent: string, columns: number): string[] {
  return wrap(text, columns - indent.length - 2)
    .split('\n')
    .map((line, at) => `${indent}${at === 0 ? '' : '  '}${line}`);
}

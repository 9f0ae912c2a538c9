import type { TestMistake } from '../policy/test/nodes.ts';

/** A mistake in a line: `gce.policy-test.yaml:3:5: what is wrong. What would be right.` */
export function mistakeText({ file, line, column, message, hint }: TestMistake, testFile: string): string {
  const place = [file ?? testFile, line, column].filter((part) => part !== undefined).join(':');
  return `${place}: ${message}${hint === undefined ? '' : ` (${hint})`}`;
}

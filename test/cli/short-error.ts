import { expect } from 'vitest';
import type { CliResult } from '../e2e/run-cli.ts';

/** Expects a refusal: exit status 2, nothing on stdout, no stack, and a message of this form. Every white space counts as one blank, as messages are wrapped. */
export function expectShortError(result: CliResult, start: RegExp): void {
  expect(result.stderr.replaceAll(/\s+/g, ' ')).toMatch(start);
  expect(result.stderr).not.toMatch(/\n\s+at .*:\d+/);
  expect(result).toMatchObject({ exitCode: 2, stdout: '' });
}

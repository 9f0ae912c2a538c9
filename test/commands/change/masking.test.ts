import { describe, expect, it } from 'vitest';
import { maskError } from '../../../src/commands/change/talk.ts';
import { ExternalError } from '../../../src/errors.ts';
import { formatError } from '../../../src/report/errors.ts';
import { createMasker } from '../../../src/report/mask.ts';
import { plainStyle } from '../../../src/report/text.ts';

const SECRET = 'hunter2-hunter2';

function shownOf(thrown: unknown): string {
  maskError(thrown, createMasker([SECRET]));
  return formatError(thrown, { style: plainStyle, version: '1', verbose: true }).text;
}

describe('an error that leaves a change', () => {
  it.each([
    ['a message', new ExternalError(`kops said ${SECRET}`)],
    ['a hint', new ExternalError('kops failed', { hint: `run kops ${SECRET}` })],
    ['a cause', new ExternalError('kops failed', { cause: new Error(SECRET, { cause: new Error(SECRET) }) })],
    ['the stack of a bug', new TypeError(`undefined is not ${SECRET}`)],
    ['what a bug was caused by', new Error('x', { cause: new Error(SECRET) })],
  ])('holds no secret in %s', (_, thrown) => {
    expect(shownOf(thrown)).not.toContain(SECRET);
    expect(shownOf(thrown)).toMatch(/error/);
  });

  it('is passed on as it is where nothing was thrown but a word', () => {
    expect(shownOf('a word')).toContain('thrown: a word');
  });
});

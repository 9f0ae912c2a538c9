import { describe, expect, it } from 'vitest';
import { maskingErrors } from '../../../src/commands/change/masking.ts';
import { ExternalError } from '../../../src/errors.ts';
import { formatError } from '../../../src/report/errors.ts';
import { createMasker } from '../../../src/report/mask.ts';
import { plainStyle } from '../../../src/report/text.ts';

const SECRET = 'hunter2-hunter2';

async function shownOf(thrown: unknown): Promise<string> {
  const error: unknown = await maskingErrors(createMasker([SECRET]), () => Promise.reject(thrown)).catch(
    (caught: unknown) => caught,
  );
  return formatError(error, { style: plainStyle, version: '1', verbose: true }).text;
}

describe('an error that leaves a change', () => {
  it.each([
    ['a message', new ExternalError(`kops said ${SECRET}`)],
    ['a hint', new ExternalError('kops failed', { hint: `run kops ${SECRET}` })],
    ['a cause', new ExternalError('kops failed', { cause: new Error(SECRET, { cause: new Error(SECRET) }) })],
    ['the stack of a bug', new TypeError(`undefined is not ${SECRET}`)],
    ['what a bug was caused by', new Error('x', { cause: new Error(SECRET) })],
  ])('holds no secret in %s', async (_, thrown) => {
    expect(await shownOf(thrown)).not.toContain(SECRET);
    expect(await shownOf(thrown)).toMatch(/error/);
  });

  it('is passed on as it is where nothing was thrown but a word', async () => {
    expect(await shownOf('a word')).toContain('thrown: a word');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AbortError, BugError, ExternalError, InterruptError, UserError } from '../../src/errors.ts';
import { formatError } from '../../src/report/errors.ts';
import { number, plainStyle, safeText, wrap } from '../../src/report/text.ts';

describe('safeText', { timeout: 30_000 }, () => {
  it.each([
    ['\u001b[31mred\u001b[0m', '\\x1b[31mred\\x1b[0m'],
    ['\u009b2J', '\\x9b2J'],
    ['a\rb', 'a\\rb'],
    ['a\b\u007f\u0000', 'a\\x08\\x7f\\x00'],
    ['\u202eevil\u2066', '\\u202eevil\\u2066'],
    ['a\u200bb\ufeff\u2028', 'a\\u200bb\\ufeff\\u2028'],
    ['\ud800x', '\\ud800x'],
    ['\u{e0041}', '\\u{e0041}'],
  ])('shows %j as %j', (text, expected) => {
    expect(safeText(text)).toBe(expected);
  });

  it('keeps text of any language, tabs and newlines', () => {
    const text = 'tab\tnew\nline ü 日本 😀 שלום ‹secret #1› ‑ –';
    expect(safeText(text)).toBe(text);
  });

  it('leaves nothing that a terminal obeys, and is stable', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // oxlint-disable-next-line no-control-regex
        expect(safeText(text)).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
        expect(safeText(safeText(text))).toBe(safeText(text));
      }),
    );
  });
});

describe('wrap', () => {
  it('breaks at blanks and keeps line breaks', () => {
    expect(wrap('one two three four', 9)).toBe('one two\nthree\nfour');
    expect(wrap('one two\n\nthree', 80)).toBe('one two\n\nthree');
  });

  it('never breaks what is meant to be pasted', () => {
    const path = `/very/${'long/'.repeat(20)}path.yaml`;
    expect(wrap(`see ${path} for it`, 30)).toBe(`see\n${path}\nfor it`);
    expect(wrap('run `kops get cluster -o yaml` (again), then go on', 24)).toBe(
      'run\n`kops get cluster -o yaml`\n(again), then go on',
    );
    expect(wrap(`error: ${path} is gone`, 12)).toBe(`error: ${path}\nis gone`);
    expect(wrap('Look at it with: kops update cluster --name m.k8s.local --yes', 30)).toBe(
      'Look at it with:\nkops update cluster --name m.k8s.local --yes',
    );
    expect(wrap('  kubectl get pods --all-namespaces', 10)).toBe('  kubectl get pods --all-namespaces');
  });

  it('counts columns, of which a letter of Chinese or Japanese takes two', () => {
    expect(wrap('監査 ログ 監査 ログ', 9)).toBe('監査 ログ\n監査 ログ');
    expect(wrap('監査 ログ 監査 ログ', 19)).toBe('監査 ログ 監査 ログ');
    const place = { file: '監査'.repeat(18) };
    expect(formatError(new UserError('is gone', { place }), { style: plainStyle, version: '' }).text).toBe(
      `error: is gone\n  in ${place.file}\n`,
    );
  });

  it('does not take a sentence for a command', () => {
    expect(wrap('it reads back different: kops dropped a key it does not know', 30)).toBe(
      'it reads back different: kops\ndropped a key it does not know',
    );
  });

  it('loses no word, and breaks lines only where they are too long', () => {
    const word = fc.stringMatching(/^[a-z`:./-]{1,12}$/);
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 10, max: 80 }),
        (list, columns) => {
          const text = list.join(' ');
          const wrapped = wrap(text, columns);
          expect(wrapped.replaceAll('\n', ' ')).toBe(text);
          if (text.length <= columns) expect(wrapped).toBe(text);
          if (!text.includes('`'))
            for (const line of wrapped.split('\n').filter((each) => each.includes(' ')))
              expect(line.length).toBeLessThanOrEqual(columns);
        },
      ),
    );
  });
});

describe('formatError', () => {
  const options = { style: plainStyle, version: '0.1.0' };

  it('names file, line and column, and gives the hint below', () => {
    const error = new UserError('wants a list, has a string', {
      place: { file: 'cluster.yaml', line: 12, column: 5 },
      hint: 'Write it as a list.',
    });
    expect(formatError(error, options)).toEqual({
      text: 'error: cluster.yaml:12:5: wants a list, has a string\n  hint: Write it as a list.\n',
      exitCode: 2,
    });
  });

  it('says stdin for -, and needs neither line nor hint', () => {
    expect(formatError(new UserError('is empty', { place: { file: '-' } }), options).text).toBe(
      'error: stdin: is empty\n',
    );
    expect(formatError(new UserError('no state store'), options).text).toBe('error: no state store\n');
  });

  it.each([
    [new UserError('x'), 2, 'error: x\n'],
    [new AbortError('Declined. Nothing was written.'), 3, 'Declined. Nothing was written.\n'],
    [new InterruptError('Interrupted.'), 130, 'Interrupted.\n'],
    [new ExternalError('kops failed'), 4, 'error: kops failed\n'],
  ])('gives %s its exit status', (error, exitCode, text) => {
    expect(formatError(error, options)).toEqual({ text, exitCode });
  });

  it('wraps at the width, the hint indented, commands whole', () => {
    const hint = `Something went wrong with it, so look at it first: kops update cluster --name prod.example.com --state s3://store`;
    const { text } = formatError(new ExternalError('a message that is rather long for its line', { hint }), {
      ...options,
      columns: 40,
    });
    expect(text).toBe(
      [
        'error: a message that is rather long',
        '  for its line',
        '  hint: Something went wrong with it,',
        '    so look at it first:',
        '    kops update cluster --name prod.example.com --state s3://store',
        '',
      ].join('\n'),
    );
  });

  it('puts a place for which there is no room below what is wrong', () => {
    const place = { file: `/srv/${'a'.repeat(40)}.yaml`, line: 3, column: 4 };
    const error = new UserError('is a template, not a spec', { place, hint: 'Render it first.' });
    const text = (columns: number): string => formatError(error, { ...options, columns }).text;
    expect(text(40)).toBe(
      `error: is a template, not a spec\n  in /srv/${'a'.repeat(40)}.yaml:3:4\n  hint: Render it first.\n`,
    );
    expect(text(80)).toMatch(/^error: \/srv\/a+\.yaml:3:4: is a/);
  });

  it('masks, and makes control characters harmless', () => {
    const error = new ExternalError('kops said \u001b[2J token-1', { hint: 'token-1' });
    const mask = (text: string) => text.replaceAll('token-1', '‹secret #1›');
    expect(formatError(error, { ...options, mask }).text).toBe(
      'error: kops said \\x1b[2J ‹secret #1›\n  hint: ‹secret #1›\n',
    );
  });

  it('tells the cause only when asked', () => {
    const error = new UserError('cannot be read', { cause: new Error('EIO: i/o error') });
    expect(formatError(error, options).text).not.toContain('EIO');
    expect(formatError(error, { ...options, verbose: true }).text).toBe(
      'error: cannot be read\n  cause: EIO: i/o error\n',
    );
  });

  it('shows anything else as a bug of ours, with its stack', () => {
    const { text, exitCode } = formatError(new TypeError('x is not a function'), options);
    expect(exitCode).toBe(70);
    expect(text).toMatch(/^error: this is a bug in kops-audit 0\.1\.0\nTypeError: x is not a function\n {4}at /);
    expect(text).toContain('Please report it');
    expect(formatError('rubbish', options)).toMatchObject({
      exitCode: 70,
      text: expect.stringContaining('thrown: rubbish'),
    });
    expect(formatError(undefined, options).exitCode).toBe(70);
  });

  it('says of a bug of ours what was written by then', () => {
    const bug = new BugError('Nothing was written.', { cause: new TypeError('x is not a function') });
    const { text, exitCode } = formatError(bug, options);
    expect(exitCode).toBe(70);
    expect(text).toMatch(
      /^error: this is a bug in kops-audit [^\n]+\nNothing was written\.\nTypeError: x is not a function/,
    );
  });

  it('colours only the word error', () => {
    const style = { ...plainStyle, red: (text: string) => `<${text}>` };
    expect(formatError(new UserError('x: y'), { ...options, style }).text).toBe('<error:> x: y\n');
  });
});

it('writes whole numbers as toLocaleString does', () => {
  for (const count of [0, 7, 999, 1000, 1204, 99_999, 100_000, 1_234_567, 9_007_199_254_740_991, -1, -999, -1000])
    expect(number(count)).toBe(count.toLocaleString('en-US'));
});

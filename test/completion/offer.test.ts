import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { offersFor, offersText, type Sources } from '../../src/completion/offer.ts';
import { FLAGS, flagsOf } from '../../src/flags/table.ts';

const SOURCES: Sources = {
  cluster: (line) => ({ words: [{ word: `prod.${line.value('state') ?? 'default'}` }] }),
  policy: () => ({ words: [{ word: 'kops', about: 'the default' }, { word: 'gce' }], also: 'files' }),
  file: () => ({ words: [], also: 'files' }),
  change: async (line) => ({ words: [{ word: '0a1b2c3d', about: line.value('cluster') ?? 'any' }] }),
  parameter: (line) => ({ words: [{ word: `${line.value('policy') ?? line.words.join('+')}=` }], isOpen: true }),
};

/** What is offered at the end of a line. */
async function at(line: string): Promise<string[]> {
  return (await offersFor(line.split(' '), COMMANDS, SOURCES)).words.map(({ word }) => word);
}

describe('what is offered', () => {
  const FIRST_WORDS = COMMANDS.filter(({ name, isHidden }) => !isHidden && !name.includes(' ')).map(({ name }) => name);
  it.each([
    ['en', ['enable']],
    ['', [...FIRST_WORDS, 'help']],
    ['policy ex', ['explain']],
    ['policy help ex', ['explain']],
    ['help policy o', ['order']],
    ['enable help', []],
    ['history ', ['show', 'prod.default']],
    ['history show ', ['0a1b2c3d']],
    ['status a p', ['prod.default']],
    ['enable a p', []],
    ['status --cluster ', ['prod.default']],
    ['status --state s3://x --cluster ', ['prod.s3://x']],
    ['status --state=s3://x --cluster=', ['--cluster=prod.s3://x']],
    ['policy show k', ['kops']],
    ['policy diff gce k', ['kops']],
    ['policy diff gce kops g', ['gce']],
    ['enable --policy=g', ['--policy=gce']],
    ['enable --policy gce --set ', ['gce=']],
    ['policy show kops --set ', ['kops=']],
    ['enable -o j', ['json']],
    ['enable -o', ['-o']],
    ['lint --fail-on=w', ['--fail-on=warning']],
    ['enable --cluster enable --dry', ['--dry-run']],
    ['enable --dry-run --dry', []],
    ['enable --set a=b --se', ['--set']],
    ['enable --log-max-age ', []],
    ['enable --log-max-age 7 --log-max-age', []],
    ['--ver', ['--version']],
    ['nonsense ', []],
    ['enable --nonsense=', []],
  ])('behind kops-audit %s', async (line, offered) => {
    expect(await at(line)).toEqual(offered);
  });

  it('is every flag of every command, and every value that is one of a few', async () => {
    for (const command of Object.keys(FLAGS)) {
      const offered = await at(`${command} -`);
      for (const { name, short, choices } of flagsOf(command)) {
        expect(offered).toEqual(expect.arrayContaining(short === undefined ? [name] : [name, short]));
        if (choices) expect(await at(`${command} ${name} `)).toEqual([...choices]);
      }
    }
  });

  it('leaves files to the shell', async () => {
    expect(await offersFor(['lint', ''], COMMANDS, SOURCES)).toEqual({ words: [], also: 'files' });
    expect(await offersFor(['enable', '--policy', 'x'], COMMANDS, SOURCES)).toEqual({ words: [], also: 'files' });
  });

  it('is a line each, behind one that says what else belongs there', () => {
    expect(offersText({ words: [{ word: 'a', about: 'one\n  thing' }, { word: 'b' }] })).toBe(
      'words\na\tone thing\nb\n',
    );
    expect(offersText({ words: [{ word: 'a=' }], isOpen: true })).toBe('words nospace\na=\n');
    expect(offersText({ words: [], also: 'files' })).toBe('files\n');
  });
});

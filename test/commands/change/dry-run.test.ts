import { describe, expect, it } from 'vitest';
import type { Planned } from '../../../src/change/change.ts';
import { onlyLooked } from '../../../src/change/run.ts';
import type { ChangeFlags } from '../../../src/commands/change/flags.ts';
import { CHANGE_WORDS } from '../../../src/commands/change/show.ts';
import { terminalTalk } from '../../../src/commands/change/talk.ts';
import type { Context } from '../../../src/context.ts';

function end(changes: boolean, updateLeft: boolean, flags: Partial<ChangeFlags>): { exitCode: number; said: string } {
  const operations = changes ? [{ op: 'remove', path: '/spec/kubeAPIServer' }] : [];
  const reading = { baseline: { upToDate: !updateLeft } };
  const planned = { reading, plan: { cluster: 'a', operations } } as unknown as Planned;
  let said = '';
  const context = { io: { columns: 80, stderr: (text: string) => void (said += text) } } as unknown as Context;
  const talk = terminalTalk({ flags: flags as ChangeFlags, output: 'text' }, CHANGE_WORDS, context);
  const { exitCode = false, savePlan } = flags;
  const result = onlyLooked(planned, { exitCode, ...(savePlan === undefined ? {} : { savePlan }) });
  return { exitCode: talk.ended(result), said };
}

const DRY = 'Dry run: nothing was written.\n';
const LEFT = 'The spec of a is already as requested, but `kops update` is still to be run.\n';
const NOTHING = 'Nothing to do: a is already as requested.\n';

describe('how a dry run ends', () => {
  it.each([
    [true, false, DRY, 1],
    [true, true, DRY, 1],
    [false, true, LEFT, 1],
    [false, false, NOTHING, 0],
  ])('changes: %s, an update left: %s', (changes, updateLeft, said, status) => {
    expect(end(changes, updateLeft, { exitCode: true })).toEqual({ exitCode: status, said });
    expect(end(changes, updateLeft, {})).toEqual({ exitCode: 0, said });
    expect(end(changes, updateLeft, { quiet: true, exitCode: true })).toEqual({ exitCode: status, said: '' });
  });

  it('names the saved plan instead, and how to apply it', () => {
    const { said } = end(true, false, { savePlan: 'a plan' });
    expect(said).toContain('The plan is saved in a plan; nothing else was written.');
    expect(said).toContain("kops-audit apply 'a plan'");
    expect(said).not.toContain(DRY);
  });
});

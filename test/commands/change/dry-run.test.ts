import { describe, expect, it } from 'vitest';
import type { SpecChange } from '../../../src/cluster/spec-change.ts';
import { endDryRun } from '../../../src/commands/change/dry-run.ts';
import type { ChangeFlags } from '../../../src/commands/change/flags.ts';
import type { Context } from '../../../src/context.ts';

function end(changes: boolean, updateLeft: boolean, flags: Partial<ChangeFlags>): { exitCode: number; said: string } {
  const operations = changes ? [{ op: 'remove', path: '/spec/kubeAPIServer' }] : [];
  const plan = { cluster: 'a', operations } as unknown as SpecChange;
  let said = '';
  const context = { io: { stderr: (text: string) => void (said += text) } } as unknown as Context;
  const exitCode = endDryRun(plan, updateLeft, flags as ChangeFlags, context);
  return { exitCode, said };
}

const DRY = 'Dry run: nothing was written.\n';
const LEFT = 'The spec of a is as asked for, but `kops update` is still to be run.\n';
const NOTHING = 'Nothing to do: a is as asked for.\n';

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

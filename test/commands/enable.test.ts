import { describe, expect, it } from 'vitest';
import { OptionError, type Refusal } from '../../src/cluster/options.ts';
import { inFlags } from '../../src/commands/enable.ts';

describe('options that can have no effect', () => {
  it.each<[Refusal, string]>([
    [{ why: 'nowhere' }, '--no-log leaves no place for the events'],
    [{ why: 'no-webhook', option: 'mode' }, '--webhook-mode has no effect: there is no webhook'],
    [{ why: 'no-log', option: 'logMaxAge' }, '--log-max-age has no effect: the events go to the webhook only'],
    [{ why: 'set', policy: 'of-groups' }, '--set changes nothing here: the instance groups have policies of their own'],
    [{ why: 'set', policy: 'edited' }, '--set needs --policy here: the policy in the spec was edited by hand'],
  ])('%j is told of the flag', (refusal, message) => {
    expect(inFlags(new OptionError(refusal))).toMatchObject({ name: 'UserError', message });
  });

  it('leave other errors alone', () => {
    const bug = new Error('a bug');
    expect(inFlags(bug)).toBe(bug);
  });
});

import type { ChangeResult } from '../../change/steps.ts';
import type { TerminalTalk } from './talk.ts';

/** Says how a change ended and what is left to do; gives the exit status. */
export function showResult(result: ChangeResult, talk: TerminalTalk): number {
  if (result.exitCode === 0) talk.say(result.message);
  else talk.fail(result.message);
  if (result.next.length > 0) {
    talk.say(`\n${result.exitCode === 0 ? 'What to do next' : 'What is left to do'}:`);
    for (const { why, command } of result.next) talk.say(`  # ${why}\n  ${command}`);
  }
  return result.exitCode;
}

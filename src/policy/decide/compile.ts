import type { Decision, Policy, RequestAttributes } from '../types.ts';
import { after, API_GROUP, type Blocks, blocksOf, NAME, NAMESPACE, ruleOfLowest, VERB } from './blocks.ts';
import { wordOf, wordOfPath, wordOfResource, wordOfUser } from './blocks.ts';

/**
 * Makes a function that tells what each of some audit policies does with a request, in their order: `decide`, but fast for many
 * requests. The decisions are frozen and shared. The policies must not be changed afterwards.
 */
export function compilePolicy(policies: readonly Policy[]): (request: RequestAttributes) => Decision[] {
  const blocks = blocksOf(policies);
  return (request) =>
    blocks.parts.map(({ from, to, decisions, none }) => decisions[ruleIn(blocks, from, to, request)] ?? none);
}

/** Gives the rule that wins among those of some blocks, from 1; 0 for none. */
function ruleIn(blocks: Blocks, from: number, to: number, request: RequestAttributes): number {
  for (let block = from; block < to; block = after(blocks, block)) {
    const word = wordIn(blocks, block, request);
    if (word !== 0) return ruleOfLowest(blocks, block, word);
  }
  return 0;
}

function wordIn(blocks: Blocks, block: number, request: RequestAttributes): number {
  const { user, groups = [], verb = '', isResourceRequest, namespace = '', path = '' } = request;
  const who = wordOfUser(blocks, block, user, groups) & wordOf(blocks, block, VERB, verb);
  if (who === 0) return 0;
  if (isResourceRequest !== true)
    return who & wordOf(blocks, block, NAMESPACE, undefined) & wordOfPath(blocks, block, path);
  const { apiGroup = '', resource = '', subresource = '', name = '' } = request;
  return (
    who &
    wordOf(blocks, block, NAMESPACE, namespace) &
    wordOf(blocks, block, API_GROUP, apiGroup) &
    wordOfResource(blocks, block, resource, subresource) &
    wordOf(blocks, block, NAME, name)
  );
}

import { CIS, SENSITIVE } from '../../policy/sensitive.ts';
import type { RequestAttributes } from '../../policy/types.ts';
import { ask, isSilent } from './ask.ts';
import { requestOf } from './deciders.ts';
import { PERSON } from './identities.ts';
import type { PolicyBreach, PolicyInput, PolicyLintRule } from './rule.ts';
import { describe, list } from './words.ts';

/** Rules about a policy that leaves no trace, or none of what it does not name. */
export const COVERAGE_RULES: readonly PolicyLintRule[] = [
  {
    id: 'policy-records-nothing',
    severity: 'error',
    why: 'Auditing would be on and the log empty.',
    check: recordsNothing,
  },
  {
    id: 'no-catch-all',
    severity: 'warning',
    why: 'What no rule matches is not recorded, without a word; nor is what a new version or a custom resource brings.',
    check: noCatchAll,
  },
];

function recordsNothing({ policy }: PolicyInput): PolicyBreach[] {
  if (!isSilent(policy)) return [];
  const first = policy.rules.findIndex(({ level }) => level !== 'None');
  if (first < 0) {
    return [
      { message: 'the policy records nothing', mend: 'End it with a rule "- level: Metadata".', path: ['rules'] },
    ];
  }
  return [
    {
      message: 'the policy records nothing: rules of level None decide all, or no stage is left',
      mend: `Rule ${first + 1} is the first that could: let it decide, with a stage.`,
      path: ['rules'],
    },
  ];
}

/** A custom resource and a path that no policy names. */
const ANY_RESOURCE: RequestAttributes = requestOf({
  verb: 'create',
  apiGroup: 'kops-audit.example',
  resource: 'anything',
});
const ANY_PATH: RequestAttributes = { ...PERSON, verb: 'get', path: '/kops-audit/anything' };

function noCatchAll({ policy }: PolicyInput): PolicyBreach[] {
  if (isSilent(policy)) return [];
  const isLost = (request: RequestAttributes): boolean => ask(policy, request).rule === 0;
  const all = [...SENSITIVE, ...CIS];
  const watched = all.filter((target) => isLost(requestOf(target)));
  const others = [...(isLost(ANY_RESOURCE) ? ['custom resources'] : []), ...(isLost(ANY_PATH) ? ['other paths'] : [])];
  if (watched.length + others.length === 0) return [];
  return [
    {
      message: `no rule matches ${list([...describe(watched, all), ...others])}`,
      mend: 'End the policy with "- level: Metadata", or with "- level: None" if that is meant.',
      path: ['rules'],
    },
  ];
}

import { findReach } from './ask.ts';
import { rules as ruleNumbers } from './words.ts';
import type { PolicyBreach, PolicyInput, PolicyLintRule } from '../rule.ts';
import { decide } from '../../policy/decide/decide.ts';
import { type Policy, STAGES, type Stage } from '../../policy/types.ts';

/** Rules about `omitStages`. */
export const STAGE_RULES: readonly PolicyLintRule[] = [
  {
    id: 'all-stages-omitted',
    severity: 'warning',
    why: 'Without a stage there is no event: the rule records nothing, whatever its level.',
    check: allOmitted,
  },
  {
    id: 'response-complete-omitted',
    severity: 'warning',
    why: 'Only that event has the answer to a request, and the bodies: without it nobody can tell what came of it.',
    check: completeOmitted,
  },
  {
    id: 'failed-logins-lost',
    severity: 'warning',
    why: 'A request that fails to authenticate (401) is recorded at the stage ResponseStarted and no other.',
    check: failedLoginsLost,
  },
  {
    id: 'request-received-kept',
    severity: 'info',
    why: 'An event when the request comes and another when it is answered: twice the events, and the second has all that the first has.',
    check: receivedKept,
  },
];

interface Logging {
  at: number;
  omitted: Stage[];
}

// The rules that write, or would but for their stages, with all the stages they omit.
function logging({ rules, omitStages = [] }: Policy): Logging[] {
  return rules.flatMap((rule, at) =>
    rule.level === 'None' ? [] : [{ at, omitted: [...new Set([...omitStages, ...(rule.omitStages ?? [])])] }],
  );
}

function isSilent({ omitted }: Logging): boolean {
  return STAGES.every((stage) => omitted.includes(stage));
}

function allOmitted({ policy }: PolicyInput): PolicyBreach[] {
  const all = logging(policy);
  // Where none writes, policy-records-nothing says it once for all.
  if (all.every(isSilent)) return [];
  return all.filter(isSilent).map(({ at }) => ({
    message: `rule ${at + 1} omits all four stages, so it records nothing`,
    mend: 'Write level: None if that is meant, else omit fewer stages.',
    path: ['rules', at, 'omitStages'],
  }));
}

function completeOmitted({ policy }: PolicyInput): PolicyBreach[] {
  const found = logging(policy).filter((entry) => entry.omitted.includes('ResponseComplete') && !isSilent(entry));
  if (found.length === 0) return [];
  const message = (numbers: number[]): string =>
    `${ruleNumbers(numbers)} ${numbers.length === 1 ? 'omits' : 'omit'} the stage ResponseComplete`;
  const mend = 'Take ResponseComplete out of omitStages.';
  if (policy.omitStages?.includes('ResponseComplete')) {
    return [{ message: 'the policy omits the stage ResponseComplete', mend, path: ['omitStages'] }];
  }
  return found.map(({ at }) => ({ message: message([at + 1]), mend, path: ['rules', at, 'omitStages'] }));
}

/** What is tried without a valid credential: a request for a resource, and one for a path. A request without a user stands for each. */
const UNAUTHENTICATED = [
  { verb: 'list', isResourceRequest: true, resource: 'pods', namespace: 'default' },
  { verb: 'create', isResourceRequest: true, resource: 'pods', namespace: 'default' },
  { verb: 'get', path: '/api' },
];

function failedLoginsLost({ policy }: PolicyInput): PolicyBreach[] {
  const silent = new Set(
    logging(policy)
      .filter(isSilent)
      .map(({ at }) => at),
  );
  const deciding = UNAUTHENTICATED.map((request) => decide(policy, request))
    .filter(({ level, omitStages }) => level !== 'None' && omitStages.includes('ResponseStarted'))
    .map(({ rule }) => rule - 1)
    .filter((at) => !silent.has(at));
  if (deciding.length === 0) return [];
  const mend = 'Take ResponseStarted out of omitStages.';
  if (policy.omitStages?.includes('ResponseStarted')) {
    return [
      { message: 'the policy omits the stage ResponseStarted, so failed logins are lost', mend, path: ['omitStages'] },
    ];
  }
  return [...new Set(deciding)].map((at) => ({
    message: `rule ${at + 1} omits the stage ResponseStarted, so the failed logins that it decides are lost`,
    mend,
    path: ['rules', at, 'omitStages'],
  }));
}

function receivedKept({ policy }: PolicyInput): PolicyBreach[] {
  const unreachable = new Set(
    findReach(policy)
      .filter(({ status }) => status === 'unreachable')
      .map(({ rule }) => rule),
  );
  const kept = logging(policy)
    .filter(({ at, omitted }) => !omitted.includes('RequestReceived') && !unreachable.has(at + 1))
    .filter(({ omitted }) => !omitted.includes('ResponseComplete'))
    .map(({ at }) => at + 1);
  if (kept.length === 0) return [];
  return [
    {
      message: `${ruleNumbers(kept)} ${kept.length === 1 ? 'writes' : 'write'} an event when a request comes, too`,
      mend: 'Write omitStages: [RequestReceived] above rules.',
      path: ['rules', kept[0]! - 1],
    },
  ];
}

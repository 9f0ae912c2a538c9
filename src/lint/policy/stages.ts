import { decide } from '../../policy/decide/decide.ts';
import { type Policy, type Stage, STAGES } from '../../policy/types.ts';
import { type PolicyBreach, type PolicyInput, type PolicyLintRule, policyRule } from '../rule.ts';
import { findReach } from './ask.ts';
import { rules as ruleNumbers } from './words.ts';

/** Rules about `omitStages`. */
export const STAGE_RULES: readonly PolicyLintRule[] = [
  policyRule({
    id: 'all-stages-omitted',
    severity: 'warning',
    why: 'An event belongs to a stage. Without any the rule records nothing, whatever its level.',
    check: allOmitted,
    say: ({ rule }) => ({
      message: `rule ${rule} omits all four stages, so it records nothing`,
      fix: 'Omit fewer stages, or write level: None if that is meant.',
    }),
  }),
  policyRule({
    id: 'response-complete-omitted',
    severity: 'warning',
    why: 'Only that event holds the answer to a request, and the bodies. Without it no one can tell how the request ended.',
    check: completeOmitted,
    say: ({ rule }) => ({
      message: `${rule === null ? 'the policy' : `rule ${rule}`} omits the stage ResponseComplete`,
      fix: 'Remove ResponseComplete from omitStages.',
    }),
  }),
  policyRule({
    id: 'failed-logins-lost',
    severity: 'warning',
    why: 'A request that fails to authenticate (401) is recorded at the stage ResponseStarted and no other.',
    check: failedLoginsLost,
    say: ({ rule }) => ({
      message:
        rule === null
          ? 'the policy omits the stage ResponseStarted, so failed logins are lost'
          : `rule ${rule} omits the stage ResponseStarted, so the failed logins that it decides are lost`,
      fix: 'Remove ResponseStarted from omitStages.',
    }),
  }),
  policyRule({
    id: 'request-received-kept',
    severity: 'info',
    why: 'That is twice the events: one when a request arrives and one when it is answered. The second holds all that the first does.',
    check: receivedKept,
    say: ({ rules }) => ({
      message: `${ruleNumbers(rules)} also ${rules.length === 1 ? 'writes' : 'write'} an event when a request arrives`,
      fix: 'Write omitStages: [RequestReceived] above rules.',
    }),
  }),
];

/** The rule, counted from 1, that omits a stage; null: the policy does, for all of them. */
type StageArgs = { rule: number | null };

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

function allOmitted({ policy }: PolicyInput): PolicyBreach<{ rule: number }>[] {
  const all = logging(policy);
  // Where none writes, policy-records-nothing says it once for all.
  if (all.every(isSilent)) return [];
  return all.filter(isSilent).map(({ at }) => ({ args: { rule: at + 1 }, path: ['rules', at, 'omitStages'] }));
}

function completeOmitted({ policy }: PolicyInput): PolicyBreach<StageArgs>[] {
  const found = logging(policy).filter((entry) => entry.omitted.includes('ResponseComplete') && !isSilent(entry));
  return omitting(
    'ResponseComplete',
    policy,
    found.map(({ at }) => at),
  );
}

/** Says of the policy, else of each of these rules, that it omits a stage. */
function omitting(stage: Stage, policy: Policy, found: readonly number[]): PolicyBreach<StageArgs>[] {
  if (found.length === 0) return [];
  if (policy.omitStages?.includes(stage)) return [{ args: { rule: null }, path: ['omitStages'] }];
  return [...new Set(found)].map((at) => ({ args: { rule: at + 1 }, path: ['rules', at, 'omitStages'] }));
}

/** What is tried without a valid credential: a request for a resource, and one for a path. A request without a user stands for each. */
const UNAUTHENTICATED = [
  { verb: 'list', isResourceRequest: true, resource: 'pods', namespace: 'default' },
  { verb: 'create', isResourceRequest: true, resource: 'pods', namespace: 'default' },
  { verb: 'get', path: '/api' },
];

function failedLoginsLost({ policy }: PolicyInput): PolicyBreach<StageArgs>[] {
  const silent = new Set(
    logging(policy)
      .filter(isSilent)
      .map(({ at }) => at),
  );
  const deciding = UNAUTHENTICATED.map((request) => decide(policy, request))
    .filter(({ level, omitStages }) => level !== 'None' && omitStages.includes('ResponseStarted'))
    .map(({ rule }) => rule - 1)
    .filter((at) => !silent.has(at));
  return omitting('ResponseStarted', policy, deciding);
}

function receivedKept({ policy }: PolicyInput): PolicyBreach<{ rules: readonly number[] }>[] {
  const unreachable = new Set(
    findReach(policy)
      .filter(({ status }) => status === 'unreachable')
      .map(({ rule }) => rule),
  );
  const rules = logging(policy)
    .filter(({ at, omitted }) => !omitted.includes('RequestReceived') && !unreachable.has(at + 1))
    .filter(({ omitted }) => !omitted.includes('ResponseComplete'))
    .map(({ at }) => at + 1);
  const [first] = rules;
  return first === undefined ? [] : [{ args: { rules }, path: ['rules', first - 1] }];
}

import { CIS, SENSITIVE, type Watched } from '../../policy/sensitive.ts';
import type { Policy } from '../../policy/types.ts';
import { ask, isSilent } from './ask.ts';
import { decidersOf, requestOf } from './deciders.ts';
import { forgottenGets } from './gap-rules.ts';
import type { PolicyBreach, PolicyInput, PolicyLintRule } from './rule.ts';
import { describe, list } from './words.ts';

/** Rules about what a rule of level None keeps out of the log although it should be there. */
export const DROPPED_RULES: readonly PolicyLintRule[] = [
  {
    id: 'sensitive-changes-dropped',
    severity: 'warning',
    why: 'Changes of permissions and secrets, and commands in containers, are what an audit log is read for. Stolen accounts of controllers are used for them, too.',
    check: sensitiveDropped,
  },
  {
    id: 'cis-3-2-2',
    severity: 'warning',
    why: 'CIS Kubernetes Benchmark 3.2.2 wants a policy to cover the use of secrets, config maps and token reviews, changes of pods and deployments, and every way into a container.',
    check: cisGaps,
  },
];

interface Dropped {
  target: Watched;
  /** The rule that decides, counted from 0. */
  at: number;
}

function sensitiveDropped({ policy }: PolicyInput): PolicyBreach[] {
  if (isSilent(policy)) return [];
  const forgotten = gets(policy);
  const dropped = SENSITIVE.filter((target) => !isForgotten(target, forgotten)).flatMap((target) =>
    decidersOf(policy, target, (level) => level === 'None').map(({ at }) => ({ target, at })),
  );
  return breaches(policy, dropped, SENSITIVE);
}

// What an ordinary person does. `sensitive-changes-dropped`, `exec-get-missing` and `no-catch-all` say the rest.
function cisGaps({ policy }: PolicyInput): PolicyBreach[] {
  if (isSilent(policy)) return [];
  const forgotten = gets(policy);
  const dropped = CIS.filter((target) => !isSensitive(target) && !isForgotten(target, forgotten)).flatMap((target) => {
    const { level, rule } = ask(policy, requestOf(target));
    return rule > 0 && level === 'None' ? [{ target, at: rule - 1 }] : [];
  });
  return breaches(policy, dropped, CIS);
}

// What is opened with a get that nothing records, although somebody thought of the create.
function gets(policy: Policy): string[] {
  return forgottenGets(policy).flatMap(({ names }) => names);
}

function isForgotten({ name, verb }: Watched, forgotten: readonly string[]): boolean {
  return verb === 'get' && forgotten.includes(name);
}

function isSensitive({ name, verb }: Watched): boolean {
  return SENSITIVE.some((other) => other.name === name && other.verb === verb);
}

function breaches({ rules }: Policy, dropped: readonly Dropped[], all: readonly Watched[]): PolicyBreach[] {
  const deciding = [...new Set(dropped.map(({ at }) => at))].toSorted((a, b) => a - b);
  return deciding.map((at) => {
    const targets = dropped.flatMap((entry) => (entry.at === at ? [entry.target] : []));
    const { users = [], userGroups = [] } = rules[at]!;
    const who = [...users, ...userGroups];
    return {
      message: `rule ${at + 1} drops ${list(describe(targets, all))}${who.length > 0 ? ` by ${list(who, 'or')}` : ''}`,
      mend: `Put a rule with level Metadata for them before rule ${at + 1}.`,
      path: ['rules', at],
    };
  });
}

import { UserError } from '../../errors.ts';
import { CLUSTER_RULES } from '../../lint/lint-cluster.ts';
import { nearest } from '../../policy/nearest.ts';

/** What stands in the way of a live change has a flag of its own, which its mend names. */
export const OWN_FLAGS: Readonly<Record<string, string>> = {
  'api-downtime': '--allow-api-downtime',
  'kops-upgrade': '--allow-kops-upgrade',
  'pending-changes': '--include-pending',
};

/**
 * Refuses `--allow` for what is no rule: a misspelt one would be left aside, and the run be blocked or not for no visible reason.
 *
 * @throws UserError that names the rule meant, or those there are.
 */
export function checkAllowed(allow: readonly string[]): void {
  const unknown = allow.find((rule) => !CLUSTER_RULES.some(({ id }) => id === rule));
  if (unknown !== undefined)
    throw new UserError(`--allow ${unknown}: there is no such rule`, { hint: hintFor(unknown) });
}

function hintFor(unknown: string): string {
  if (Object.hasOwn(OWN_FLAGS, unknown)) return `Give ${OWN_FLAGS[unknown]!}.`;
  const allowable = allowableRules();
  const near = nearest(unknown, allowable);
  return near ? `Did you mean ${near}?` : `These can be allowed: ${allowable.join(', ')}.`;
}

/** The rules that `--allow` lets pass. */
export function allowableRules(): string[] {
  return CLUSTER_RULES.filter(({ severity, fatal }) => severity === 'error' && !fatal).map(({ id }) => id);
}

import { type LoadedPolicy, type LoadOptions, loadPolicy, overlapsAny } from '../policy/load/load.ts';
import type { Policy } from '../policy/types.ts';
import { countBelow, type TextRange } from '../yaml/positions.ts';
import { applyRules, inOrder, oneCauseOnce, pointerOf } from './engine.ts';
import { withIgnores } from './ignore.ts';
import {
  API_VERSION_ENDS,
  diagnosticFinding,
  endingVersion,
  NOT_JUDGED,
  TEMPLATE_NOT_RENDERED,
  WARNING_CODES,
  withTemplate,
} from './policy/diagnostics.ts';
import { canHarm, harmOf, isHarmless, withValue } from './policy/harm.ts';
import { NAME_RULES, POLICY_RULES } from './policy/rules.ts';
import type { Harms, LocatedFinding, PolicyPlace, PolicyLintRule } from './rule.ts';
import { type TextLines, textLines } from './text-lines.ts';

/**
 * What is wrong with the text of an audit policy, in the order of its lines: what the loader says of it (an error: kube-apiserver
 * would not start), then, where it loads, what the rules find. Findings that a `# kops-audit-ignore` comment covers have the
 * reason in `ignored`.
 *
 * @param options the Kubernetes release to judge by; left out: the newest.
 * @param loaded what `loadPolicy` gave for the same text and release, where that is known already.
 */
export function lintPolicy(
  text: string,
  options: LoadOptions = {},
  loaded: LoadedPolicy = loadPolicy(text, options),
): LocatedFinding[] {
  const lines = textLines(text);
  const found = [
    ...withRule(
      loaded.diagnostics.map((diagnostic) => diagnosticFinding(diagnostic, lines)),
      loaded,
    ),
    ...endingVersion(text, loaded, options, lines),
    ...(loaded.policy === null
      ? restOf(loaded, options, lines)
      : brokenRules(loaded, loaded.policy, POLICY_RULES, options, lines)),
  ];
  const findings = withTemplate(text, loaded, found, lines);
  const known = [
    ...POLICY_RULES.map(({ id }) => id),
    API_VERSION_ENDS.id,
    TEMPLATE_NOT_RENDERED.id,
    ...WARNING_CODES,
    ...findings.map(({ rule }) => rule),
  ];
  const isOfOthers = (rule: string): boolean => !hasOwnComments(text) || isBrokenElsewhere(rule, loaded);
  const marked = withIgnores(findings, { lines, first: 1, last: lines.count }, known, isOfOthers);
  return inOrder(oneCauseOnce(marked, POLICY_RULES));
}

/** Of what was rendered (it has a stamp) the comments are meant for every version and parameter. */
function hasOwnComments(text: string): boolean {
  return !text.startsWith('# kops-audit {');
}

/** Releases of which one breaks what another does not: the oldest that kOps 1.19 set up, and the newest. */
const OTHER_RELEASES = [{ kubernetesVersion: '1.19.0' }, {}];

/** Of a policy that does not load the rules say nothing: then it cannot be told, and counts as broken. */
function isBrokenElsewhere(id: string, { policy }: LoadedPolicy): boolean {
  const rule = POLICY_RULES.find((each) => each.id === id);
  return policy === null || OTHER_RELEASES.some((options) => (rule?.check({ policy, ...options }) ?? []).length > 0);
}

/** Says of what the loader warns of in which rule of the policy it stands. */
function withRule(findings: readonly LocatedFinding[], { policy, locate }: LoadedPolicy): LocatedFinding[] {
  if (policy === null || findings.length === 0) return [...findings];
  const ends = policy.rules.map((_, at) => locate(['rules', at])?.end.offset ?? 0);
  return findings.map((finding) => {
    const { offset } = finding.range.start;
    const at = countBelow(ends, offset + 1);
    const rule = locate(['rules', at]);
    return rule && rule.start.offset <= offset ? { ...finding, path: ['rules', at] } : finding;
  });
}

function brokenRules(
  { locate }: Pick<LoadedPolicy, 'locate'>,
  policy: Policy,
  rules: readonly PolicyLintRule[],
  { kubernetesVersion }: LoadOptions,
  lines: TextLines,
): LocatedFinding[] {
  const input = { policy, ...(kubernetesVersion === undefined ? {} : { kubernetesVersion }) };
  return applyRules(rules, input, (finding, breach): LocatedFinding => {
    const { path, edit, cause } = breach;
    const range = placeOf(breach, locate, lines);
    const caution = cautionOf(policy, breach);
    return {
      ...finding,
      subject: path.filter((step) => typeof step === 'string').join(' '),
      pointer: pointerOf(path),
      path,
      range,
      source: lines.line(range.start.line),
      ...(edit ? { edit } : {}),
      ...(cause === undefined ? {} : { cause }),
      ...(caution ? { caution } : {}),
    };
  });
}

/** What harm a fix in words would do: of what matched nothing until now nobody knows. */
function cautionOf(policy: Policy, { edit, path, meant }: PolicyPlace): Harms | undefined {
  const value = edit?.kind === 'replace' ? edit.value : undefined;
  const change = meant ?? (value === undefined ? undefined : (from: Policy) => withValue(from, path, value));
  const harms = change && canHarm(policy, path) ? harmOf(policy, change) : undefined;
  return isHarmless(harms) ? undefined : harms;
}

/**
 * Of a policy that is refused all that can be told besides: what else is refused and, as far as that is sure, what the rules find.
 * Nothing of it is fixed by `--fix`. What could not be looked at is said.
 */
function restOf(loaded: LoadedPolicy, options: LoadOptions, lines: TextLines): LocatedFinding[] {
  const rest = loaded.rest?.();
  const first = loaded.diagnostics.find(({ severity }) => severity === 'error');
  const notJudged = (isRead: boolean): LocatedFinding[] =>
    first ? [{ ...diagnosticFinding(first, lines), ...NOT_JUDGED.found({ isRead }) }] : [];
  if (!rest) return notJudged(false);
  const { policy, diagnostics, isWhole, wrong } = rest;
  const found = brokenRules(loaded, policy, isWhole ? POLICY_RULES : NAME_RULES, options, lines)
    .filter(({ path = [] }) => !overlapsAny(path, wrong))
    .map(({ edit: _edit, ...finding }) => finding);
  const more = diagnostics.map((diagnostic) => diagnosticFinding(diagnostic, lines));
  return [...more, ...found, ...(isWhole ? [] : notJudged(true))];
}

/** Where a breach stands; what is not written, or comes from an anchor elsewhere, at the nearest part around it. */
function placeOf({ path, atKey = false }: PolicyPlace, locate: LoadedPolicy['locate'], lines: TextLines): TextRange {
  for (let length = path.length; length > 0; length--) {
    // Of all the rules it is the word that is shown, not the first rule.
    const found = locate(path.slice(0, length), length === 1 || (length === path.length && atKey));
    if (found) return found;
  }
  return locate(['rules'], true) ?? { start: lines.position(1, 1), end: lines.position(1, 1) };
}

import type { Diagnostic } from '../policy/load/diagnostic.ts';
import { type LoadedPolicy, type LoadOptions, loadPolicy, overlapsAny } from '../policy/load/load.ts';
import type { TextRange } from '../yaml/positions.ts';
import type { Policy } from '../policy/types.ts';
import { API_VERSION_ENDS, endingVersion } from './policy/diagnostics.ts';
import { NOT_JUDGED, TEMPLATE_NOT_RENDERED, WARNING_CODES, whyOf } from './policy/diagnostics.ts';
import { withIgnores } from './ignore.ts';
import { inOrder, type LocatedFinding } from './rule.ts';
import { canHarm, harmOf, withValue } from './policy/harm.ts';
import { NAME_RULES, POLICY_RULES } from './policy/rules.ts';
import type { PolicyBreach, PolicyLintRule } from './rule.ts';
import { withTemplate } from './policy/diagnostics.ts';
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
  const told: Told = new Map();
  const found = [
    ...loaded.diagnostics.map((diagnostic) => ofDiagnostic(diagnostic, lines)),
    ...ofEnding(endingVersion(text, loaded, options), lines),
    ...(loaded.policy === null
      ? restOf(loaded, options, lines, told)
      : brokenRules(loaded, loaded.policy, POLICY_RULES, options, lines, told)),
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
  return inOrder(oneCauseOnce(withIgnores(findings, { lines, first: 1, last: lines.count }, known, isOfOthers), told));
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

function ofDiagnostic(diagnostic: Diagnostic, lines: TextLines): LocatedFinding {
  const { code, severity, message, hint = '', line = 1, column = 1, range } = diagnostic;
  const start = lines.position(line, column);
  return {
    rule: code,
    severity,
    fatal: severity === 'error',
    subject: '',
    message,
    why: whyOf(code, severity),
    mend: hint,
    pointer: '',
    range: range ?? { start, end: start },
    source: lines.line(line),
  };
}

function ofEnding(ending: Diagnostic | null, lines: TextLines): LocatedFinding[] {
  if (ending === null) return [];
  const { id: rule, severity, why } = API_VERSION_ENDS;
  return [{ ...ofDiagnostic(ending, lines), rule, severity, fatal: false, why }];
}

/** The breach that a finding tells of, and its rule. */
type Told = Map<LocatedFinding, { rule: PolicyLintRule; breach: PolicyBreach }>;

function brokenRules(
  { locate }: Pick<LoadedPolicy, 'locate'>,
  policy: Policy,
  rules: readonly PolicyLintRule[],
  { kubernetesVersion }: LoadOptions,
  lines: TextLines,
  told: Told,
): LocatedFinding[] {
  const input = { policy, ...(kubernetesVersion === undefined ? {} : { kubernetesVersion }) };
  return rules.flatMap((rule) =>
    rule.check(input).map((breach) => {
      const finding = ofBreach(rule, withCaution(policy, breach), placeOf(breach, locate, lines), lines);
      told.set(finding, { rule, breach });
      return finding;
    }),
  );
}

/** Adds to a fix in words what harm it would do: of what matched nothing until now nobody knows. */
function withCaution(policy: Policy, breach: PolicyBreach): PolicyBreach {
  const { fix, path, mend } = breach;
  const value = fix?.kind === 'replace' ? fix.value : undefined;
  const meant = breach.meant ?? (value === undefined ? undefined : (from: Policy) => withValue(from, path, value));
  if (!meant || !canHarm(policy, path)) return breach;
  const harm = harmOf(policy, meant(policy));
  return harm
    ? { ...breach, mend: `${mend} But then ${harm}: give that level Metadata, in a rule before this one.` }
    : breach;
}

/** Where several findings have one cause, in several rules of the policy, the first tells of all. */
function oneCauseOnce(findings: readonly LocatedFinding[], told: Told): LocatedFinding[] {
  const groups = new Map<unknown, LocatedFinding[]>();
  for (const finding of findings) {
    const { rule, breach } = told.get(finding) ?? {};
    const key = rule?.join && breach?.cause ? `${rule.id} ${breach.cause.key}` : finding;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].map((group) => {
    const [first] = group;
    const causes = group.flatMap((finding) => told.get(finding)?.breach.cause ?? []);
    const join = told.get(first!)?.rule.join;
    return join && causes.length > 1 ? { ...first!, ...join(causes) } : first!;
  });
}

/**
 * Of a policy that is refused all that can be told besides: what else is refused and, as far as that is sure, what the rules find.
 * Nothing of it is fixed by `--fix`. What could not be looked at is said.
 */
function restOf(loaded: LoadedPolicy, options: LoadOptions, lines: TextLines, told: Told): LocatedFinding[] {
  const rest = loaded.rest?.();
  const first = loaded.diagnostics.find(({ severity }) => severity === 'error');
  if (!rest) return first ? [notJudged(ofDiagnostic(first, lines), 'nothing behind this place was looked at')] : [];
  const { policy, diagnostics, isWhole, wrong } = rest;
  const found = brokenRules(loaded, policy, isWhole ? POLICY_RULES : NAME_RULES, options, lines, told)
    .filter((finding) => !overlapsAny(told.get(finding)?.breach.path ?? [], wrong))
    .map((finding) => withoutFix(finding, told));
  const more = diagnostics.map((diagnostic) => ofDiagnostic(diagnostic, lines));
  if (isWhole || !first) return [...more, ...found];
  return [
    ...more,
    ...found,
    notJudged(ofDiagnostic(first, lines), 'which rule decides, and what is recorded, was not looked at'),
  ];
}

function withoutFix(finding: LocatedFinding, told: Told): LocatedFinding {
  const { fix: _fix, ...rest } = finding;
  const breach = told.get(finding);
  if (breach) told.set(rest, breach);
  return rest;
}

function notJudged(finding: LocatedFinding, message: string): LocatedFinding {
  return { ...finding, ...NOT_JUDGED, message };
}

function ofBreach(rule: PolicyLintRule, breach: PolicyBreach, range: TextRange, lines: TextLines): LocatedFinding {
  const { message, mend, path, fix } = breach;
  const { id, severity, why } = rule;
  return {
    rule: id,
    severity,
    fatal: false,
    subject: path.filter((step) => typeof step === 'string').join(' '),
    message,
    why,
    mend,
    pointer: path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
    range,
    source: lines.line(range.start.line),
    ...(fix ? { fix: { path, change: fix } } : {}),
  };
}

/** Where a breach stands; what is not written, or comes from an anchor elsewhere, at the nearest part around it. */
function placeOf({ path, atKey }: PolicyBreach, locate: LoadedPolicy['locate'], lines: TextLines): TextRange {
  for (let length = path.length; length > 0; length--) {
    // Of all the rules it is the word that is shown, not the first rule.
    const found = locate(path.slice(0, length), length === 1 || (length === path.length && atKey));
    if (found) return found;
  }
  return locate(['rules'], true) ?? { start: lines.position(1, 1), end: lines.position(1, 1) };
}

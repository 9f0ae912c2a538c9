import type { Diagnostic } from '../policy/load/diagnostic.ts';
import { type LoadedPolicy, type LoadOptions, loadPolicy } from '../policy/load/load.ts';
import type { TextRange } from '../policy/text-range.ts';
import { API_VERSION_ENDS, endingVersion } from './api-version-ends.ts';
import { WARNING_CODES, whyOf } from './diagnostic-rules.ts';
import { withIgnores } from './ignore/apply.ts';
import { inOrder, type LocatedFinding } from './located.ts';
import { POLICY_RULES } from './policy/policy-rules.ts';
import type { PolicyBreach, PolicyLintRule } from './policy/rule.ts';
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
  const findings = [
    ...loaded.diagnostics.map((diagnostic) => ofDiagnostic(diagnostic, lines)),
    ...ofEnding(endingVersion(text, loaded, options), lines),
    ...brokenRules(loaded, options, lines),
  ];
  const known = [
    ...POLICY_RULES.map(({ id }) => id),
    API_VERSION_ENDS.id,
    ...WARNING_CODES,
    ...findings.map(({ rule }) => rule),
  ];
  const isOfOthers = (rule: string): boolean => !hasOwnComments(text) || isBrokenElsewhere(rule, loaded);
  return inOrder(withIgnores(findings, { lines, first: 1, last: lines.count }, known, isOfOthers));
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

function brokenRules({ policy, locate }: LoadedPolicy, options: LoadOptions, lines: TextLines): LocatedFinding[] {
  if (policy === null) return [];
  const { kubernetesVersion } = options;
  const input = { policy, ...(kubernetesVersion === undefined ? {} : { kubernetesVersion }) };
  const locateOr = (breach: PolicyBreach): TextRange => placeOf(breach, locate, lines);
  return POLICY_RULES.flatMap((rule) =>
    rule.check(input).map((breach) => ofBreach(rule, breach, locateOr(breach), lines)),
  );
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

/** Why a loader's warning matters, by its code; one that is not listed has NOT_AS_MEANT. */
const WHY: Readonly<Record<string, string>> = {
  'unknown-key':
    'kube-apiserver drops a key it does not know; a rule that loses a selector matches more than was meant.',
  'duplicate-key': 'Of a key that stands twice the last one counts, without a word.',
  'later-document': 'kube-apiserver reads the first document of the file and nothing after it.',
};

const STOPS = 'kube-apiserver ends at start-up when its audit policy does not load.';
const NOT_AS_MEANT = 'The policy loads, but not as it was written.';

/** The codes of what the loader only warns of: these can be ignored. */
export const WARNING_CODES: readonly string[] = Object.keys(WHY);

/** What is said of the part of a policy that could not be looked at, as an earlier part is wrong. */
export const NOT_JUDGED = {
  rule: 'policy-not-judged',
  severity: 'info',
  fatal: false,
  why: 'Of a policy that does not load, only what is wrong in any case can be told.',
  mend: 'Fix the errors, then lint it again.',
} as const;

/** What is said of a spec and of a policy that is a template, although it is valid YAML. */
export const TEMPLATE_NOT_RENDERED = {
  id: 'template-not-rendered',
  severity: 'warning',
  why: 'Neither kOps nor kube-apiserver fills anything in: a placeholder would be taken for the value. What else is said here is about the template, not about what it gives.',
} as const;

/** The codes of what kube-apiserver refuses (src/policy/load): it would not start. */
export const ERROR_CODES: readonly string[] = [
  'too-large yaml-syntax json-syntax tab forbidden-character not-utf-8',
  'no-policy no-api-version wrong-api-version removed-api-version wrong-kind wrong-type wrapped-policy',
  'no-rules no-level unknown-level unknown-stage not-a-group wildcard-group',
  'url-without-slash url-wildcard-inside urls-with-resources names-without-resources',
].flatMap((codes) => codes.split(' '));

/** Why what the loader says with a code matters (`pkg/audit/policy/reader.go` of k8s.io/apiserver, release 1.37). */
export function whyOf(code: string, severity: 'error' | 'warning'): string {
  return severity === 'error' ? STOPS : (WHY[code] ?? NOT_AS_MEANT);
}

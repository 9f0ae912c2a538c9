import type { LocatedFinding } from '../rule.ts';
import { type TextLines, restOfLine } from '../text-lines.ts';
import type { Diagnostic } from '../../policy/load/diagnostic.ts';
import { type LoadOptions, type LoadedPolicy, loadPolicy } from '../../policy/load/load.ts';
import type { Placeholder } from '../../policy/load/placeholders.ts';
import { directiveComment } from '../../policy/load/template-marks.ts';
import type { TextRange } from '../../yaml/positions.ts';

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

/**
 * Tells once that a policy is a template that is not rendered yet, instead of all that was found of its placeholders: an error where one
 * of them is what kube-apiserver refuses.
 */
export function withTemplate(
  text: string,
  loaded: LoadedPolicy,
  findings: readonly LocatedFinding[],
  lines: TextLines,
): LocatedFinding[] {
  const placeholders = loaded.placeholders?.() ?? [];
  const places = new Set(placeholders.map(({ range }) => placeKey(range)));
  const isConsequence = ({ rule, range }: LocatedFinding): boolean =>
    rule !== NOT_JUDGED.rule && places.has(placeKey(range));
  const isRefused = findings.some((finding) => finding.fatal && isConsequence(finding));
  const first = placeholderPart(placeholders) ?? commentPart(text, lines);
  if (!first) return [...findings];
  const { id: rule, severity, why } = TEMPLATE_NOT_RENDERED;
  const found: LocatedFinding = {
    rule,
    severity: isRefused ? 'error' : severity,
    fatal: isRefused,
    subject: '',
    message: `this is a template with ${first.marks}: ${first.what}`,
    why: isRefused ? REFUSED : why,
    mend: first.hint,
    pointer: '',
    range: first.range,
    source: lines.line(first.range.start.line),
  };
  return [found, ...findings.filter((finding) => !isConsequence(finding))];
}

const REFUSED = 'kube-apiserver fills nothing in: it ends at start-up when its audit policy does not load.';

/** What makes a template of a policy: the first placeholder, with the number of all. */
type Part = Omit<Placeholder, 'name'> & { what: string };

function placeholderPart([first, ...more]: readonly Placeholder[]): Part | undefined {
  if (!first) return undefined;
  const others = more.length === 1 ? ', as is one more' : `, as are ${more.length} more`;
  return { ...first, what: `${first.name} is a placeholder${more.length > 0 ? others : ''}` };
}

function placeKey({ start, end }: TextRange): string {
  return `${start.line}:${start.column}-${end.line}:${end.column}`;
}

function commentPart(text: string, lines: TextLines): Part | undefined {
  const found = directiveComment(text);
  if (!found) return undefined;
  const line = text.slice(0, found.offset).split('\n').length;
  const column = found.offset - text.lastIndexOf('\n', found.offset - 1);
  return { ...found, what: 'a comment is a directive of it', range: restOfLine(lines, line, column) };
}

/** What is said of a policy that the Kubernetes at hand loads, and a later one does not. */
export const API_VERSION_ENDS = {
  id: 'api-version-ends',
  severity: 'info',
  why: 'kube-apiserver 1.24 and later ends at start-up with such a policy: the upgrade of Kubernetes would keep it down.',
} as const;

/** Whether the newest Kubernetes refuses the apiVersion of a policy that this one takes: its place, with what to do. */
export function endingVersion(
  text: string,
  { policy }: LoadedPolicy,
  { kubernetesVersion }: LoadOptions,
): Diagnostic | null {
  if (policy === null || kubernetesVersion === undefined || !/v1(?:alpha|beta)1/.test(text)) return null;
  const { diagnostics } = loadPolicy(text);
  const removed = diagnostics.find(({ code }) => code === 'removed-api-version');
  if (removed === undefined) return null;
  return {
    ...removed,
    message: `this apiVersion is read up to Kubernetes 1.23 and refused from 1.24 on; this is ${kubernetesVersion}`,
    hint: 'Write "apiVersion: audit.k8s.io/v1" before the upgrade: Kubernetes reads that from 1.12 on.',
  };
}

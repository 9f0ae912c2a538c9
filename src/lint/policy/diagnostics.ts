import { type LocatedFinding, tells, type Told } from '../rule.ts';
import { type TextLines, restOfLine } from '../text-lines.ts';
import type { Diagnostic } from '../../policy/load/diagnostic.ts';
import { type LoadOptions, type LoadedPolicy, loadPolicy } from '../../policy/load/load.ts';
import { type Placeholder, directiveComment } from '../../policy/load/template-marks.ts';
import type { TextRange } from '../../yaml/positions.ts';

/** Why a loader's warning matters, by its code; one that is not listed has NOT_AS_MEANT. */
const WHY: Readonly<Record<string, string>> = {
  'unknown-key':
    'kube-apiserver ignores a key it does not know. A rule that loses a selector matches more than was meant.',
  'duplicate-key': 'When a key appears twice, kube-apiserver silently uses the last one.',
  'later-document': 'kube-apiserver reads the first document of the file and nothing after it.',
};

const STOPS = 'kube-apiserver does not start when its audit policy does not load.';
const NOT_AS_MEANT = 'The policy loads, but not as it was written.';

/** The codes of what the loader only warns of: these can be ignored. */
export const WARNING_CODES: readonly string[] = Object.keys(WHY);

/** What is said of the part of a policy that could not be looked at, as an earlier part is wrong. */
export const NOT_JUDGED: Told<{ isRead: boolean }> = tells({
  id: 'policy-not-judged',
  severity: 'info',
  fatal: false,
  why: 'Of a policy that does not load, only what is wrong in any case can be checked.',
  say: ({ isRead }) => ({
    message: isRead
      ? 'which rule decides, and what is recorded, was not checked'
      : 'nothing after this place was checked',
    fix: 'Fix the errors, then run lint again.',
  }),
});

/** The codes of what kube-apiserver refuses (src/policy/load): it would not start. */
export const ERROR_CODES: readonly string[] = [
  'too-large protobuf-syntax yaml-syntax json-syntax tab forbidden-character not-utf-8',
  'no-policy no-api-version wrong-api-version removed-api-version wrong-kind wrong-type wrapped-policy',
  'no-rules no-level unknown-level unknown-stage not-a-group wildcard-group',
  'url-without-slash url-wildcard-inside urls-with-resources names-without-resources',
].flatMap((codes) => codes.split(' '));

/** What the loader says, with a code for its rule (`pkg/audit/policy/reader.go` of k8s.io/apiserver, release 1.37). */
export function diagnosticFinding(diagnostic: Diagnostic, lines: TextLines): LocatedFinding {
  const { code, severity, message, hint = '', line = 1, column = 1, range } = diagnostic;
  const start = lines.position(line, column);
  const finding = loaderRule(code).found({ code, severity, message, hint }, { severity, fatal: severity === 'error' });
  return { ...finding, range: range ?? { start, end: start }, source: lines.line(line) };
}

type DiagnosticArgs = Pick<Diagnostic, 'code' | 'severity' | 'message'> & { hint: string };

const known = new Map<string, Told<DiagnosticArgs>>();

function loaderRule(code: string): Told<DiagnosticArgs> {
  const rule = known.get(code) ?? tells<DiagnosticArgs>({ ...LOADER, id: code });
  known.set(code, rule);
  return rule;
}

const LOADER = {
  severity: 'error',
  fatal: true,
  why: STOPS,
  say: ({ code, severity, message, hint }: DiagnosticArgs) => ({
    message,
    fix: hint,
    why: severity === 'error' ? STOPS : (WHY[code] ?? NOT_AS_MEANT),
  }),
} as const;

/** What is said of a policy that the Kubernetes at hand loads, and a later one does not. */
export const API_VERSION_ENDS: Told<{ kubernetesVersion: string }> = tells({
  id: 'api-version-ends',
  severity: 'info',
  fatal: false,
  why: 'kube-apiserver 1.24 and later does not start with such a policy, so an upgrade of Kubernetes would keep it down.',
  say: ({ kubernetesVersion }) => ({
    message: `this apiVersion works up to Kubernetes 1.23 and is refused from 1.24 on; this is ${kubernetesVersion}`,
    fix: 'Write "apiVersion: audit.k8s.io/v1" before the upgrade. Kubernetes reads that from 1.12 on.',
  }),
});

/** Whether the newest Kubernetes refuses the apiVersion of a policy that this one takes. */
export function endingVersion(
  text: string,
  { policy }: LoadedPolicy,
  { kubernetesVersion }: LoadOptions,
  lines: TextLines,
): LocatedFinding[] {
  if (policy === null || kubernetesVersion === undefined || !/v1(?:alpha|beta)1/.test(text)) return [];
  const removed = loadPolicy(text).diagnostics.find(({ code }) => code === 'removed-api-version');
  return removed ? [{ ...diagnosticFinding(removed, lines), ...API_VERSION_ENDS.found({ kubernetesVersion }) }] : [];
}

/** What is said of a spec and of a policy that is a template, although it is valid YAML. */
export const TEMPLATE_NOT_RENDERED: Told<TemplateArgs> = tells({
  id: 'template-not-rendered',
  severity: 'warning',
  fatal: false,
  why: 'Neither kOps nor kube-apiserver fills in a placeholder: it would be taken as the value. The other findings are about the template, not about what it gives.',
  say: ({ marks, name, more, isRefused, hint }) => ({
    message: `this is a template with ${marks}: ${name === null ? 'a comment is a directive of it' : placeholderText(name, more)}`,
    fix: hint,
    ...(isRefused
      ? { why: 'kube-apiserver does not fill in placeholders, and does not start when its audit policy does not load.' }
      : {}),
  }),
});

/** What makes a template of a document: its first placeholder and how many there are besides, or a comment. */
export type TemplateArgs = { marks: string; hint: string; name: string | null; more: number; isRefused: boolean };

function placeholderText(name: string, more: number): string {
  const others = more === 1 ? ', as is one more' : `, as are ${more} more`;
  return `${name} is a placeholder${more > 0 ? others : ''}`;
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
    rule !== NOT_JUDGED.id && places.has(placeKey(range));
  const isRefused = findings.some((finding) => finding.fatal && isConsequence(finding));
  const first = placeholderPart(placeholders) ?? commentPart(text, lines);
  if (!first) return [...findings];
  const { range, ...part } = first;
  const how = isRefused ? { severity: 'error' as const, fatal: true } : {};
  const found = TEMPLATE_NOT_RENDERED.found({ ...part, isRefused }, how);
  return [
    { ...found, range, source: lines.line(range.start.line) },
    ...findings.filter((finding) => !isConsequence(finding)),
  ];
}

type Part = Omit<TemplateArgs, 'isRefused'> & { range: TextRange };

function placeholderPart([first, ...more]: readonly Placeholder[]): Part | undefined {
  if (!first) return undefined;
  const { marks, hint, name, range } = first;
  return { marks, hint, name, more: more.length, range };
}

function placeKey({ start, end }: TextRange): string {
  return `${start.line}:${start.column}-${end.line}:${end.column}`;
}

function commentPart(text: string, lines: TextLines): Part | undefined {
  const found = directiveComment(text);
  if (!found) return undefined;
  const { marks, hint, offset } = found;
  const line = text.slice(0, offset).split('\n').length;
  const column = offset - text.lastIndexOf('\n', offset - 1);
  return { marks, hint, name: null, more: 0, range: restOfLine(lines, line, column) };
}

import type { LoadedPolicy } from '../policy/load/load.ts';
import type { Placeholder } from '../policy/load/placeholders.ts';
import { directiveComment } from '../policy/load/template-marks.ts';
import type { TextRange } from '../yaml/positions.ts';
import { NOT_JUDGED, TEMPLATE_NOT_RENDERED } from './diagnostic-rules.ts';
import type { LocatedFinding } from './located.ts';
import { restOfLine, type TextLines } from './text-lines.ts';

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

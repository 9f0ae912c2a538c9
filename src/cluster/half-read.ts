import { type Section, firstContent, isBlankYaml, lineCounter, lineOf, splitAsKops } from './sections.ts';

/** A place in a spec file of which kOps reads less than stands there. */
export interface HalfReadFinding {
  /** Counted from 1. */
  line: number;
  message: string;
  /** What kOps does with it. */
  why: string;
  hint: string;
}

const REFUSED = 'kops stops with an error and stores nothing of this input.';
const CUT_OFF = 'kops stops with an error when what stands before is already stored.';
const SILENT = 'kops reads only part of this input, says nothing, and exits with 0.';

/**
 * Lists the places where `kops replace -f`, `create -f` and `edit` would read only a part of a spec file, or stop after having
 * written a part (`util/pkg/text/text.go`, `cmd/kops/replace.go`, release 1.36). Never throws.
 * @param text The file's text, line ends as they are.
 */
export function halfReadFindings(text: string): HalfReadFinding[] {
  if (/^\uFEFF?\s*\[/.test(text)) return [jsonList(text)];
  const sections = splitAsKops(text);
  if (isBlankYaml(text.replace(/^\uFEFF/, ''))) return [];
  const lineAt = lineCounter(text);
  return sections.flatMap(
    (section, at) => emptySection(text, section, at === 0, lineAt) ?? dropped(text, section, lineAt),
  );
}

function jsonList(text: string): HalfReadFinding {
  const line = lineOf(text, text.indexOf('['));
  return {
    line,
    message: 'kOps does not read a JSON list',
    why: REFUSED,
    hint: 'Give it the objects one by one, or as YAML documents.',
  };
}

type LineCounter = (offset: number) => number;

function emptySection(
  text: string,
  { start, end }: Section,
  isFirst: boolean,
  lineAt: LineCounter,
): HalfReadFinding[] | undefined {
  if (!isBlankYaml(text.slice(start, end))) return undefined;
  if (isFirst) {
    const message = 'kOps takes what stands before this "---" for a document, finds none, and stops';
    return [
      {
        line: lineAt(end) + 1,
        message,
        why: REFUSED,
        hint: 'Remove this "---", or put it on the first line of the file.',
      },
    ];
  }
  const message = 'no document follows this "---": kOps writes the ones before it and then fails';
  return [{ line: lineAt(start) - 1, message, why: CUT_OFF, hint: 'Remove this "---".' }];
}

/** What go-yaml does not read of a section, as it stops after the first document. */
function dropped(text: string, { start, end }: Section, lineAt: LineCounter): HalfReadFinding[] {
  const section = text.slice(start, end);
  const marks = [...section.matchAll(/(?<=^|\n)(?:---|\.\.\.)(?=[ \t\r\n]|$)/g)].map(({ index }) => index);
  const content = firstContent(section);
  const mark = marks.find((offset) => offset > content);
  if (mark === undefined || isBlankYaml(section.slice(mark))) return [];
  const separator = section.slice(mark, mark + 3);
  const hint =
    separator === '---'
      ? 'Write "---" with nothing after it: no blank, no comment.'
      : 'Write "---" with nothing after it instead of "...".';
  const message = `kOps reads nothing from this "${separator}" up to the next line that is "---" alone`;
  return [{ line: lineAt(start + mark), message, why: SILENT, hint }];
}

import { isWord } from '../yaml/write-value.ts';

/** What a kOps document says about itself in its first level. What it does not say is an empty text. */
export interface DocumentHead {
  kind: string;
  apiVersion: string;
  name: string;
  /** The label `kops.k8s.io/cluster`: the cluster that an instance group belongs to. */
  clusterLabel: string;
}

/**
 * Reads a document's head from its lines, without parsing it. Gives undefined wherever the usual form leaves the least doubt
 * (flow style, anchors, merges, templates, escapes, a key that stands twice); then it has to be parsed.
 * @param text One YAML document with LF line ends.
 */
export function sniffHead(text: string): DocumentHead | undefined {
  const lines = text.match(/[^\n]+/g) ?? [];
  if (!lines.every((line) => TOP_LINE.test(line))) return undefined;
  const metadata = block(lines, 'metadata');
  const labels = metadata && block(metadata, 'labels');
  if (!labels) return undefined;
  const head = {
    kind: scalar(lines, 'kind'),
    apiVersion: scalar(lines, 'apiVersion'),
    name: scalar(metadata, 'name'),
    clusterLabel: scalar(labels, 'kops.k8s.io/cluster'),
  };
  return Object.values(head).includes(undefined) ? undefined : (head as DocumentHead);
}

// A line that is indented, blank, a comment, an end mark, a plain key or an item of a list.
const TOP_LINE = /^(?:[ \t].*|#.*|-(?: .*)?|\.\.\. *|[A-Za-z][\w.-]*:(?: .*)?|)$/s;

const PLAIN_KEY = /^ *(?<key>[A-Za-z][\w./-]*):(?: +(?<value>.*))?$/s;
const VALUE = /^(?:(?<plain>[A-Za-z][\w./-]*)|"(?<double>[\w./ -]*)"|'(?<single>[\w./ -]*)') *(?: #.*)?$/s;

/** The value of a key, an empty text where there is none, undefined where that is not certain. */
function scalar(lines: readonly string[], key: string): string | undefined {
  const found = linesOf(lines, key);
  if (found.length === 0) return '';
  const groups = found.length === 1 && !goesOn(lines, found[0]!) ? VALUE.exec(found[0]!.value)?.groups : undefined;
  const { plain, double, single } = groups ?? {};
  if (plain !== undefined && isWord(plain)) return undefined;
  return plain ?? double ?? single;
}

function goesOn(lines: readonly string[], { at, indent }: KeyLine): boolean {
  const next = lines.slice(at + 1).find((line) => isContent(line));
  return next !== undefined && indentOf(next) > indent;
}

/** The lines below a key whose value is a block map; none where there is no such key; undefined where that is not certain. */
function block(lines: readonly string[], key: string): string[] | undefined {
  const found = linesOf(lines, key);
  if (found.length === 0) return [];
  if (found.length > 1 || !/^(?:#.*)?$/.test(found[0]!.value)) return undefined;
  const { at, indent } = found[0]!;
  const end = lines.findIndex((line, index) => index > at && isContent(line) && indentOf(line) <= indent);
  const inner = lines.slice(at + 1, end === -1 ? undefined : end).filter((line) => isContent(line));
  return inner.every((line) => isSimple(line, indentOf(inner[0]!))) ? inner : undefined;
}

// Lines that go deeper belong to a key above, whose value matters only if it is asked for.
function isSimple(line: string, indent: number): boolean {
  return indentOf(line) > indent ? !line.includes('\t') : indentOf(line) === indent && PLAIN_KEY.test(line);
}

interface KeyLine {
  at: number;
  indent: number;
  value: string;
}

/** Where a key stands at the indentation of the first line. */
function linesOf(lines: readonly string[], key: string): KeyLine[] {
  const content = lines.find((line) => isContent(line));
  const indent = content === undefined ? 0 : indentOf(content);
  return lines.flatMap((line, at) => {
    const groups = line.startsWith(key, indent) && indentOf(line) === indent ? PLAIN_KEY.exec(line)?.groups : undefined;
    return groups?.['key'] === key ? [{ at, indent, value: groups['value'] ?? '' }] : [];
  });
}

function isContent(line: string): boolean {
  return /^ *[^ #]/.test(line);
}

function indentOf(line: string): number {
  return line.search(/[^ ]|$/);
}

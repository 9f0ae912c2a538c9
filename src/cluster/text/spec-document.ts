import type { Document } from 'yaml';
import { isObject, type Json, type JsonObject } from '../../json.ts';
import type { KopsObject } from '../types.ts';
import { withoutBlankRuns } from './blank-runs.ts';
import type { PlaceInText, SpecDocument } from './documents.ts';
import { toLf } from './edits.ts';
import { parseJson, parseSource, startsJson, type ParsedSource } from './parse.ts';
import { lineCounter, type Section } from './sections.ts';
import { sniffHead, type DocumentHead } from './sniff.ts';

type LineCounter = (offset: number) => number;

/**
 * Makes the document that stands in a section of a file's text. It is parsed here only where its head is in doubt.
 * @param lineAt Tells the line of an offset in the file's text.
 * @throws UserError with the place where it has to be parsed and can't be.
 */
export function specDocument(text: string, file: string, section: Section, lineAt: LineCounter): SpecDocument {
  const whole = toLf(text.slice(section.start, section.end));
  const isMarked = /^\uFEFF?---[ \t]*\r?\n\s*$/.test(text.slice(Math.max(0, section.start - 100), section.start));
  const { text: source, back } = withoutBlankRuns(whole, startsJson(whole) && !isMarked);
  const placeInWhole = placer(text, file, section.start, whole, lineAt);
  const placeAt = (offset: number): PlaceInText => placeInWhole(back(offset));
  const parsed = keeping(() => parseSource(source, placeAt, isMarked));
  const json = parseJson(source);
  return {
    file,
    ...section,
    ...(json ? headOf(json) : (sniffHead(source) ?? headOf(parsed.value()))),
    line: placeAt(source.search(/\S|$/)).line,
    form: json ? 'json' : 'yaml',
    source,
    back,
    value: parsed.value,
    unnamed: () => withName(parseSource(source, placeAt, isMarked, false)),
    node: parsed.node,
    placeAt,
  };
}

function placer(
  text: string,
  file: string,
  start: number,
  source: string,
  lineAt: LineCounter,
): (offset: number) => PlaceInText {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  let ownLineAt: LineCounter | undefined;
  return (offset) => {
    const ownStart = source.lastIndexOf('\n', offset - 1) + 1;
    ownLineAt ??= lineCounter(source);
    const line = lineAt(start) + ownLineAt(ownStart) - 1;
    return { file, line, column: offset - ownStart + 1 + (ownStart === 0 ? start - lineStart : 0) };
  };
}

// The nodes of a Cluster are kept, as they are needed again. Those of many instance groups would fill the memory.
function keeping(parse: () => ParsedSource): Pick<SpecDocument, 'value' | 'node'> {
  let value: KopsObject | undefined;
  let node: Document | undefined;
  let nodes: (() => Document) | undefined;
  const read = (): KopsObject => {
    const parsed = parse();
    nodes = parsed.node;
    value = parsed.value;
    return value;
  };
  const readNode = (): Document => {
    const { kind } = value ?? read();
    const found = nodes!();
    if (kind === 'Cluster') node = found;
    return found;
  };
  return { value: () => value ?? read(), node: () => node ?? readNode() };
}

function withName({ value, node }: ParsedSource): ParsedSource {
  return { value: { ...value, metadata: { ...objectOf(value.metadata as Json | undefined), name: '' } }, node };
}

function headOf(value: { kind?: Json; apiVersion?: Json; metadata?: Json }): DocumentHead {
  const metadata = objectOf(value.metadata);
  const labels = objectOf(metadata['labels']);
  return {
    kind: textOf(value.kind),
    apiVersion: textOf(value.apiVersion),
    name: textOf(metadata['name']),
    clusterLabel: textOf(labels['kops.k8s.io/cluster']),
  };
}

function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

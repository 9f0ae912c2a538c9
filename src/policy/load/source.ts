import { type Document, LineCounter, type Node, isScalar } from 'yaml';
import type { Diagnostic } from './diagnostic.ts';
import { TAB_HINT, goRefusals } from './go-refusals.ts';
import { GoYamlError, firstDocument, goValue, parseGoYaml } from './go-yaml.ts';
import { offsetOf } from './place.ts';
import type { Path } from './shape.ts';
import { MAX_POLICY_BYTES, forbiddenCharacter } from './text.ts';

/** A policy text as a JSON value, what is wrong with its syntax, and where each part of it stands. */
export interface PolicySource {
  /** Undefined where the text can't be read; then there is a problem of severity error. */
  value: unknown;
  isJson: boolean;
  problems: Diagnostic[];
  /** The line and column of a path's value, or of its last key. */
  placeOf: (path: Path, atKey?: boolean) => { line: number; column: number };
}

/**
 * Reads the text of a policy into a JSON value as kube-apiserver does: JSON only where the first character is `{`, otherwise the
 * first YAML document. Never throws.
 */
export function readSource(text: string): PolicySource {
  const lines = new LineCounter();
  const failed = (offset: number, message: string, hint?: string): PolicySource => {
    const problem: Diagnostic = { severity: 'error', message, ...(hint ? { hint } : {}), ...position(lines, offset) };
    return { value: undefined, isJson: false, problems: [problem], placeOf: () => position(lines, 0) };
  };
  if (new TextEncoder().encode(text).length > MAX_POLICY_BYTES) return failed(0, 'the policy is larger than 1 MiB');
  // Go counts every character a line break where YAML 1.1 does; for positions the usual ones are enough.
  countLines(text, lines);
  const strange = forbiddenCharacter(text);
  if (strange >= 0 && !startsJson(text))
    return failed(strange, `the character ${codePoint(text, strange)} is not allowed in YAML`);
  return startsJson(text) ? readJson(text, lines, failed) : readYaml(text, lines, failed);
}

type Fail = (offset: number, message: string, hint?: string) => PolicySource;

function countLines(text: string, lines: LineCounter): void {
  lines.addNewLine(0);
  for (const match of text.matchAll(/\n/g)) lines.addNewLine(match.index + 1);
}

function position(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function codePoint(text: string, at: number): string {
  return `U+${(text.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

// What Go's unicode.IsSpace skips; a byte order mark is not among it.
function startsJson(text: string): boolean {
  return /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*\{/.test(text);
}

const JSON_HINT =
  'A file that starts with "{" is read as JSON only. If it is meant to be YAML, begin it with a line "---".';

function readJson(text: string, lines: LineCounter, failed: Fail): PolicySource {
  const { value, offset } = parseJson(text);
  if (offset !== undefined) return failed(offset, 'the policy is not valid JSON', JSON_HINT);
  const document = parseGoYaml(text);
  return { value, isJson: true, problems: readValue(document, lines).duplicates, placeOf: placer(document, lines) };
}

function parseJson(text: string): { value?: unknown; offset?: number } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    const [, offset] = /at position (\d+)/.exec(String(error)) ?? [];
    return { offset: Number(offset ?? text.length) };
  }
}

function placer(document: Document, lines: LineCounter): PolicySource['placeOf'] {
  return (path, atKey) => position(lines, offsetOf(document, path, atKey));
}

function readValue(document: Document, lines: LineCounter): { value: unknown; duplicates: Diagnostic[] } {
  const duplicates: Diagnostic[] = [];
  const value = goValue(document.contents, { onDuplicate: (key) => duplicates.push(duplicate(key, lines)) });
  return { value, duplicates };
}

function duplicate(key: Node, lines: LineCounter): Diagnostic {
  const name = isScalar(key) ? String(key.value) : 'this key';
  const message = `the key ${JSON.stringify(name)} stands twice; the last one counts`;
  return { severity: 'warning', message, ...position(lines, key.range?.[0] ?? 0) };
}

function readYaml(text: string, lines: LineCounter, failed: Fail): PolicySource {
  const document = parseGoYaml(text);
  const [error] = document.errors;
  if (error) return failed(error.pos[0], `not valid YAML: ${firstLine(error.message)}`, yamlHint(text, error.pos[0]));
  const [quirk] = goRefusals(text, document);
  if (quirk) return failed(quirk.offset, quirk.message, quirk.hint);
  try {
    const { value, duplicates } = readValue(document, lines);
    const problems = [...duplicates, ...laterDocuments(text, lines)];
    return { value, isJson: false, problems, placeOf: placer(document, lines) };
  } catch (problem) {
    if (problem instanceof GoYamlError) return failed(problem.offset, `not valid YAML: ${problem.message}`);
    throw problem;
  }
}

function firstLine(message: string): string {
  return message.split('\n')[0] ?? message;
}

function yamlHint(text: string, offset: number): string | undefined {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1).split('\n')[0] ?? '';
  if (line.includes('\t')) return TAB_HINT;
  return line.includes('{{') ? 'This looks like a template; render it first.' : undefined;
}

// go-yaml stops after the first document without a word.
function laterDocuments(text: string, lines: LineCounter): Diagnostic[] {
  let offset = firstDocument(text).length;
  const rest = text.slice(offset).split('\n');
  const found = rest.findIndex((line) => !/^(#|(---|\.\.\.)?$)/.test(line.trim()));
  if (found < 0) return [];
  for (const line of rest.slice(0, found)) offset += line.length + 1;
  const message = 'only the first YAML document counts; kube-apiserver does not read this one';
  return [{ severity: 'warning', message, ...position(lines, offset) }];
}

import type { Fault } from '../../kubeadm/faults.ts';
import type { Place } from '../../kubeadm/parts.ts';
import { readServers, type ServerDocument } from '../../kubeadm/read.ts';
import { UserError } from '../../errors.ts';
import { explainSyntax } from '../../policy/load/syntax-help.ts';
import { readDocument } from '../../yaml/document.ts';
import { withConsequences } from '../consequences.ts';
import { applyRules } from '../engine.ts';
import { withIgnores } from '../ignore.ts';
import type { KindedSection } from '../kinds.ts';
import type { FileLint, Finding, LocatedFinding, ServerPlace, ServerRule } from '../rule.ts';
import { restOfLine, type TextLines } from '../text-lines.ts';
import { CONFIG_RULES } from './config.ts';
import { FILE_RULES } from './files.ts';
import { FLAG_RULES, type ServerInput } from './flags.ts';
import { MOUNT_RULES } from './mounts.ts';

/** Every rule about one kube-apiserver. */
export const SERVER_RULES: readonly ServerRule<ServerInput>[] = [...FLAG_RULES, ...FILE_RULES, ...MOUNT_RULES];

const KNOWN: readonly string[] = [...CONFIG_RULES, ...SERVER_RULES].map(({ id }) => id);

/** A text with documents that start a kube-apiserver. */
interface ServerText {
  text: string;
  lines: TextLines;
  sections: readonly KindedSection[];
  /** null: what the documents say. */
  kubernetesVersion: string | null;
}

/** Looks at the documents of kubeadm and kind and at the pods of a text, and adds to what was found in it. Never throws on bad input. */
export function lintServers({ text, lines, sections, kubernetesVersion }: ServerText, found: FileLint): FileLint {
  const lint = { ...found, findings: [...found.findings], errors: [...found.errors], skipped: [...found.skipped] };
  const documents = sections
    .filter(({ kind }) => kind === 'server')
    .flatMap((section) => openDocument(text, section, lines, kubernetesVersion, lint));
  const version = kubernetesVersion ?? versionOf(documents);
  for (const document of documents) {
    const { reads, kind, place } = document;
    if (reads) lint.findings.push(...lintDocument(document, version, lines));
    else lint.skipped.push({ line: lines.lineAt(document.offset + place.start), kind });
  }
  return lint;
}

/** A document, and where it begins in the text of the file. */
interface Opened extends ServerDocument {
  offset: number;
  end: number;
}

function openDocument(
  text: string,
  { start, end }: KindedSection,
  lines: TextLines,
  kubernetesVersion: string | null,
  lint: FileLint,
): Opened[] {
  const source = text.slice(start, end);
  const reading = readDocument(source, /^\s*\{/.test(source) ? 'json' : 'yaml');
  if (reading.problem) lint.errors.push(unreadable(reading.problem, source, start, lines, lint.file));
  const document = readServers(source, reading, kubernetesVersion);
  return document ? [{ ...document, offset: start, end }] : [];
}

function unreadable(
  { offset, message }: { offset: number; message: string },
  source: string,
  start: number,
  lines: TextLines,
  file: string,
): UserError {
  const help = explainSyntax(source, offset, message, 'configuration');
  const line = lines.lineAt(start + help.offset);
  const column = start + help.offset - lines.position(line, 1).offset + 1;
  const said = help.message.replace(/^(?=not valid)/, 'is ').replace(/^this (?=is)/, '');
  return new UserError(said, {
    place: { file, line, column },
    ...(help.hint === undefined ? {} : { hint: help.hint }),
  });
}

function versionOf(documents: readonly Opened[]): string | null {
  const all = documents.flatMap(({ reads = [] }) => reads.map(({ server }) => server?.kubernetesVersion));
  return all.find((version) => version) ?? null;
}

function lintDocument(document: Opened, version: string | null, lines: TextLines): LocatedFinding[] {
  const { reads = [], kind, apiVersion, place, offset, end } = document;
  const faults: Fault[] = reads.flatMap((read) => read.faults);
  const located = (finding: Finding, { place: at }: ServerPlace): LocatedFinding => locate(finding, at, offset, lines);
  const ofConfig = applyRules(CONFIG_RULES, { kind, apiVersion, place, faults, kubernetesVersion: version }, located);
  const ofServers = reads.flatMap(({ server }) => {
    if (!server) return [];
    const input: ServerInput = { server, kubernetesVersion: version ?? server.kubernetesVersion };
    return applyRules(SERVER_RULES, input, located);
  });
  const findings = [...ofConfig, ...ofServers];
  const scope = { lines, first: lines.lineAt(offset), last: lines.lineAt(end) };
  return withConsequences(withIgnores(findings, scope, KNOWN));
}

/** What lies in one line is shown as it is; of what is longer the first line. */
function locate(finding: Finding, { start, end, pointer }: Place, offset: number, lines: TextLines): LocatedFinding {
  const [from, to] = [offset + start, offset + end].map((at) => {
    const line = lines.lineAt(at);
    return { line, column: at - lines.position(line, 1).offset + 1 };
  });
  const { line = 1, column = 1 } = from ?? {};
  const range =
    to && to.line === line && to.column > column
      ? { start: lines.position(line, column), end: lines.position(line, to.column) }
      : restOfLine(lines, line, column);
  const source = shownLine(lines.line(line));
  return { ...finding, pointer, subject: pointer, range, ...(source === undefined ? {} : { source }) };
}

const MOST_SHOWN = 200;

/** Tokens and keys of a cluster stand beside these settings: a line that could have one is not shown (design §10, Masking). */
function shownLine(line: string): string | undefined {
  return line.length > MOST_SHOWN || /token|secret|passw|certificateKey|auth\b/i.test(line) ? undefined : line;
}

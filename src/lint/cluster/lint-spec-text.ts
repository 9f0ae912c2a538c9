import { selectCluster } from '../../cluster/select.ts';
import { type SpecDocument, readDocuments, specDocument } from '../../cluster/documents.ts';
import { foreignDocument, foreignHint } from '../../cluster/foreign.ts';
import { halfReadFindings } from '../../cluster/half-read.ts';
import { NoMapError, NoNameError } from '../../cluster/read-spec.ts';
import { lineCounter } from '../../cluster/sections.ts';
import { UserError } from '../../errors.ts';
import { loadPolicy } from '../../policy/load/load.ts';
import { WRAPPED } from '../../policy/load/head.ts';
import { type KindedSection, nothingHere, NothingHereError } from '../kinds.ts';
import type { FileLint, LocatedFinding } from '../rule.ts';
import { HALF_READ } from './spec.ts';
import { restOfLine, type TextLines } from '../text-lines.ts';
import { type ClusterLintOptions, lintDocument } from './lint-document.ts';

/** A text with documents that are not plainly policies. */
export interface SpecText {
  text: string;
  lines: TextLines;
  sections: readonly KindedSection[];
  options: ClusterLintOptions;
}

/** Looks at the Cluster documents of a text and adds to what was found in its policies. Never throws on bad input. */
export function lintSpecText(spec: SpecText, found: FileLint): FileLint {
  const lint = { ...found, findings: [...found.findings], errors: [...found.errors] };
  const documents = readSpecs(spec, lint);
  const clusters = documents.filter(
    (document) => document.kind === 'Cluster' && foreignDocument(document) === undefined,
  );
  const others = spec.sections.filter(({ kind }) => kind !== 'unsure').length;
  const hasOther = others > found.skipped.length;
  if (clusters.length === 0 && !hasOther) {
    // That it can't be read is the better answer.
    if (lint.errors.length === 0)
      for (const document of documents) if (document.kind === '') attempt(lint, () => readAnything(document));
    if (lint.errors.length === 0) lint.errors.push(nothingIn(documents, found));
    return { ...lint, skipped: [] };
  }
  lint.skipped = [...lint.skipped, ...skipped(documents)];
  for (const name of new Set(clusters.map((cluster) => cluster.name)))
    attempt(lint, () => lintCluster(documents, name, lint, spec));
  if (clusters.length > 0) lint.findings.push(...halfRead(spec));
  return lint;
}

/** The documents that are not plainly policies. Beside a policy each is read by itself, as one may be right and the other not. */
function readSpecs({ text, sections }: SpecText, lint: FileLint): SpecDocument[] {
  const documents: SpecDocument[] = [];
  if (isTooDeep(text)) {
    lint.errors.push(new UserError('is nested too deeply to be a spec', { place: { file: lint.file } }));
    return documents;
  }
  if (sections.every(({ kind }) => kind === 'unsure')) {
    attempt(lint, () => documents.push(...readDocuments(text, lint.file)));
    return documents;
  }
  const lineAt = lineCounter(text);
  for (const section of sections.filter(({ kind }) => kind === 'unsure'))
    attempt(lint, () => documents.push(specDocument(text, lint.file, section, lineAt)));
  return documents;
}

const MAX_OPEN = 5000;

/** The YAML parser takes a kilobyte for each bracket that is open. */
function isTooDeep(text: string): boolean {
  let open = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    open = bracket === '[' || bracket === '{' ? open + 1 : Math.max(0, open - 1);
    if (open > MAX_OPEN) return true;
  }
  return false;
}

function attempt(lint: FileLint, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    lint.errors.push(error);
  }
}

function readAnything(document: SpecDocument): void {
  try {
    document.value();
  } catch (error) {
    if (!(error instanceof NoMapError)) throw error;
  }
}

function lintCluster(
  documents: readonly SpecDocument[],
  name: string,
  lint: FileLint,
  { lines, options }: Pick<SpecText, 'lines' | 'options'>,
): void {
  const { cluster: found, groups } = selectCluster(documents, { file: lint.file, name });
  const cluster = evenWithoutName(found, lint);
  lint.specs.push(...[cluster, ...groups].map((document) => document.value().spec));
  lint.findings.push(...lintDocument(cluster, groups, lines, options));
}

/** What is in a Cluster without a name can be judged all the same. */
function evenWithoutName(cluster: SpecDocument, lint: FileLint): SpecDocument {
  try {
    cluster.value();
    return cluster;
  } catch (error) {
    if (!(error instanceof NoNameError)) throw error;
    lint.errors.push(error);
    const { value, node } = cluster.unnamed();
    return { ...cluster, value: () => value, node };
  }
}

function nothingIn(documents: readonly SpecDocument[], { file, skipped: left }: FileLint): NothingHereError {
  const wrapped = documents.find(({ source }) => source.includes('audit.k8s.io/'));
  const around = wrapped && loadPolicy(wrapped.source).diagnostics.find(({ code }) => code === WRAPPED);
  if (wrapped && around)
    return new NothingHereError(`no audit policy and no Cluster here: ${around.message}`, {
      ...(around.hint === undefined ? {} : { hint: around.hint }),
      place: { file, line: wrapped.line },
    });
  return nothingHere(
    [...left, ...documents].map(({ kind }) => kind || 'a document without a kind'),
    file,
    foreignHint(documents),
  );
}

function skipped(documents: readonly SpecDocument[]): FileLint['skipped'] {
  return documents
    .filter(({ kind }) => kind !== 'Cluster' && kind !== 'InstanceGroup')
    .map(({ line, kind }) => ({ line, kind: kind || 'a document without a kind' }));
}

function halfRead({ text, lines }: SpecText): LocatedFinding[] {
  return halfReadFindings(text).map(({ line, ...said }) => ({
    ...HALF_READ.found({ ...said, file: null, line }),
    range: restOfLine(lines, line, 1),
    source: lines.line(line),
  }));
}

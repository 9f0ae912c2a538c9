import type { UserError } from '../errors.ts';
import type { Json, JsonObject } from '../json.ts';
import type { LocatedFinding, Severity } from '../lint/rule.ts';
import type { ToldLint } from './findings.ts';
import { safeText } from './text.ts';

type ToldLocated = ToldLint['findings'][number];

export interface SarifOptions {
  /** Of this program. */
  version: string;
  /** Where the pages of its `docs/` can be read. */
  docs: string;
  /** The URI reference of a file, relative to the root of the sources where it lies below; undefined for a live cluster and stdin. */
  uri: (file: string) => string | undefined;
}

const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

/** All findings as a SARIF 2.1.0 log (OASIS standard of 2020), ignored ones with their suppression. */
export function lintSarif(lints: readonly ToldLint[], { version, docs, uri }: SarifOptions): JsonObject {
  const rules = rulesOf(lints);
  const indexes = new Map(rules.map(({ rule }, index) => [rule, index]));
  const results = lints.flatMap(({ file, findings }) =>
    findings.map((finding) => result(finding, indexes.get(finding.rule) ?? 0, file, uri(file))),
  );
  const errors = lints.flatMap(({ file, errors: found }) => found.map((error) => notification(error, file, uri(file))));
  const driver = {
    name: 'kops-audit',
    semanticVersion: version,
    rules: rules.map((rule) => descriptor(rule, docs)),
  };
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [ROOT]: { description: { text: 'The folder kops-audit was run in.' } } },
        invocations: [{ executionSuccessful: errors.length === 0, toolExecutionNotifications: errors }],
        results,
      },
    ],
  };
}

const ROOT = '%SRCROOT%';

function rulesOf(lints: readonly ToldLint[]): ToldLocated[] {
  const first = new Map<string, ToldLocated>();
  for (const finding of lints.flatMap(({ findings }) => findings))
    if (!first.has(finding.rule)) first.set(finding.rule, finding);
  return [...first.values()].toSorted((a, b) => (a.rule < b.rule ? -1 : 1));
}

/** A rule, with the first of its findings as the example. */
function descriptor({ rule, message, why, fix, severity }: ToldLocated, docs: string): Json {
  const page = `${docs}/findings.md#${rule}`;
  const [first = why] = /^.+?[.!?](?=\s|$)/.exec(why) ?? [];
  const parts = [why, `For example: ${sentence(message)}`, ...(fix === '' ? [] : [`Fix: ${fix}`])];
  return {
    id: rule,
    helpUri: page,
    shortDescription: { text: first },
    fullDescription: { text: why },
    help: { text: [...parts, `See ${page}`].join('\n'), markdown: [...parts, `[${rule}](${page})`].join('\n\n') },
    defaultConfiguration: { level: LEVELS[severity] },
  };
}

/** A message, which is a clause, as a sentence; what begins with a name, such as kOps or auditLogPath, keeps it. */
function sentence(message: string): string {
  const text = message.replace(/^[a-z](?=[a-z]*[ ,:])/, (letter) => letter.toUpperCase());
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function result(finding: ToldLocated, ruleIndex: number, file: string, uri: string | undefined): Json {
  const { rule, severity, message, fix, ignored, followsFrom, range } = finding;
  return {
    ruleId: rule,
    ruleIndex,
    level: LEVELS[severity],
    message: { text: fix === '' ? sentence(message) : `${sentence(message)} ${fix}` },
    locations: [uri === undefined ? logical(finding, file) : physical(uri, region(range))],
    ...(ignored === undefined ? {} : { suppressions: [{ kind: 'inSource', justification: ignored }] }),
    ...(followsFrom ? consequence(followsFrom, uri) : {}),
  };
}

function consequence({ rule, start }: NonNullable<LocatedFinding['followsFrom']>, uri: string | undefined): JsonObject {
  const properties = { followsFrom: rule };
  if (uri === undefined) return { properties };
  const place = physical(uri, { startLine: start.line, startColumn: start.column });
  return { relatedLocations: [{ ...place, message: { text: `This follows from ${rule} here.` } }], properties };
}

function region({ start, end }: LocatedFinding['range']): JsonObject {
  const isAfter = end.line > start.line || end.column > start.column;
  const rest = isAfter ? { endLine: end.line, endColumn: end.column } : {};
  return { startLine: start.line, startColumn: start.column, ...rest };
}

function physical(uri: string, place?: JsonObject): JsonObject {
  const isRelative = !/^[a-z][a-z\d+.-]*:/i.test(uri);
  const artifactLocation = isRelative ? { uri, uriBaseId: ROOT } : { uri };
  return { physicalLocation: { artifactLocation, ...(place ? { region: place } : {}) } };
}

function logical({ pointer }: LocatedFinding, file: string): Json {
  return { logicalLocations: [{ name: file, fullyQualifiedName: `${file}${pointer}`, kind: 'object' }] };
}

function notification({ message, hint, place }: UserError, file: string, uri: string | undefined): Json {
  const region = place?.line === undefined ? undefined : { startLine: place.line };
  return {
    level: 'error',
    message: { text: [`${file}: ${message}`, ...(hint === undefined ? [] : [hint])].join(' ') },
    ...(uri === undefined ? {} : { locations: [physical(uri, region)] }),
  };
}

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

/**
 * The findings that count as annotations of GitHub Actions, one a line (`::error file=…,line=…::message`), but for those that follow
 * from another: a step shows ten of a kind. Escaped as the runner reads them back (actions/toolkit `packages/core/src/command.ts`, v1).
 *
 * @param fileName a file's path for GitHub, from the root of the checkout; undefined where it is none.
 */
export function lintGithub(lints: readonly ToldLint[], fileName: (file: string) => string | undefined): string {
  const lines = lints.flatMap(({ file, findings, errors }) => {
    const name = fileName(file);
    return [
      ...errors.map((error) => errorLine(error, name)),
      ...findings
        .filter(({ ignored, followsFrom }) => ignored === undefined && followsFrom === undefined)
        .map((finding) => findingLine(finding, name)),
    ];
  });
  return lines.map((line) => `${line}\n`).join('');
}

function findingLine({ severity, rule, message, fix, range }: ToldLocated, file: string | undefined): string {
  const { start, end } = range;
  const isOneLine = end.line === start.line && end.column > start.column;
  const place = {
    file,
    line: start.line,
    endLine: Math.max(end.line, start.line),
    ...(isOneLine ? { col: start.column, endColumn: end.column - 1 } : {}),
  };
  return command(COMMANDS[severity], { ...place, title: rule }, fix === '' ? message : `${message}\nFix: ${fix}`);
}

function errorLine({ message, hint, place }: UserError, file: string | undefined): string {
  const where = { file, line: place?.line, col: place?.column };
  return command('error', { ...where, title: 'unreadable' }, hint === undefined ? message : `${message}\n${hint}`);
}

function command(
  name: string,
  properties: Readonly<Record<string, string | number | undefined>>,
  text: string,
): string {
  const given = Object.entries(properties).filter(([, value]) => value !== undefined);
  return `::${name} ${given.map(([key, value]) => `${key}=${escapeProperty(String(value))}`).join(',')}::${escapeData(text)}`;
}

function escapeData(text: string): string {
  return safeText(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

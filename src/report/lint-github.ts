import type { UserError } from '../errors.ts';
import type { Severity } from '../lint/finding.ts';
import type { FileLint } from '../lint/lint-text.ts';
import type { LocatedFinding } from '../lint/located.ts';
import { safeText } from './safe-text.ts';

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

/**
 * The findings that count as annotations of GitHub Actions, one a line (`::error file=…,line=…::message`). Escaped as the runner reads
 * them back (actions/toolkit `packages/core/src/command.ts`, v1).
 *
 * @param fileName a file's path for GitHub, from the root of the checkout; undefined where it is none.
 */
export function lintGithub(lints: readonly FileLint[], fileName: (file: string) => string | undefined): string {
  const lines = lints.flatMap(({ file, findings, errors }) => {
    const name = fileName(file);
    return [
      ...errors.map((error) => errorLine(error, name)),
      ...findings.filter(({ ignored }) => ignored === undefined).map((finding) => findingLine(finding, name)),
    ];
  });
  return lines.map((line) => `${line}\n`).join('');
}

function findingLine({ severity, rule, message, mend, range }: LocatedFinding, file: string | undefined): string {
  const { start, end } = range;
  const isOneLine = end.line === start.line && end.column > start.column;
  const place = {
    file,
    line: start.line,
    endLine: Math.max(end.line, start.line),
    ...(isOneLine ? { col: start.column, endColumn: end.column - 1 } : {}),
  };
  return command(COMMANDS[severity], { ...place, title: rule }, mend === '' ? message : `${message}\n${mend}`);
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

import type { UserError } from '../errors.ts';
import type { Json, JsonObject } from '../json.ts';
import { findingJson, lintCounts, type ToldLint } from './findings.ts';

/**
 * All findings as JSON, ignored ones too: `formatVersion` grows when a field changes its meaning or goes; new fields may come at any
 * time. Documented in docs/lint.md.
 */
export function lintJson(lints: readonly ToldLint[]): JsonObject {
  const { error, warning, info, ignored, unreadable } = lintCounts(lints);
  return {
    kind: 'LintReport',
    formatVersion: 1,
    summary: { errors: error, warnings: warning, infos: info, ignored, unreadable },
    files: lints.map(({ file, findings, errors, skipped }) => ({
      file,
      findings: findings.map(locatedJson),
      skipped: skipped.map(({ line, kind }) => ({ line, kind })),
      errors: errors.map(errorJson),
    })),
  };
}

function locatedJson(finding: ToldLint['findings'][number]): Json {
  const { range, ignored, edit } = finding;
  const { start, end } = range;
  return {
    ...findingJson(finding),
    start: { line: start.line, column: start.column },
    end: { line: end.line, column: end.column },
    fixable: edit !== undefined,
    ignored: ignored === undefined ? null : ignored,
  };
}

function errorJson({ message, hint, place }: UserError): Json {
  return { message, hint: hint ?? null, line: place?.line ?? null, column: place?.column ?? null };
}

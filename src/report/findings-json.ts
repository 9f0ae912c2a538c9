import type { UserError } from '../errors.ts';
import type { Json, JsonObject } from '../json.ts';
import type { LocatedFinding } from '../lint/rule.ts';
import { findingJson, lintCounts, type ToldLint } from './findings.ts';

/**
 * All findings as JSON, ignored ones and those that follow from another too: `formatVersion` grows when a field changes its meaning or goes; new fields may come at any
 * time. Documented in docs/lint.md.
 */
export function lintJson(lints: readonly ToldLint[], others = 0): JsonObject {
  const { error, warning, info, ignored, unreadable, files } = lintCounts(lints, others);
  return {
    kind: 'LintReport',
    formatVersion: 1,
    summary: { errors: error, warnings: warning, infos: info, ignored, unreadable, files, others },
    files: lints.map(({ file, findings, errors, skipped }) => ({
      file,
      findings: findings.map(locatedJson),
      skipped: skipped.map(({ line, kind }) => ({ line, kind })),
      errors: errors.map(errorJson),
    })),
  };
}

function locatedJson(finding: ToldLint['findings'][number]): Json {
  const { range, ignored, edit, followsFrom } = finding;
  const { start, end } = range;
  return {
    ...findingJson(finding),
    start: { line: start.line, column: start.column },
    end: { line: end.line, column: end.column },
    fixable: edit !== undefined,
    ignored: ignored === undefined ? null : ignored,
    followsFrom: followsFrom ? causeJson(followsFrom) : null,
  };
}

function causeJson({ rule, start }: NonNullable<LocatedFinding['followsFrom']>): Json {
  return { rule, line: start.line, column: start.column };
}

function errorJson({ message, hint, place }: UserError): Json {
  return { message, hint: hint ?? null, line: place?.line ?? null, column: place?.column ?? null };
}

import type { UserError } from '../errors.ts';
import type { Json, JsonObject } from '../json.ts';
import type { FileLint, LocatedFinding } from '../lint/rule.ts';
import { lintCounts } from './findings.ts';

/**
 * All findings as JSON, ignored ones too: `formatVersion` grows when a field changes its meaning or goes; new fields may come at any
 * time. Documented in docs/lint.md.
 */
export function lintJson(lints: readonly FileLint[]): JsonObject {
  const { error, warning, info, ignored, unreadable } = lintCounts(lints);
  return {
    kind: 'LintReport',
    formatVersion: 1,
    summary: { errors: error, warnings: warning, infos: info, ignored, unreadable },
    files: lints.map(({ file, findings, errors, skipped }) => ({
      file,
      findings: findings.map(findingJson),
      skipped: skipped.map(({ line, kind }) => ({ line, kind })),
      errors: errors.map(errorJson),
    })),
  };
}

function findingJson(finding: LocatedFinding): Json {
  const { rule, severity, fatal, message, why, mend, pointer, range, ignored, fix } = finding;
  const { start, end } = range;
  return {
    rule,
    severity,
    fatal,
    message,
    why,
    mend,
    pointer,
    start: { line: start.line, column: start.column },
    end: { line: end.line, column: end.column },
    fixable: fix !== undefined,
    ignored: ignored === undefined ? null : ignored,
  };
}

function errorJson({ message, hint, place }: UserError): Json {
  return { message, hint: hint ?? null, line: place?.line ?? null, column: place?.column ?? null };
}

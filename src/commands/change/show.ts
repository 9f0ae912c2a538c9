import { UserError } from '../../errors.ts';
import type { Finding, Severity } from '../../lint/rule.ts';
import { type DiffLine, formatDiff } from '../../report/diff.ts';
import { type ToldFinding, toldFinding } from '../../report/findings.ts';
import { findingsView } from '../../report/findings-text.ts';
import type { PlanCircumstances } from '../../report/plan.ts';
import type { Masker } from '../../report/mask.ts';
import { safeJson, safeText } from '../../report/text.ts';
import type { Context } from '../../context.ts';
import { OWN_FLAGS } from './allow.ts';
import type { ChangeRequest, ShownChange } from './request.ts';

/** A prepared change, and what showing it takes. */
export interface Shown {
  prepared: ShownChange;
  /** The findings of the rules and of the circumstances. */
  findings: Finding[];
  diff: DiffLine[];
  masker: Masker;
  /** The patched spec as it would be written: for `-o yaml`. */
  text: () => string;
  source: PlanCircumstances['source'];
  kopsVersion: string | null;
}

/**
 * Shows a prepared change in the form asked for: data to stdout; where stdout is data of another kind, the view goes to stderr.
 * Of a stream that is refused stdout gets nothing, so that what reads it fails too.
 *
 * @throws UserError where a finding stops the change, after all was shown.
 */
export async function showChange(shown: Shown, request: ChangeRequest, context: Context): Promise<void> {
  const { flags, output } = request;
  const blocking = shown.findings.filter(({ severity }) => severity === 'error');
  const isHeldBack = shown.source === 'stdin' && blocking.length > 0;
  const viewIsData = output === 'text' && (shown.source !== 'stdin' || flags.dryRun === true) && !isHeldBack;
  if (viewIsData) await context.io.stdout(view(shown, context, true));
  else if (!flags.quiet) context.io.stderr(view(shown, context, false));
  context.io.stderr(findingsText(shown, flags.quiet ?? false, context));
  if (output === 'json' && !isHeldBack) await context.io.stdout(jsonText(shown));
  if (blocking.length > 0) throw refusal(blocking);
  if (output === 'patch') await context.io.stdout(safeJson(shown.prepared.plan.operations));
  if (output === 'yaml' && shown.source !== 'stdin') await context.io.stdout(shown.text());
}

function view({ prepared, diff, masker }: Shown, { io }: Context, onStdout: boolean): string {
  const style = onStdout ? io.stdoutStyle : io.style;
  const clean = (text: string): string => safeText(masker.text(text));
  const body = prepared.view({ style, columns: io.columns, clean });
  const parts = [diff.length > 0 ? formatDiff(diff, style) : '', body];
  return `${parts
    .filter((part) => part !== '')
    .map((part) => part.trimEnd())
    .join('\n\n')}\n`;
}

function findingsText({ findings, masker }: Shown, quiet: boolean, { io }: Context): string {
  const shown = SEVERITIES.flatMap((wanted) => findings.filter(({ severity }) => severity === wanted)).filter(
    ({ severity }) => !quiet || severity !== 'info',
  );
  if (shown.length === 0) return quiet ? '' : '\n';
  return `\n${findingsView(
    shown.map((finding) => masked(finding, masker)),
    io.style,
    io.columns,
  )}\n`;
}

/** The worst first. */
const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

function masked(finding: Finding, masker: Masker): ToldFinding {
  return toldFinding(finding, (text) => safeText(masker.text(text)));
}

function jsonText({ prepared, findings, source, kopsVersion, masker }: Shown): string {
  const blocked = findings.some(({ severity }) => severity === 'error');
  const json = prepared.json({ source, kopsVersion, findings, blocked });
  return safeJson(masker.json(json));
}

function refusal(blocking: readonly Finding[]): UserError {
  const what = blocking.length === 1 ? 'the error above' : `the ${blocking.length} errors above`;
  const message = `refused: ${what} must be fixed first. Nothing was written.`;
  const rules = [...new Set(blocking.map(({ rule }) => rule))];
  if (blocking.some(({ fatal, rule }) => fatal || Object.hasOwn(OWN_FLAGS, rule))) return new UserError(message);
  return new UserError(message, { hint: `If you know better: ${rules.map((rule) => `--allow ${rule}`).join(' ')}` });
}

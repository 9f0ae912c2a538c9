import type { Planned } from '../../change/change.ts';
import { readAssets } from '../../cluster/groups.ts';
import { contentOf, holdsPolicy } from '../../cluster/present.ts';
import type { SpecChange } from '../../cluster/spec-change.ts';
import type { KopsObject } from '../../cluster/types.ts';
import type { Context } from '../../context.ts';
import type { JsonObject } from '../../json.ts';
import { parsePreview, type Preview } from '../../kops/preview.ts';
import type { Finding, Severity } from '../../lint/rule.ts';
import { changeJson, type PlanCircumstances, type PlanViewOptions, changeView } from '../../report/plan.ts';
import { diffStat, formatDiff, unifiedDiff, type DiffLine, type DiffOptions } from '../../report/diff.ts';
import { type ToldFinding, toldFinding } from '../../report/findings.ts';
import { findingsView } from '../../report/findings-text.ts';
import { type Fold, type FoldedDiff, foldedDiff } from '../../report/fold.ts';
import { maskPreview } from '../../report/mask-preview.ts';
import { maskSpecText } from '../../report/mask-spec.ts';
import { type Masker, specMasker } from '../../report/mask.ts';
import { previewView, type PreviewViewOptions } from '../../report/preview-view.ts';
import { type Style, safeJson, safeText } from '../../report/text.ts';
import { specToYaml } from '../../yaml/print.ts';
import type { ChangeFlags, DiffForm, Output } from './flags.ts';
import { foldedPolicy, type FoldedPolicy, policyDiffCommand } from './policy-command.ts';

/** What a plan of one command means, in the forms it can be shown in. */
export interface PlanWords<P extends SpecChange> {
  /** A line or more per topic. */
  view: (plan: P, options: PlanViewOptions) => string;
  /** The whole of it, unmasked. */
  json: (plan: P, circumstances: PlanCircumstances) => JsonObject;
  /** What has to be found out once the plan is known, and before it is shown. */
  ready?: (plan: P) => Promise<void>;
  /** What is told again on a line before the question. */
  note?: () => string | undefined;
  /** What a saved plan holds of it besides. */
  saved?: () => JsonObject | undefined;
}

/** The words for a plan of any command. */
export const CHANGE_WORDS: PlanWords<SpecChange> = { view: changeView, json: changeJson };

/** A plan as it is shown: what differs, with every secret masked. */
export interface Shown<P extends SpecChange> {
  planned: Planned<Planned['reading'], P>;
  masker: Masker;
  /** The whole diff. */
  diff: () => DiffLine[];
  /** The same in the short form. */
  short: () => FoldedDiff;
}

/** Masks every secret of a spec before and after the change, and of its instance groups, with one numbering. */
export function shownPlan<P extends SpecChange>(
  planned: Shown<P>['planned'],
  flags: ChangeFlags,
  columns: number,
): Shown<P> {
  const { plan, reading } = planned;
  const specs = [plan.before, plan.after, ...reading.groups].map(({ spec }) => spec);
  const masker = specMasker(specs);
  const texts = once(() => textsOf(planned, masker));
  return {
    planned,
    masker,
    diff: once(() => unifiedDiff(texts().before, texts().after, texts().names)),
    short: once(() =>
      foldedDiff(texts().before, texts().after, (fold) => foldText(fold, foldedPolicy(fold, flags, plan), columns)),
    ),
  };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

interface Texts {
  before: string;
  after: string;
  names: DiffOptions;
}

/** The text where there is one, as it will change; else that of the values. */
function textsOf({ edited, plan }: Planned, masker: Masker): Texts {
  if (edited !== null) {
    // Masked as it was read: with a line end behind it, a text at its end would be another.
    const masked = (text: string): string => maskSpecText(text, masker) + edited.ending;
    return {
      before: masked(edited.before),
      after: masked(edited.after),
      names: { before: `${edited.name} (now)`, after: `${edited.name} (planned)`, firstLine: edited.firstLine },
    };
  }
  return {
    before: maskedYaml(plan.before, masker),
    after: maskedYaml(plan.after, masker),
    names: { before: `${plan.cluster} (stored)`, after: `${plan.cluster} (planned)` },
  };
}

/** The line in place of folded ones, and the command that prints them: on the same line where there is room. */
function foldText({ lines, isRest }: Fold, { called, command }: FoldedPolicy, columns: number): string[] {
  const { length } = lines;
  const head = `    … ${length} ${isRest ? 'more ' : ''}${length === 1 ? 'line' : 'lines'} of ${called}`;
  if (command === null) return [`${head} (--diff full shows them)`];
  return head.length + command.length + 2 < columns ? [`${head}: ${command}`] : [`${head}:`, `      ${command}`];
}

function maskedYaml(spec: KopsObject, masker: Masker): string {
  return specToYaml(masker.json(viewable(spec)) as JsonObject);
}

/** A kOps object as any JSON object. */
export function viewable({ apiVersion, kind, metadata, spec }: KopsObject): JsonObject {
  return { apiVersion, kind, metadata, spec };
}

/**
 * Shows a plan in the form asked for: data to stdout; where stdout is data of another kind, the view goes to stderr.
 * Of a plan that is stopped stdout gets no data, and of a stream nothing at all, so that what reads it fails too.
 */
export async function showPlan<P extends SpecChange>(
  shown: Shown<P>,
  words: PlanWords<P>,
  wanted: ShowFlags,
  { io }: Pick<Context, 'io'>,
): Promise<void> {
  const { flags, output } = wanted;
  const { findings, plan, edited } = shown.planned;
  const blocked = isBlocked(shown.planned);
  showPending(shown, flags, io);
  const look = lookOf(shown.planned, wanted, io);
  if (look?.stream === 'stdout') await io.stdout(view(shown, words, flags, io, look));
  else if (look) io.stderr(view(shown, words, flags, io, look));
  io.stderr(findingsText(findings, shown.masker, flags.quiet ?? false, io));
  if (output === 'json' && !isHeldBack(shown.planned)) await io.stdout(jsonText(shown, words, blocked));
  if (blocked) return;
  if (output === 'patch') await io.stdout(safeJson(plan.operations));
  if (output === 'yaml') await io.stdout(edited?.whole ?? specToYaml(viewable(plan.after)));
}

/** What of the command line decides how a plan is shown. */
interface ShowFlags {
  flags: ChangeFlags;
  output: Output;
}

/** Where the view of a plan goes, and with how much of the diff. */
interface Look {
  stream: 'stdout' | 'stderr';
  form: DiffForm;
}

function isBlocked({ findings }: Planned): boolean {
  return findings.some(({ severity }) => severity === 'error');
}

function isHeldBack(planned: Planned): boolean {
  return planned.place === 'stdin' && isBlocked(planned);
}

/** Null: only data is shown. */
function lookOf(planned: Planned, { flags, output }: ShowFlags, io: Context['io']): Look | null {
  const isOfStream = planned.place === 'stdin' && !flags.dryRun;
  const stream = output === 'text' && !isOfStream && !isHeldBack(planned) ? 'stdout' : 'stderr';
  if (stream === 'stderr' && flags.quiet) return null;
  return { stream, form: flags.diff ?? (io.isTerminal[stream] ? 'short' : 'full') };
}

/** How many lines the diff that was shown leaves out. */
export function foldedLines<P extends SpecChange>(shown: Shown<P>, wanted: ShowFlags, io: Context['io']): number {
  if (lookOf(shown.planned, wanted, io)?.form !== 'short') return 0;
  return shown.short().folds.reduce((sum, fold) => sum + fold.lines.length, 0);
}

/** Shows what was pending before the change. Where only that is left to do it is not shown here, but before its own question. */
function showPending<P extends SpecChange>(shown: Shown<P>, { dryRun }: ChangeFlags, io: Context['io']): void {
  const { baseline } = shown.planned.reading;
  if (!baseline || baseline.upToDate) return;
  if (shown.planned.plan.operations.length === 0 && !dryRun) return;
  const how = {
    head: '`kops update` has changes to apply already:',
    seen: [],
    clean: cleanerOf(shown),
    style: io.style,
  };
  io.stderr(`${previewView(maskedPreview(baseline, shown.masker, knownLines(shown)), how)}\n`);
}

function view<P extends SpecChange>(
  shown: Shown<P>,
  words: PlanWords<P>,
  flags: ChangeFlags,
  io: Context['io'],
  { stream, form }: Look,
): string {
  const style = stream === 'stdout' ? io.stdoutStyle : io.style;
  const { plan } = shown.planned;
  const diffCommand = (): string | null => policyDiffCommand(plan, flags);
  const body = words.view(plan, { style, columns: io.columns, clean: cleanerOf(shown), diffCommand });
  const diff = diffText(shown, form, style, io.columns);
  return `${[diff, body]
    .filter((part) => part !== '')
    .map((part) => part.trimEnd())
    .join('\n\n')}\n`;
}

function diffText<P extends SpecChange>(shown: Shown<P>, form: DiffForm, style: Style, columns: number): string {
  if (form === 'none') return '';
  if (form === 'full') return formatDiff(shown.diff(), style);
  if (form === 'stat') return diffStat(shown.planned.plan, shown.diff());
  return formatDiff(shown.short().lines, style, columns);
}

/** The whole diff, for a person who asks for it after the short one. */
export function wholeDiff<P extends SpecChange>(shown: Shown<P>, { style }: Context['io']): string {
  return formatDiff(shown.diff(), style);
}

/** What is found of a change, the worst first, with every secret masked; `quiet`: no advice. */
export function findingsText(
  findings: readonly Finding[],
  masker: Masker,
  quiet: boolean,
  { style, columns }: Context['io'],
): string {
  const told = SEVERITIES.flatMap((wanted) => findings.filter(({ severity }) => severity === wanted)).filter(
    ({ severity }) => !quiet || severity !== 'info',
  );
  if (told.length === 0) return quiet ? '' : '\n';
  const masked = told.map((finding) => maskedFinding(finding, masker));
  return `\n${findingsView(masked, style, columns)}\n`;
}

/** The worst first. */
const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

function maskedFinding(finding: Finding, masker: Masker): ToldFinding {
  return toldFinding(finding, (text) => safeText(masker.text(text)));
}

function jsonText<P extends SpecChange>({ planned, masker }: Shown<P>, words: PlanWords<P>, blocked: boolean): string {
  const { place: source, reading, findings, plan } = planned;
  return safeJson(masker.json(words.json(plan, { source, kopsVersion: reading.kopsVersion, findings, blocked })));
}

/**
 * kops' preview of a change that was shown: policies that the diff was about are left out, what is secret is masked.
 *
 * @param asks a question follows, whose `d` shows the whole: then policies are left out too that no diff showed.
 */
export function shownPreview<P extends SpecChange>(
  shown: Shown<P>,
  preview: Preview,
  asks: boolean,
  { style }: Pick<Context['io'], 'style'>,
): string {
  const wasShown = shown.planned.plan.operations.length > 0;
  const seen = wasShown || asks ? policiesOf(shown) : [];
  return previewText(shown, preview, { seen, ...(wasShown ? {} : { where: 'which d shows' }), style });
}

/** The same with nothing left out but secrets. */
export function wholePreview<P extends SpecChange>(
  shown: Shown<P>,
  preview: Preview,
  { style }: Pick<Context['io'], 'style'>,
): string {
  return previewText(shown, preview, { seen: [], style });
}

function previewText<P extends SpecChange>(
  shown: Shown<P>,
  preview: Preview,
  how: Pick<PreviewViewOptions, 'seen' | 'where' | 'style'>,
): string {
  const masked = maskedPreview(preview, shown.masker, knownLines(shown));
  return previewView(masked, { head: 'kops update would change:', clean: cleanerOf(shown), ...how });
}

/** The policies in file assets, before and after. */
function policiesOf<P extends SpecChange>({ planned: { plan } }: Shown<P>): string[] {
  return [plan.before, plan.after].flatMap(({ spec }) =>
    readAssets(spec['fileAssets']).filter(holdsPolicy).map(contentOf),
  );
}

/** kops' preview without what is secret in it; what it means stays what it was. */
export function maskedPreview(preview: Preview, masker: Masker, known: ReadonlySet<string>): Preview {
  const text = maskPreview(preview.text, masker, known);
  const { upToDate, understood } = preview;
  return { ...parsePreview(text), text, upToDate, understood };
}

/** The lines of the specs before and after the change, masked and trimmed: kops' preview tells nothing new where it shows one. */
function knownLines<P extends SpecChange>({ planned: { plan }, masker }: Shown<P>): ReadonlySet<string> {
  const texts = [plan.before, plan.after].map((spec) => maskedYaml(spec, masker));
  return new Set(texts.flatMap((text) => text.split('\n').map((line) => line.trim())));
}

function cleanerOf<P extends SpecChange>({ masker }: Shown<P>): (text: string) => string {
  return (text) => safeText(masker.text(text));
}

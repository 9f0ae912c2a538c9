import type { ChangeResult } from '../../change/change.ts';
import type { PlanTalk, Question, Talk } from '../../change/ports.ts';
import type { SpecChange } from '../../cluster/spec-change.ts';
import type { Context } from '../../context.ts';
import { AbortError, ExternalError, UserError } from '../../errors.ts';
import type { Preview } from '../../kops/preview.ts';
import type { Finding } from '../../lint/rule.ts';
import { mapOf } from '../../json.ts';
import { commandLine } from '../../process/words.ts';
import { createMasker, type Masker } from '../../report/mask.ts';
import { safeText, wrap } from '../../report/text.ts';
import type { Confirmation } from '../../terminal/confirm.ts';
import { OWN_FLAGS, type ChangeFlags, type CheckedFlags } from './flags.ts';
import {
  foldedLines,
  showPlan,
  shownPlan,
  shownPreview,
  wholeDiff,
  wholePreview,
  type PlanWords,
  type Shown,
} from './show.ts';

/** The pipeline's voice, and how it tells of the end. */
export interface TerminalTalk<P extends SpecChange> extends PlanTalk<P> {
  /** Says how a change ended and what is left to do; gives the exit status. */
  ended(result: ChangeResult): number;
  /** Takes what is secret in the plan out of an error that leaves the pipeline, as it may hold what kops said. */
  maskError(error: unknown): void;
}

/** The pipeline's voice on a terminal or in a script: all talk on stderr; once a plan is shown its secrets are masked. */
export function terminalTalk<P extends SpecChange>(
  checked: Pick<CheckedFlags, 'flags' | 'output'>,
  words: PlanWords<P>,
  { io, env }: Pick<Context, 'io' | 'env'>,
): TerminalTalk<P> {
  const so: { shown?: Shown<P>; preview?: Preview } = {};
  const masker = (): Masker => so.shown?.masker ?? createMasker([]);
  const voice = voiceOf(io, checked.flags, (text) => safeText(masker().text(text)));
  return {
    ...voice,
    show: async (planned) => {
      await words.ready?.(planned.plan);
      so.shown = shownPlan(planned, checked.flags, io.columns);
      await showPlan(so.shown, words, checked, { io });
    },
    refusal,
    refuseUnanswerable: () => refuseWithoutTerminal(io),
    confirm: async (question) => {
      const { confirm } = await import('../../terminal/confirm.ts'); // it loads Node's streams
      return confirm(
        { ...question, ...lookedAt(question, so, checked, words.note?.(), io) },
        { default: false, io, env },
      );
    },
    showPreview: (preview) => {
      so.preview = preview;
      if (so.shown) io.stderr(shownPreview(so.shown, preview, io.isInteractive && !checked.flags.yes, io));
    },
    during: (text, work) => io.progress.during(text, work),
    ended: (result) => {
      const { plan, place } = so.shown?.planned ?? {};
      const isOn = plan !== undefined && place !== 'stdin' && isLogNew(plan);
      tellEnd(isOn ? withShipping(result, plan, checked.flags) : result, voice);
      if (plan && place === 'live' && result.spec === 'new' && result.exitCode !== 130) voice.say(keepInStep(plan));
      return result.exitCode;
    },
    maskError: (error) => maskError(error, masker()),
  };
}

/** What can be looked at before a question is answered: what was shown in short. */
function lookedAt<P extends SpecChange>(
  { about }: Question,
  { shown, preview }: { shown?: Shown<P>; preview?: Preview },
  checked: Pick<CheckedFlags, 'flags' | 'output'>,
  note: string | undefined,
  io: Context['io'],
): Pick<Confirmation, 'details' | 'note'> {
  if (!shown || about === 'terraform' || about === 'roll') return {};
  if (about === 'update')
    return preview ? { details: { are: 'all that kops printed', show: () => wholePreview(shown, preview, io) } } : {};
  const details = { are: 'the whole diff', show: () => wholeDiff(shown, io) };
  const lines = foldedLines(shown, checked, io);
  const folded = lines === 0 ? [] : [`${lines} lines of policy are folded; d shows them.`];
  const notes = [...folded, ...(note === undefined ? [] : [note])];
  return notes.length === 0 ? { details } : { details, note: notes.join('\n') };
}

/** The tones of talk; `fail` tells that something went wrong. */
interface Voice extends Pick<Talk, 'say' | 'warn' | 'relay'> {
  fail(text: string): void;
}

function voiceOf(io: Context['io'], flags: ChangeFlags, clean: (text: string) => string): Voice {
  const labelled = (word: string, paint: (text: string) => string, text: string): void => {
    io.stderr(`${wrap(`${word}: ${clean(text)}`, io.columns - 1).replace(`${word}:`, paint(`${word}:`))}\n`);
  };
  return {
    say: (text) => (flags.quiet ? undefined : io.stderr(`${wrap(clean(text), io.columns)}\n`)),
    warn: (text) => labelled('warning', io.style.yellow, text),
    fail: (text) => labelled('error', io.style.red, text),
    relay: (line, from) => {
      const isNoise = line.trim() === '' || (from !== 'stdout' && !flags.verbose);
      if (!isNoise) io.stderr(`${io.style.dim('kops |')} ${clean(line)}\n`);
    },
  };
}

function tellEnd({ exitCode, message, next }: ChangeResult, { say, fail }: Voice): void {
  const isFine = exitCode === 0 || exitCode === 1;
  if (message !== '') (isFine ? say : fail)(message);
  if (next.length === 0) return;
  say(`\n${isFine ? 'What to do next' : 'What is left to do'}:`);
  for (const { why, command } of next) say(`  # ${why}\n  ${command}`);
}

/** Whether the change turns the log on, as a file. */
function isLogNew({ before, after }: SpecChange): boolean {
  const [was, is] = [before, after].map(({ spec }) => mapOf(spec['kubeAPIServer'])['auditLogPath']);
  return !was && Boolean(is) && is !== '-';
}

/** Where all went well, the last step: the log leaves the control plane. */
function withShipping(result: ChangeResult, { cluster }: SpecChange, { state }: ChangeFlags): ChangeResult {
  if (result.exitCode !== 0 || result.spec !== 'new' || (result.next.length === 0 && !result.rolled)) return result;
  const where = [`--cluster=${cluster}`, ...(state === undefined ? [] : [`--state=${state}`])];
  const step = {
    why: 'When it runs, send the log to a log store (kops-audit ship sinks)',
    command: commandLine('kops-audit', ['ship', 'apply', ...where, '--sink=mezmo']),
  };
  return { ...result, next: [...result.next, step] };
}

/** Told after a live change: where the spec is kept elsewhere too, that has to follow. */
function keepInStep({ command }: SpecChange): string {
  const how = command === 'rollback' ? '.' : `: kops-audit ${command} -f FILE`;
  return `\nA spec kept in git or in a template needs the same change, or the next\n\`kops replace\` undoes it${how}`;
}

/** Why a change is stopped by what was found and shown. */
export function refusal(blocking: readonly Finding[]): UserError {
  const what = blocking.length === 1 ? 'the error above' : `the ${blocking.length} errors above`;
  const message = `refused: ${what} must be fixed first. Nothing was written.`;
  const rules = [...new Set(blocking.map(({ rule }) => rule))];
  if (blocking.some(({ fatal, rule }) => fatal || Object.hasOwn(OWN_FLAGS, rule))) return new UserError(message);
  return new UserError(message, { hint: `If you know better: ${rules.map((rule) => `--allow ${rule}`).join(' ')}` });
}

function refuseWithoutTerminal(io: Context['io']): void {
  if (io.isInteractive) return;
  throw new AbortError('A terminal is needed to ask whether to go on, and there is none. Nothing was written.', {
    hint: 'Give --yes to answer the questions beforehand, or --dry-run to only look.',
  });
}

/** Masks all that is shown of an error: its message and hint, the stack of a bug, and the same of what it was caused by. */
export function maskError(error: unknown, masker: Masker): void {
  const seen = new Set<unknown>();
  for (let each = error; each instanceof Error && !seen.has(each); each = each.cause) {
    seen.add(each);
    each.message = masker.text(each.message);
    if (each.stack !== undefined) each.stack = masker.text(each.stack);
    if (each instanceof UserError || each instanceof ExternalError) maskHint(each, masker);
  }
}

function maskHint(error: { hint?: string | undefined }, masker: Masker): void {
  if (error.hint !== undefined) error.hint = masker.text(error.hint);
}

import type { LiveReading } from '../../change/reading.ts';
import { previewView, seenOfPolicy, type Seen } from '../../report/preview-view.ts';
import { safeText } from '../../report/safe-text.ts';
import type { Context } from '../context.ts';
import type { ChangeFlags } from './flags.ts';
import type { Shown } from './show.ts';

/** Shows what was pending before the change. Where only that is left to do it is not shown here, but before its own question. */
export function showPending({ baseline }: LiveReading, shown: Shown, { dryRun }: ChangeFlags, { io }: Context): void {
  if (!baseline || baseline.upToDate) return;
  if (shown.prepared.plan.operations.length === 0 && !dryRun) return;
  const head = '`kops update` has changes to apply already:';
  io.stderr(`${previewView(baseline, { head, seen: [], clean: cleanerOf(shown), style: io.style })}\n`);
}

/** The pieces of the policy that the diff of a change shows: kops' preview need not show them again. */
export function seenIn(shown: Shown): Seen {
  return seenOfPolicy(shown.diff, shown.prepared.policyText, cleanerOf(shown));
}

function cleanerOf({ masker }: Shown): (text: string) => string {
  return (text) => safeText(masker.text(text));
}

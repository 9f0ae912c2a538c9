import type { LiveReading } from '../../change/reading.ts';
import type { JsonObject } from '../../json.ts';
import { previewView, seenOfPolicy, type Seen } from '../../report/preview-view.ts';
import { safeText } from '../../report/text.ts';
import { specToYaml } from '../../yaml/print.ts';
import type { Context } from '../../context.ts';
import type { ChangeFlags } from './flags.ts';
import { maskedPreview } from './masking.ts';
import type { Shown } from './show.ts';
import { viewable } from './viewable.ts';

/** Shows what was pending before the change. Where only that is left to do it is not shown here, but before its own question. */
export function showPending({ baseline }: LiveReading, shown: Shown, { dryRun }: ChangeFlags, { io }: Context): void {
  if (!baseline || baseline.upToDate) return;
  if (shown.prepared.plan.operations.length === 0 && !dryRun) return;
  const head = '`kops update` has changes to apply already:';
  io.stderr(
    `${previewView(maskedPreview(baseline, shown.masker, knownLines(shown)), { head, seen: [], clean: cleanerOf(shown), style: io.style })}\n`,
  );
}

/** The pieces of the policy that the diff of a change shows: kops' preview need not show them again. */
export function seenIn(shown: Shown): Seen {
  return seenOfPolicy(shown.diff, shown.prepared.policyText, cleanerOf(shown));
}

/** The lines of the specs before and after the change, masked and trimmed: kops' preview tells nothing new where it shows one. */
export function knownLines({ prepared, masker }: Shown): ReadonlySet<string> {
  const { before, after } = prepared.plan;
  const texts = [before, after].map((spec) => specToYaml(masker.json(viewable(spec)) as JsonObject));
  return new Set(texts.flatMap((text) => text.split('\n').map((line) => line.trim())));
}

function cleanerOf({ masker }: Shown): (text: string) => string {
  return (text) => safeText(masker.text(text));
}

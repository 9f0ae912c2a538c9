import type { SpecChange } from '../../cluster/spec-change.ts';
import type { KopsObject } from '../../cluster/types.ts';
import { ExternalError, UserError } from '../../errors.ts';
import { parsePreview, type Preview } from '../../kops/preview.ts';
import { maskPreview } from '../../report/mask-preview.ts';
import { createMasker, type Masker } from '../../report/mask.ts';
import { secretsOf } from '../../report/secrets.ts';

/** Masks every secret of a spec before and after the change, and of its instance groups, with one numbering. */
export function planMasker({ before, after }: SpecChange, groups: readonly KopsObject[]): Masker {
  const specs = [before, after, ...groups].map(({ spec }) => spec);
  return createMasker([...new Set(specs.flatMap(secretsOf))]);
}

/** kops' preview without what is secret in it; what it means stays what it was. */
export function maskedPreview(preview: Preview, masker: Masker, known: ReadonlySet<string>): Preview {
  const text = maskPreview(preview.text, masker, known);
  const { upToDate, understood } = preview;
  return { ...parsePreview(text), text, upToDate, understood };
}

/** Runs `work`; an error that leaves it tells no secret, as it may hold what kops said. */
export async function maskingErrors<T>(masker: Masker, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    maskError(error, masker);
    throw error;
  }
}

/** Masks all that is shown of an error: its message and hint, the stack of a bug, and the same of what it was caused by. */
function maskError(error: unknown, masker: Masker): void {
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

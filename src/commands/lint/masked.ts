import { UserError } from '../../errors.ts';
import type { FileLint } from '../../lint/rule.ts';
import { toldFinding, type ToldLint } from '../../report/findings.ts';
import { type Masker, specMasker } from '../../report/mask.ts';

/** Masks what is secret in the specs that were looked at. */
export function maskerOf({ specs }: FileLint): Masker {
  return specMasker(specs);
}

/** The findings in words, without anything secret in what they say or show (design §10, Masking). */
export function masked(lint: FileLint): ToldLint {
  const { text } = maskerOf(lint);
  return {
    ...lint,
    specs: [],
    findings: lint.findings.map(({ source, ...finding }) => ({
      ...toldFinding(finding, text),
      ...(source === undefined || text(source) !== source ? {} : { source }),
    })),
    errors: lint.errors.map(({ message, hint, place }) => {
      const details = { ...(hint === undefined ? {} : { hint: text(hint) }), ...(place ? { place } : {}) };
      return new UserError(text(message), details);
    }),
  };
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../src/change/journal/entry.ts';
import { textBefore, textHash } from '../../src/change/recorded.ts';
import { prepareRollback } from '../../src/change/prepare.ts';
import { editSpecText, readSpecText, type TextReading } from '../../src/change/spec-text.ts';
import { planDisable } from '../../src/cluster/disable.ts';
import { planEnable } from '../../src/cluster/plan.ts';
import type { SpecChange } from '../../src/cluster/spec-change.ts';
import { readTemplates } from '../../src/input/templates.ts';
import { UserError } from '../../src/errors.ts';
import { firstSpec, writtenSpec } from '../cluster/written-spec.ts';
import { options } from '../helpers/cluster.ts';
import { runs } from '../helpers/runs.ts';

const TEMPLATES = readTemplates();
const CLUSTER = 'one.k8s.local';

function read(text: string): TextReading {
  return readSpecText(text, 'spec.yaml', undefined, '1.32.0');
}

/** A change of a text; null where the text cannot be read as kOps would, or not be edited safely. */
function changed(
  text: string,
  prepare: (reading: TextReading) => SpecChange,
): { text: string; plan: SpecChange } | null {
  try {
    const reading = read(text);
    const plan = prepare(reading);
    return { text: editSpecText(reading, plan), plan };
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

const enable = (reading: TextReading): SpecChange =>
  planEnable(reading, { ...options(), templates: TEMPLATES, toolVersion: '1.0.0' });
const disable = (reading: TextReading): SpecChange => planDisable(reading, { keepPolicy: false });

/** What splice says does not come back as it was: aliases and merges, brackets of an odd form, a last block without a newline. */
function isHard(text: string): boolean {
  const endsInBlock = text.includes('|') && !text.endsWith('\n');
  return endsInBlock || /[*]a\d|\[ \]|\{ \}|\n +(?:\[\]|\{\})|(?::|&a\d) {2,}(?:\[\]|\{\})/.test(text);
}

function entryOf(before: string, made: { text: string; plan: SpecChange }): JournalEntry {
  const entry: Partial<JournalEntry> = {
    id: '1',
    time: '2026-11-24T09:30:00.000Z',
    command: made.plan.command,
    subject: { type: 'file', path: '/x/spec.yaml', cluster: CLUSTER },
    patch: made.plan.operations,
    before,
    textHash: textHash(made.text),
  };
  return entry as JournalEntry;
}

describe('disable after enable on a random spec in a random hand', () => {
  it('gives the file back byte for byte where it had no audit keys', () => {
    let seen = 0;
    fc.assert(
      fc.property(firstSpec(), ({ text }) => {
        const on = changed(text, enable);
        if (on === null || isHard(text)) return;
        seen += 1;
        expect(changed(on.text, disable)?.text).toBe(text);
      }),
      runs(40, 200),
    );
    expect(seen).toBeGreaterThan(4);
  });
});

describe('rollback on a random spec in a random hand', () => {
  it('gives the file back byte for byte, whatever its form', () => {
    let seen = 0;
    fc.assert(
      fc.property(fc.oneof(firstSpec(), writtenSpec()), fc.constantFrom(enable, disable), ({ text }, change) => {
        const made = changed(text, change);
        if (made === null || made.plan.operations.length === 0) return;
        const entry = entryOf(text, made);
        const { plan } = prepareRollback(read(made.text), [entry], { allow: [], force: [], notes: [] });
        expect(plan.after).toEqual(read(text).cluster);
        expect(textBefore(made.text, [entry], plan.after)).toBe(text);
        expect(textBefore(`${made.text}\n# since\n`, [entry], plan.after)).toBeUndefined();
        seen += 1;
      }),
      runs(40, 200),
    );
    expect(seen).toBeGreaterThan(4);
  });
});

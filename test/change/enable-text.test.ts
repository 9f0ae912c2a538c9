import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prepareEnable, type PreparedChange } from '../../src/change/prepare.ts';
import { editSpecText, readSpecText, readSpecToChange } from '../../src/change/spec-text.ts';
import type { EnableOptions } from '../../src/cluster/options.ts';
import { withPlaces } from '../../src/cluster/documents.ts';
import { readTemplates } from '../../src/input/templates.ts';
import { UserError } from '../../src/errors.ts';
import { writtenSpec } from '../cluster/written-spec.ts';
import { options } from '../helpers/cluster.ts';
import { runs } from '../helpers/runs.ts';

const TEMPLATES = readTemplates();

interface Edited {
  prepared: PreparedChange;
  text: string;
}

/** The text after `enable`; null where the spec cannot be read as kOps would, or not be edited safely. */
function enabled(text: string, wanted: EnableOptions): Edited | null {
  try {
    const reading = readSpecText(text, 'spec.yaml', undefined, '1.32.0');
    const prepared = withPlaces(reading.document, () => prepareEnable(reading, wanted, TEMPLATES, []));
    return { prepared, text: editSpecText(reading, prepared.plan) };
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

function wishes(): fc.Arbitrary<EnableOptions> {
  const policy = fc
    .constantFrom('gce', 'metadata', 'kops')
    .map((name) => ({ origin: 'template' as const, name, source: TEMPLATES[name]! }));
  const one = fc.record(
    { policy, logMaxAge: fc.nat(90), logPath: fc.constantFrom('-', '/var/log/kube-audit/a.log') },
    { requiredKeys: [] },
  );
  return one.map((given) => options(given));
}

describe('a JSON list', () => {
  it('is read, but not to be changed', () => {
    const list = '\uFEFF [{"apiVersion":"kops.k8s.io/v1alpha2","kind":"Cluster","metadata":{"name":"c"},"spec":{}}]';
    expect(readSpecText(list, 'all.json', undefined, null).cluster.metadata.name).toBe('c');
    expect(() => readSpecToChange(list, 'all.json', undefined, null)).toThrow('is a JSON list');
  });
});

describe('enable on a random spec in a random hand', () => {
  it('leaves a text that reads as the plan says, and a second run that has nothing to do', () => {
    let edited = 0;
    fc.assert(
      fc.property(writtenSpec(), wishes(), ({ text }, wanted) => {
        const first = enabled(text, wanted);
        if (!first || first.prepared.blocking.length > 0) return;
        edited += 1;
        const again = readSpecText(first.text, 'spec.yaml', undefined, '1.32.0');
        expect(again.cluster).toEqual(first.prepared.plan.after);
        const second = enabled(first.text, wanted);
        expect(second?.prepared.plan.operations).toEqual([]);
        expect(second?.text).toBe(first.text);
        expect(enabled(first.text, options())?.prepared.plan.operations).toEqual([]);
      }),
      runs(60, 300),
    );
    expect(edited).toBeGreaterThan(4);
  });
});

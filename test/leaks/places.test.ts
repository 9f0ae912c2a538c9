import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.ts';
import { maskPreview } from '../../src/report/mask-preview.ts';
import { maskSpecText } from '../../src/report/mask-spec.ts';
import { createMasker } from '../../src/report/mask.ts';
import { secretsOf } from '../../src/report/secrets.ts';
import { specToYaml } from '../../src/yaml/print.ts';
import { leaked } from './search.ts';
import { marked, specWith } from './shapes.ts';
import { WRITINGS, byLines, kopsPreview, specText, type Writing } from './writings.ts';

const RUNS = Number(process.env['LEAK_RUNS'] ?? 12);

const NOW = marked('Now');
const OLD = marked('Old');
const POLICY = {
  name: 'audit-policy',
  path: '/srv/p.yaml',
  content: 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n',
};
const seed = fc.integer({ min: 0, max: 1_000_000 });

/** Picks by chance, the same for the same seed. */
function chooser(start: number): <T>(list: readonly T[]) => T {
  let state = start;
  return (list) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return list[Math.floor((state / 2_147_483_648) * list.length)]!;
  };
}

describe('the secrets of the harness', () => {
  it('are forty, and found in each way of writing where nothing masks them', () => {
    expect(NOW.all).toHaveLength(40);
    expect(leaked(specToYaml(specWith(NOW.all)), NOW.marks)).toEqual(NOW.marks);
    for (const name of Object.keys(WRITINGS)) {
      const text = specText(specWith(NOW.all), (fitting) => (fitting.includes(name) ? name : 'JSON'));
      expect({ name, found: leaked(text, NOW.marks) }).toEqual({ name, found: NOW.marks });
    }
  });
});

/** Those that write a character beyond 16 bits as it is. */
const { 'some escapes': _some, 'an anchor': _anchor, JSON_escapes: _json, ...EXACT } = WRITINGS;

describe('no secret is left', { timeout: 600_000 }, () => {
  it('in the text of a spec file, however its contents are written, and where nobody told of them', () => {
    fc.assert(
      fc.property(seed, fc.boolean(), fc.boolean(), (start, isTold, isCrlf) => {
        const text = specText(specWith(NOW.all, [POLICY]), chooser(start));
        const file = isCrlf ? text.replaceAll('\n', '\r\n') : text;
        const masker = createMasker(isTold ? secretsOf(specWith(NOW.all)) : []);
        const masked = maskSpecText(file, masker);
        expect(leaked(masked, NOW.marks)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it('in JSON, in one line or many', () => {
    for (const indent of [0, 2]) {
      const text = JSON.stringify({ kind: 'Cluster', spec: specWith(NOW.all, [POLICY]) }, null, indent);
      for (const form of [
        text,
        text.replaceAll('/', '\\/'),
        text.replaceAll(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
      ]) {
        const masked = maskSpecText(form, createMasker([]));
        expect(leaked(masked, NOW.marks)).toEqual([]);
        expect(masked).toMatch(/audit.k8s.io\\?\/v1/);
      }
    }
  });

  it("in kops' preview of a rotation, of which nobody told the values still in force, wherever it ends", () => {
    fc.assert(
      fc.property(
        seed,
        fc.nat(40),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom(0, 2, 12),
        (start, count, end, shift) => {
          const choose = chooser(start);
          const picked = [...Array(count).keys()].map(() => choose([...NOW.all.keys()]));
          const mixed = OLD.all.map((shape, at) => (picked.includes(at) ? NOW.all[at]! : shape));
          const [before, after] = [specWith(OLD.all, [POLICY]), specWith(mixed)].map((spec) => specToYaml({ spec }));
          const whole = kopsPreview(before!, after!, byLines);
          const text = whole
            .slice(0, Math.ceil(whole.length * (end > 0.6 ? 1 : end)))
            .replaceAll(/^ {2}\t {20}\t/gm, (lead) => (shift === 0 ? lead : ' '.repeat(shift)));
          const masker = createMasker(secretsOf(specWith(NOW.all)));
          const masked = maskPreview(text, masker, new Set());
          expect(leaked(masked, [...OLD.marks, ...NOW.marks])).toEqual([]);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('in an error that quotes what is known, in any way of writing', () => {
    const spec = specWith(NOW.all);
    const masker = createMasker(secretsOf(spec));
    const contents = (spec['fileAssets'] as JsonObject[]).map(({ content }) => String(content));
    for (const content of contents)
      for (const [name, write] of Object.entries({
        ...EXACT,
        twice: (text: string) => JSON.stringify(JSON.stringify(text)),
        url: encodeURIComponent,
        plain: (text: string) => text,
        base64s: (text: string) => Buffer.from(text).toString('base64'),
      })) {
        const text = `Error: error parsing file "-": ${(write as Writing)(content, '') ?? content} of type string`;
        const found = leaked(masker.text(text), NOW.marks);
        expect({ name, content, found }).toEqual({ name, content, found: [] });
      }
  });
});

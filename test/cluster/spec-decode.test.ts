import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AUDIT_KEYS, quantityOf } from '../../src/cluster/audit-keys.ts';
import { readPresentAudit } from '../../src/cluster/present.ts';
import { readDocuments } from '../../src/cluster/documents.ts';
import { UserError } from '../../src/errors.ts';
import type { Json, JsonObject } from '../../src/json.ts';
import { expectOfEvery } from '../helpers/every.ts';

// What `kopscodecs.Decode` of k8s.io/kops v1.36.0 does with them: see test/conformance/README.md.
interface SpecCase {
  text: string;
  ok: boolean;
  error?: string;
  server?: JsonObject | null;
  assets?: JsonObject[] | null;
}

const CASES = JSON.parse(
  readFileSync(new URL('../conformance/spec-decode.json', import.meta.url), 'utf8'),
) as SpecCase[];

/** Refusals of ours that kOps' decoder does not share: its validation does, or it would do something else than is written. */
const STRICTER =
  /appears twice|no metadata\.name|has no spec|no document|not a text file|fileAssets\[0\] is empty|not a list of strings/;

interface Answer {
  settings?: JsonObject;
  assets?: JsonObject[];
  error?: string;
}

function ours(text: string): Answer {
  try {
    const [document] = readDocuments(text, 'f');
    if (document?.kind !== 'Cluster') throw new UserError(`the kind is ${document?.kind}`);
    const { settings, assets } = readPresentAudit(document!.value(), 'other');
    return { settings, assets: assets.map(({ asset }) => asset as JsonObject) };
  } catch (error) {
    if (error instanceof UserError) return { error: error.message };
    throw error;
  }
}

const QUANTITIES: ReadonlySet<string> = new Set(
  AUDIT_KEYS.filter(({ type }) => type === 'quantity').map(({ name }) => name),
);
const DURATIONS: ReadonlySet<string> = new Set(
  AUDIT_KEYS.filter(({ type }) => type === 'duration').map(({ name }) => name),
);

/** kOps prints quantities and durations in another spelling. */
function comparable(settings: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(settings)
      .filter(([key, value]) => !DURATIONS.has(key) && value !== '')
      .map(([key, value]): [string, Json] => [key, QUANTITIES.has(key) ? (quantityOf(value) ?? null) : value])
      .map(([key, value]) => [key, value === 0 ? 0 : value]),
  );
}

function withoutEmpty(asset: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(asset).filter(
      ([key, value]) =>
        ['content', 'isBase64', 'mode', 'name', 'path', 'roles'].includes(key) &&
        value !== '' &&
        value !== false &&
        !(Array.isArray(value) && value.length === 0),
    ),
  );
}

describe('a spec is read as kOps 1.36.0 reads it', () => {
  it('whatever it says', () => {
    expectOfEvery([...CASES.entries()], ({ text, ok, error, server, assets }) => {
      const answer = ours(text);
      if (answer.error !== undefined && STRICTER.test(answer.error)) return;
      expect(answer.error === undefined ? 'read' : `refused: ${answer.error}`).toMatch(ok ? /^read$/ : /^refused/);
      expect(error === undefined).toBe(ok);
      if (!ok) return;
      expect(comparable(answer.settings!)).toEqual(comparable(server ?? {}));
      expect(answer.assets!.map(withoutEmpty)).toEqual((assets ?? []).map(withoutEmpty));
    });
  });

  it('looks at enough of them', () => {
    const strict = CASES.filter(({ text }) => STRICTER.test(ours(text).error ?? ''));
    expect(CASES.length - strict.length).toBeGreaterThan(1200);
    expect(CASES.filter(({ ok }) => ok).length).toBeGreaterThan(550);
  });
});

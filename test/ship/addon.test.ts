import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { sha256 } from '../../src/sha256.ts';
import { addonFiles, checkManifestUrl } from '../../src/ship/addon.ts';

const OBJECT = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kops-audit' } };
const URL = 's3://bucket/a/audit.yaml';

describe('addonFiles', () => {
  it('is the manifest for kOps 1.36 and later', () => {
    const [file, ...more] = addonFiles([OBJECT], URL, '1.36.0');
    expect(more).toEqual([]);
    expect(file).toMatchObject({ name: 'audit.yaml', url: URL });
    expect(parse(file?.text ?? '')).toEqual(OBJECT);
  });

  it.each(['1.35.9', null])('is an index with a manifest beside it for %s', (version) => {
    const [manifest, index] = addonFiles([OBJECT], URL, version);
    expect(manifest).toMatchObject({ name: 'audit-manifest.yaml', url: 's3://bucket/a/audit-manifest.yaml' });
    expect(parse(manifest?.text ?? '')).toEqual(OBJECT);
    expect(index).toMatchObject({ name: 'audit.yaml', url: URL });
    const { kind, spec } = parse(index?.text ?? '') as { kind: string; spec: { addons: Record<string, unknown>[] } };
    expect(kind).toBe('Addons');
    expect(spec.addons[0]).toMatchObject({
      manifest: 'audit-manifest.yaml',
      manifestHash: sha256(manifest?.text ?? ''),
    });
  });
});

describe('checkManifestUrl', () => {
  it.each([URL, 'https://example.com/audit.yaml', 'gs://bucket/audit.yaml'])('takes %s', (url) => {
    expect(checkManifestUrl(url)).toBe(url);
  });

  it.each([
    undefined,
    '',
    'audit.yaml',
    'file:///etc/audit.yaml',
    's3://bucket/',
    's3://bucket',
    'https://example.com/a b',
  ])('refuses %s', (url) => {
    expect(() => checkManifestUrl(url)).toThrow(/manifest/);
  });

  it.each(['https://me:swordfish@example.com/a.yaml', 'https://example.com/a.yaml?sig=swordfish'])(
    'does not show the key in %s',
    (url) => {
      expect(() => checkManifestUrl(url)).toThrow('--manifest-url has a user, a query or a fragment');
    },
  );
});

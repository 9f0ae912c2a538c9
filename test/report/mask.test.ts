import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import type { Json, JsonObject } from '../../src/json.ts';
import { formatDiff, unifiedDiff } from '../../src/report/diff.ts';
import { createMasker } from '../../src/report/mask.ts';
import { secretsInText, secretsOf } from '../../src/report/secrets.ts';
import { plainStyle } from '../../src/report/text.ts';
import { specToYaml } from '../../src/yaml/print.ts';
import { runs } from '../helpers/runs.ts';

const POLICY = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n';
const KEY = Buffer.from('-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIF8\n-----END EC PRIVATE KEY-----\n').toString(
  'base64',
);
const WEBHOOK = `apiVersion: v1
kind: Config
clusters:
- name: sink
  cluster:
    server: https://collector:s3cr3t-pw@audit.example.com/hook
users:
- name: kube
  user:
    token: tok-9f8e7d6c
    client-key-data: ${KEY}
    exec:
      command: get-token
      env:
      - {name: VAULT_TOKEN, value: hvs.abcdefgh}
      - {name: REGION, value: eu}
    auth-provider: {name: oidc, config: {id-token: eyJhbGciOi, client-id: audit-client}}
`;
const SCRIPT = '#!/bin/sh\nexport DB=hunter2\nrun\n';

function spec(...contents: string[]): JsonObject {
  const fileAssets = contents.map((content, index) => ({ name: `asset-${index}`, content, path: `/etc/${index}` }));
  return { fileAssets, kubeAPIServer: { auditLogMaxAge: 30 } };
}

describe('secretsOf', () => {
  it('takes whole contents and the credentials in them, but no audit policy', () => {
    const secrets = secretsOf(spec(POLICY, WEBHOOK, SCRIPT));
    expect(secrets).toContain(WEBHOOK);
    expect(secrets).toContain(SCRIPT);
    expect(secrets).toEqual(
      expect.arrayContaining([
        'tok-9f8e7d6c',
        KEY,
        'hvs.abcdefgh',
        'eyJhbGciOi',
        'audit-client',
        'collector:s3cr3t-pw',
      ]),
    );
    expect(secrets).not.toContain(POLICY);
    expect(secrets).not.toContain('eu');
    expect(secrets).not.toContain('get-token');
  });

  it('looks into base64, at a whole document, and at the rest of the spec', () => {
    const content = Buffer.from(SCRIPT).toString('base64');
    const policy = Buffer.from(POLICY).toString('base64');
    const fileAssets = [
      { name: 'a', content, isBase64: true },
      { name: 'b', content: policy, isBase64: true },
    ];
    const egressProxy = { httpProxy: { host: 'http://me:pass-word@proxy:3128' } };
    const document = { kind: 'Cluster', spec: { fileAssets, egressProxy, cloudConfig: { password: 1234567 } } };
    expect(secretsOf(document)).toEqual([content, SCRIPT, 'me:pass-word', '1234567']);
  });

  it('bears any spec', () => {
    for (const fileAssets of [
      null,
      'x',
      {},
      [null, 1, 'x', [], {}, { content: null }, { content: '' }, { content: ' \n' }],
    ]) {
      expect(secretsOf({ fileAssets } as JsonObject)).toEqual([]);
    }
    expect(secretsOf({})).toEqual([]);
    expect(secretsOf({ fileAssets: [{ content: 1234 }, { content: { a: ['x', { b: 'y' }] } }] })).toEqual([
      '1234',
      'x',
      'y',
    ]);
  });

  it('finds the credentials in a kubeconfig that is not part of a spec yet', () => {
    expect(secretsInText('users: [{name: a, user: {password: pass-1234}}]')).toEqual(['pass-1234']);
    expect(secretsInText('users: [{name: a, user: {password: pass-1234}')).toEqual(['pass-1234']);
    expect(secretsInText('a: 1\n---\ntoken: tok-1\n...\nb')).toEqual(['tok-1']);
    expect(secretsInText('a: &a [1]\nb: [*a, *nope]')).toEqual([]);
  });
});

describe('masker.json', () => {
  it('replaces contents where they stand, and secrets inside of strings, with equal numbers for equal values', () => {
    const before = spec(POLICY, SCRIPT, WEBHOOK, SCRIPT);
    const masked = createMasker(secretsOf(before)).json({ ...before, say: 'token tok-9f8e7d6c failed' }) as JsonObject;
    const contents = (masked['fileAssets'] as JsonObject[]).map(({ content }) => content);
    expect(contents).toEqual([POLICY, '‹secret #1›', '‹secret #2›', '‹secret #1›']);
    expect(masked['say']).toMatch(/^token ‹secret #\d› failed$/);
    expect(masked['kubeAPIServer']).toEqual({ auditLogMaxAge: 30 });
  });

  it('replaces short contents too, and hits no equal line elsewhere', () => {
    const value = spec('ab', 'level: x\n- level: Metadata\n', POLICY);
    const masked = createMasker(secretsOf(value)).json(value) as JsonObject;
    const contents = (masked['fileAssets'] as JsonObject[]).map(({ content }) => content);
    expect(contents).toEqual(['‹secret #1›', '‹secret #2›', POLICY]);
  });

  it('replaces a content whose key is spelt otherwise, in a spec and in a message', () => {
    const value = { fileAssets: [{ name: 'x', Content: 'HUNTER2' }] };
    const masker = createMasker(secretsOf(value));
    expect(masker.text('bad value HUNTER2')).toBe('bad value ‹secret #1›');
    expect(createMasker([]).json(value)).toEqual({ fileAssets: [{ name: 'x', Content: '‹secret #1›' }] });
  });

  it('masks patches, with the values they test', () => {
    const patch: Json = [
      { op: 'test', path: '/spec/fileAssets/0', value: { name: 'x', content: WEBHOOK } },
      { op: 'add', path: '/spec/fileAssets/1/content', value: SCRIPT },
    ];
    const masked = JSON.stringify(createMasker(secretsOf(spec(WEBHOOK, SCRIPT))).json(patch));
    expect(masked).not.toMatch(/tok-9f8e|hunter2|s3cr3t/);
    expect(masked).toContain('"content":"‹secret #1›"');
  });
});

describe('masker.text', { timeout: 30_000 }, () => {
  const masker = createMasker(secretsOf(spec(POLICY, WEBHOOK, SCRIPT)));

  it('masks the block of a spec file as one, so that its diff shows that it changed, and no more', () => {
    const before = specToYaml(spec(POLICY, WEBHOOK));
    const after = specToYaml(spec(POLICY, WEBHOOK.replace('tok-9f8e7d6c', 'tok-00000000')));
    const both = createMasker([before, after].flatMap((text) => secretsOf(parse(text) as JsonObject)));
    const diff = unifiedDiff(both.text(before), both.text(after), { before: 'a', after: 'b' });
    const changed = diff.filter(({ kind }) => kind === 'add' || kind === 'remove').map(({ text }) => text);
    expect(changed).toHaveLength(2);
    expect(changed[0]).toBe('-    ‹secret #1›');
    expect(changed[1]).toMatch(/^\+ {4}‹secret #\d›$/);
    expect(formatDiff(diff, plainStyle)).not.toMatch(/tok-|server|eyJ/);
  });

  it('masks what kops shows of a file, also where it shows only some lines', () => {
    const lead = '  \t                    \t';
    const preview = [
      `${lead}...`,
      `${lead}      auditLogMaxAge: 30`,
      `${lead}+         token: tok-9f8e7d6c`,
      `${lead}-       export DB=hunter2`,
      `${lead}+         server: https://collector:s3cr3t-pw@audit.example.com/hook`,
    ].join('\n');
    expect(
      masker
        .text(preview)
        .split('\n')
        .map((line) => line.trim()),
    ).toEqual([
      '...',
      'auditLogMaxAge: 30',
      '+         ‹secret #1›',
      expect.stringMatching(/^- {7}‹secret #\d›$/),
      '+         ‹secret #1›',
    ]);
  });

  it.each([
    ['plain', WEBHOOK],
    ['indented', WEBHOOK.replaceAll(/^/gm, '        ')],
    ['a diff', WEBHOOK.replaceAll(/^/gm, '+   ')],
    ['CRLF', WEBHOOK.replaceAll('\n', '\r\n')],
    ['JSON', JSON.stringify(WEBHOOK)],
    ['base64', Buffer.from(WEBHOOK).toString('base64')],
    ['wrapped base64', Buffer.from(WEBHOOK).toString('base64').replaceAll(/.{76}/g, '$&\n    ')],
    ['folded double quotes', stringify(WEBHOOK, { defaultStringType: 'QUOTE_DOUBLE', lineWidth: 40 })],
    ['single quotes', stringify(WEBHOOK, { defaultStringType: 'QUOTE_SINGLE', lineWidth: 0 })],
  ])('leaves nothing of a file written as %s', (_, text) => {
    const masked = masker.text(`content: ${text}\nname: webhook`);
    expect(masked).toMatch(/^content: (["']?)[ +]*‹secret #1›["'\\n\s+]*\nname: webhook$/);
  });

  it('does not take common lines for secrets', () => {
    const text = 'spec:\n}\n---\nmetadata:\nauditLogMaxAge: 30\nab\nrun\n';
    expect(createMasker([`spec:\n}\n---\nmetadata:\nrun\nsomething: else\n`, 'ab', '']).text(text)).toBe(text);
  });

  it('masks all of secrets that overlap, themselves or one another', () => {
    expect(createMasker(['abab']).text('xababab')).toBe('x‹secret #1›');
    expect(createMasker(['abcd', 'cdef']).text('xabcdef')).toBe('x‹secret #1›');
  });

  it('gives the number of the outer secret where one lies in another', () => {
    expect(createMasker(['inner-1', 'an inner-1 one']).text('x an inner-1 one, inner-1')).toBe(
      'x ‹secret #2›, ‹secret #1›',
    );
  });

  it('gives back a long text', () => {
    const text = 'spec:\n  name: value of some kind\n'.repeat(20_000);
    expect(masker.text(text)).toBe(text);
  });

  const word = fc.string({ unit: fc.constantFrom(...'abAB01+-/=. :"\'\\\n\t%é😀'), minLength: 4, maxLength: 40 });
  const secret = fc.oneof(word, fc.string({ unit: 'binary', minLength: 4 }), fc.base64String({ minLength: 4 }));

  it('never leaves a secret of 4 characters or more', () => {
    fc.assert(
      fc.property(
        fc.array(secret, { maxLength: 5 }),
        fc.array(fc.oneof(word, fc.nat(9)), { maxLength: 12 }),
        (secrets, parts) => {
          const text = parts.map((part) => (typeof part === 'number' ? (secrets[part] ?? '\n') : part)).join('');
          const rest = createMasker(secrets)
            .text(text)
            .split(/‹secret #\d+›/);
          for (const value of secrets.map((one) => one.trim()).filter((one) => one.length >= 4)) {
            expect(rest.filter((piece) => piece.includes(value))).toEqual([]);
          }
        },
      ),
      runs(400, 2000),
    );
  });

  it('never leaves a line of a secret file, however a diff or an indent shows it', () => {
    const content = fc.array(fc.stringMatching(/^[a-z]{3,8}=[a-zA-Z0-9+/]{6,40}$/), { minLength: 2, maxLength: 6 });
    const lead = fc.constantFrom('', '    ', '+ ', '-   ', '  \t   \t+     ', '  \t \t  ');
    fc.assert(
      fc.property(content, lead, (lines, prefix) => {
        const shown = lines.map((line) => prefix + line).join('\n');
        const masked = createMasker([`${lines.join('\n')}\n`]).text(`a: b\n${shown}\nc: d`);
        for (const line of lines) expect(masked).not.toContain(line);
        expect(masked.startsWith('a: b\n')).toBe(true);
        expect(masked.endsWith('\nc: d')).toBe(true);
      }),
    );
  });

  it.each([
    ['an emoji as kops prints it', '\u{1f512} HUNTER2-abc', '"\\U0001F512 HUNTER2-abc"'],
    ['escapes of YAML', 'a:b/c\u00a0d-HUNTER2', '"a\\x3ab\\/c\\_d-HUNTER2"'],
    ['JSON in JSON', 'say "HUNTER2"', JSON.stringify(JSON.stringify('say "HUNTER2"'))],
    ['surrogates', '\u{1f512}HUNTER2', '\\ud83d\\udd12HUNTER2'],
    ['a URL', 'p@ss/HUNTER2', 'p%40ss%2FHUNTER2'],
    ['XML', 'a<b&HUNTER2', 'a&lt;b&amp;HUNTER2'],
    ["a shell's quotes", "it's HUNTER2", "'it'\\''s HUNTER2'"],
    ['the middle of base64', 'HUNTER2-HUNTER2', Buffer.from('user:HUNTER2-HUNTER2\n').toString('base64')],
  ])('finds a secret in %s', (_what, secret, written) => {
    expect(createMasker([secret]).text(`x ${written} y`)).toMatch(/^x ["'\\]*‹secret #1›["'\\]* y$/);
  });

  it('finds a short secret as it is, a longer one over a line break too', () => {
    const text = createMasker(['abcdefgh', 'abcdefghijklmnop']).text('abcd\n+   efgh abcdefgh abcdefgh\n-   ijklmnop');
    expect(text).toBe('abcd\n+   efgh ‹secret #1› ‹secret #2›');
  });

  it.each([
    'token: abc-123',
    '{"token":"abc-123"}',
    '"{\\"token\\":\\"abc-123\\"}"',
    "password='abc-123'",
    'https://me:abc-123@host/x',
    'https://abc-123@host/x',
    'GET /x?access_token=abc-123',
    '--client-secret=abc-123',
    'Authorization: Bearer abc-123-abc-123',
    'fileAssets: content: | x: abc-123 more',
    '[{"content":"abc-123","name":"x"}]',
    '-----BEGIN KEY-----\nabc-123',
  ])('finds a credential that nobody told: %s', (text) => {
    const masked = createMasker([]).text(text);
    expect(masked).toContain('‹secret #1›');
    expect(masked).not.toContain('abc-123');
    expect(createMasker([]).text(masked)).toBe(masked);
  });

  it.each([
    'spec.fileAssets[1].content: Required value',
    '`content:` holds a map: write `content: |`',
    'users[0].user.token: it is a number',
    'create serviceaccounts/token: recorded',
    'Use a token or a client certificate. The secret is not read.',
    '- group: ""\n  resources: ["secrets", "configmaps"]',
    's3://bucket/path and https://example.com:8443/a/b',
  ])('leaves prose alone: %s', (text) => {
    expect(createMasker([]).text(text)).toBe(text);
  });

  it('changes nothing where no secret is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => createMasker(['@@@@not-in-there@@@@']).text(text) === text),
    );
  });
});

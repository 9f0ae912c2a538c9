import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { wantedPolicy } from '../../src/input/templates.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kops-audit-templates-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

test.each([
  ['kops', './kops'],
  ['kops.yaml', 'kops.yaml'],
])('a file %s of one’s own does not go by the name of a template', async (file, name) => {
  writeFileSync(join(folder, file), 'rules: []\n');
  expect(await wantedPolicy(join(folder, file), { kops: '' })).toMatchObject({ origin: 'file', name });
});

test.each([
  ['README.md', 'For the file of that name write a slash before it: ./README.md'],
  ['none.md', 'A file of your own needs a slash or the ending .yaml: ./none.md.yaml'],
])('a name that is no template, %s, is hinted at as the file that is there', async (word, hint) => {
  await expect(wantedPolicy(word, { kops: '' })).rejects.toMatchObject({ hint: `Templates: kops. ${hint}` });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { disabling } from '../../../src/change/request.ts';
import { changeSpec } from '../../../src/commands/change/change.ts';
import { type ChangeFlags, checkFlags } from '../../../src/commands/change/flags.ts';
import { CHANGE_WORDS } from '../../../src/commands/change/show.ts';
import { processIo } from '../../../src/terminal/io.ts';

const folder = await mkdtemp(join(tmpdir(), 'kops-audit-ended-'));
afterAll(() => rm(folder, { recursive: true }));

const SPEC = `apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata:
  name: a.example.com
spec:
  kubernetesVersion: 1.36.0
`;

it('never says that nothing was written where only telling of the end fails', async () => {
  const file = join(folder, 'cluster.yaml');
  await writeFile(file, SPEC);
  const flags: ChangeFlags = {
    file,
    output: 'text',
    update: true,
    allow: [],
    timeout: '2m',
    journal: false,
    yes: true,
  };
  const stderr = (text: string): void => {
    if (text.startsWith('Nothing to do')) throw new Error('no words for it');
  };
  const io = { ...processIo({ color: false }), stdout: async () => {}, stderr };
  const context = { io, env: {}, now: () => new Date(), interrupt: new AbortController().signal };
  const ending = changeSpec(checkFlags('disable', flags), disabling({ keepPolicy: false }, []), CHANGE_WORDS, context);
  await expect(ending).rejects.toThrow('no words for it');
});

import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { COMMANDS, ROOT as TOP } from '../../src/cli/commands.ts';
import { ROOT } from '../docs/markdown.ts';

/** An example of a help text: the command it is of, and the line to type. */
export interface ShownExample {
  command: string;
  line: string;
}

const ALL: readonly ShownExample[] = [TOP, ...COMMANDS].flatMap(({ name, examples }) =>
  examples.map(([line]) => ({ command: name, line })),
);

/** Of these the real kops has to be there. */
const NEEDS_KOPS = /prod\.example\.com|--all\b|\bkops get\b|audit\.plan|\bhistory show\b/;

/** Examples by whether they need kops. */
export const WITH_KOPS: readonly ShownExample[] = ALL.filter(({ line }) => NEEDS_KOPS.test(line));
export const WITHOUT_KOPS: readonly ShownExample[] = ALL.filter(({ line }) => !NEEDS_KOPS.test(line));

/** What `toEqual` takes for how an example ends; no error is told where it is done. */
export function asExpected(example: ShownExample): unknown {
  const statuses = statusesOf(example);
  return {
    exitCode: expect.toSatisfy((status: number) => statuses.includes(status)) as unknown,
    stderr: (statuses.includes(0) ? expect.not.stringMatching(/^error/m) : expect.any(String)) as unknown,
  };
}

/** The exit statuses that an example may end with: where nobody can be asked it is 3, and what is looked for may be found. */
function statusesOf({ line }: ShownExample): number[] {
  if (/--via addon/.test(line)) return [0];
  if (/ ship (check|verify) .*(--key-env|--cluster)/.test(line)) return [2, 4];
  if (/ ship (?:check|verify|apply|status|remove)/.test(line)) return [4];
  if (/ lint | who .*audit\.log|status .*--(exit-code|require)/.test(line)) return [0, 1];
  if (/policy diff .*--exit-code/.test(line)) return [1];
  if (/--live/.test(line)) return [4];
  const asks =
    /kops-audit (enable|disable|rollback|apply) /.test(line) && !/--dry-run|--yes|--save-plan|-f -/.test(line);
  return asks ? [3] : [0];
}

const TEST = `policy: ./policy.yaml
cases:
- name: nobody reads a secret unseen
  request: get secrets/db -n prod --as alice
  expect: Metadata
`;

/** Fills a folder with the files that the examples name. */
export async function layOut(desk: string): Promise<void> {
  const spec = join(ROOT, 'templates/examples/ha-cluster.yaml');
  await mkdir(join(desk, 'clusters/old'), { recursive: true });
  for (const name of ['cluster.yaml', 'clusters.yaml', 'clusters/one.yaml', 'clusters/old/two.yaml'])
    await copyFile(spec, join(desk, name));
  const policy = await readFile(join(ROOT, 'templates/policies/metadata.yaml'), 'utf8');
  const other = policy.replace('level: Metadata', 'level: Request');
  await mkdir(join(desk, 'policies'), { recursive: true });
  for (const name of ['policy.yaml', 'mine.yaml', 'old.yaml', 'policies/one.yaml'])
    await writeFile(join(desk, name), plain(policy));
  await writeFile(join(desk, 'new.yaml'), plain(other));
  await copyFile(join(ROOT, 'test/kubeadm/cases/good.yaml'), join(desk, 'kubeadm.yaml'));
  await writeFile(join(desk, 'audit.policy-test.yaml'), TEST);
  const log = gunzipSync(await readFile(join(ROOT, 'test/samples/audit-requestresponse.log.gz'))).toString('utf8');
  const few = log.split('\n').slice(0, 20).join('\n');
  await mkdir(join(desk, 'kube-audit'));
  for (const name of ['audit.log', 'kube-audit/audit.log']) await writeFile(join(desk, name), few);
}

/** Without what only a template has. */
function plain(policy: string): string {
  return policy.replaceAll(/!(param|since)\S* /g, '');
}

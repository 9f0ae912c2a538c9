import { chmod, lstat, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { runCliOnTerminal, type Answer, type CliResult, type PtyResult } from '../e2e/run-cli.ts';
import { runWarmCli as runCli } from '../helpers/warm-cli.ts';

const PLANNED = { auditLogMaxAge: 30, auditPolicyFile: '/srv/kubernetes/kube-apiserver/audit/policy.yaml' };

/** As a person keeps it: comments, odd quoting, an anchor, keys in no order. */
const CLUSTER = `# prod, see runbook
apiVersion: "kops.k8s.io/v1alpha2"
kind: Cluster
metadata:
    name: 'a.example.com'   # never rename
spec:
    kubernetesVersion: 1.30.0 # pinned
    api: {loadBalancer: {type: Public}}

    # reaches the office only
    sshAccess: &office
        - 203.0.113.0/24
    kubernetesApiAccess: *office
    kubeAPIServer:
        # for the dashboards
        eventTTL: 2h0m0s
    nonMasqueradeCIDR:   100.64.0.0/10
`;
const GROUP = `apiVersion: kops.k8s.io/v1alpha2
kind: InstanceGroup
metadata:
  labels: {kops.k8s.io/cluster: a.example.com}
  name: control-plane-a
spec:
  role: Master
  image: ubuntu/images/noble # ours
`;

let dir: string;
const file = (): string => join(dir, 'cluster.yaml');
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kops-audit-cli-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const environment = (): Record<string, string> => ({ PATH: '/nonexistent', HOME: join(dir, 'home') });

function enable(...args: string[]): Promise<CliResult> {
  return runCli(['enable', '-f', 'cluster.yaml', ...args], { cwd: dir, env: environment() });
}

/** Runs it with --yes on a text; gives the text after. */
async function changed(text: string, ...args: string[]): Promise<string> {
  await writeFile(file(), text);
  expect(await enable('--yes', ...args)).toMatchObject({ exitCode: 0 });
  return readFile(file(), 'utf8');
}

/** Expects the lines of `before` in `after`, in their order, and nothing lost. */
function expectOnlyAdded(before: string, after: string): void {
  const lines = after.split('\n');
  let at = 0;
  for (const line of before.split('\n')) {
    const found = lines.indexOf(line, at);
    expect(found, `${JSON.stringify(line)} is kept`).toBeGreaterThanOrEqual(at);
    at = found + 1;
  }
}

describe('what stays of a file', () => {
  it('keeps comments, quoting and anchors, and adds only the planned keys', async () => {
    const after = await changed(CLUSTER);
    expectOnlyAdded(CLUSTER, after);
    const { spec } = parse(after);
    const { fileAssets, kubeAPIServer, ...others } = spec;
    const { kubeAPIServer: _, ...kept } = parse(CLUSTER).spec;
    expect(others).toEqual(kept);
    expect(kubeAPIServer).toMatchObject({ ...PLANNED, eventTTL: '2h0m0s' });
    expect(fileAssets).toHaveLength(1);
  });

  it('keeps CRLF on every line', async () => {
    const text = CLUSTER.replaceAll('\n', '\r\n');
    const after = await changed(text);
    expectOnlyAdded(text, after);
    expect(after.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(parse(after).spec.fileAssets[0].content).not.toContain('\r');
  });

  it('adds no newline at the end where there was none', async () => {
    const last = CLUSTER.replace(/ {4}nonMasq.*\n/, '').trimEnd();
    const after = await changed(last);
    expect(after).not.toMatch(/\n$/);
    expectOnlyAdded(last, after);
    expect(parse(after).spec.kubeAPIServer).toMatchObject(PLANNED);
  });

  it('keeps a byte order mark', async () => {
    const after = await changed(`\uFEFF${CLUSTER}`);
    expect(after.startsWith('\uFEFF# prod')).toBe(true);
    expectOnlyAdded(`\uFEFF${CLUSTER}`, after);
  });

  it('changes only the Cluster that --cluster names, among other documents', async () => {
    const other = CLUSTER.replace('a.example.com', 'b.example.com');
    const after = await changed(`${CLUSTER}---\n${GROUP}---\n${other}`, '--cluster', 'b.example.com');
    expect(after.startsWith(`${CLUSTER}---\n${GROUP}---\n`)).toBe(true);
    expectOnlyAdded(other, after.slice(`${CLUSTER}---\n${GROUP}---\n`.length));
    const documents = parseAllDocuments(after).map((document) => document.toJS());
    expect(documents[0].spec).not.toHaveProperty('fileAssets');
    expect(documents[2].spec.kubeAPIServer).toMatchObject(PLANNED);
  });

  it.each([
    ['two blanks', 2],
    ['four blanks', 4],
    ['one line', 0],
  ])('keeps the form of JSON: %s', async (_, indent) => {
    const text = `${JSON.stringify(parse(CLUSTER), null, indent)}\n`;
    const after = await changed(text);
    const { spec } = JSON.parse(after);
    expect(spec.kubeAPIServer).toMatchObject(PLANNED);
    if (indent === 0) expect(after.trimEnd()).not.toContain('\n');
    else expect(after).toBe(`${JSON.stringify(JSON.parse(after), null, indent)}\n`);
  });

  it('a second run, and --dry-run, do not touch the file', async () => {
    await writeFile(file(), CLUSTER);
    const before = await stat(file());
    expect(await enable('--dry-run', '--exit-code')).toMatchObject({ exitCode: 1 });
    expect((await stat(file())).ino).toBe(before.ino);
    expect(await readFile(file(), 'utf8')).toBe(CLUSTER);
    expect(await enable('--yes')).toMatchObject({ exitCode: 0 });
    const first = { text: await readFile(file(), 'utf8'), ino: (await stat(file())).ino };
    expect(await enable('--yes')).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('Nothing to do') });
    expect({ text: await readFile(file(), 'utf8'), ino: (await stat(file())).ino }).toEqual(first);
    expect(await enable('--dry-run', '--exit-code')).toMatchObject({ exitCode: 0 });
  });

  it.each([0o600, 0o640, 0o644])('keeps the mode %i, and leaves no other file behind', async (mode) => {
    await writeFile(file(), CLUSTER);
    await chmod(file(), mode);
    expect(await enable('--yes')).toMatchObject({ exitCode: 0 });
    expect((await stat(file())).mode & 0o777).toBe(mode);
    expect((await readdir(dir)).sort()).toEqual(['cluster.yaml', 'home']);
  });

  it('follows a link, which stays one', async () => {
    await writeFile(join(dir, 'real.yaml'), CLUSTER);
    await symlink('real.yaml', file());
    expect(await enable('--yes')).toMatchObject({ exitCode: 0 });
    expect((await lstat(file())).isSymbolicLink()).toBe(true);
    expect(await readlink(file())).toBe('real.yaml');
    expect(parse(await readFile(join(dir, 'real.yaml'), 'utf8')).spec.kubeAPIServer).toMatchObject(PLANNED);
  });

  it('records the old text, byte for byte, for its owner alone', async () => {
    const text = CLUSTER.replaceAll('\n', '\r\n');
    await changed(text);
    const journal = join(dir, 'home', '.local', 'state', 'kops-audit');
    const entry = (await readdir(journal, { recursive: true })).find((name) => name.endsWith('.json')) ?? '';
    expect(JSON.parse(await readFile(join(journal, entry), 'utf8')).entry).toMatchObject({
      before: text,
      outcome: 'done',
    });
    expect((await stat(join(journal, entry))).mode & 0o777).toBe(0o600);
  });
});

describe('on a terminal', () => {
  const QUESTION = 'Write this to cluster.yaml?';
  const ask = (...answers: Answer[]): Promise<PtyResult> =>
    runCliOnTerminal(['enable', '-f', 'cluster.yaml'], { cwd: dir, env: environment(), answers });
  beforeEach(() => writeFile(file(), CLUSTER));

  it('asks after the diff, and writes', async () => {
    const { exitCode, screen } = await ask({ after: QUESTION, send: 'y\r' });
    expect(exitCode).toBe(0);
    expect(screen.indexOf('+    fileAssets:')).toBeGreaterThan(0);
    expect(screen.indexOf('+    fileAssets:')).toBeLessThan(screen.indexOf(QUESTION));
    expect(parse(await readFile(file(), 'utf8')).spec.kubeAPIServer).toMatchObject(PLANNED);
  });

  it.each([
    ['no', 'n\r', 3, 'Declined. Nothing was written.'],
    ['just Enter', '\r', 3, 'Declined. Nothing was written.'],
    ['Ctrl-C', '\x03', 130, 'Interrupted. Nothing was written.'],
    ['Ctrl-D', '\x04', 130, 'Interrupted. Nothing was written.'],
  ])('%s leaves the file as it was', async (_, send, exitCode, message) => {
    expect(await ask({ after: QUESTION, send })).toMatchObject({ exitCode, screen: expect.stringContaining(message) });
    expect(await readFile(file(), 'utf8')).toBe(CLUSTER);
  });

  it('refuses a file that somebody changed while the question was open', async () => {
    const theirs = CLUSTER.replace('1.30.0', '1.31.0');
    const { exitCode, screen } = await ask({ after: QUESTION, send: 'y\r', first: () => writeFile(file(), theirs) });
    expect(screen).toContain('changed');
    expect(exitCode).toBe(2);
    expect(await readFile(file(), 'utf8')).toBe(theirs);
  });
});

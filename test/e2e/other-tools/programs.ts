import { chmod, copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { ensureBuilt, go } from '../go-build.ts';
import { cacheFolder } from '../npm-cache.mjs';

/** The releases that these tests run, pinned in the `go.mod` of each folder. */
export const KUBEADM_VERSION = '1.36.3';
export const TALOS_VERSION = '1.13.9';
export const KIND_VERSION = '0.33.0';

const KUBEADM = join(cacheFolder(), `kubeadm-${KUBEADM_VERSION}`);
const TALOS = join(cacheFolder(), `talos-${TALOS_VERSION}`);
const KIND = join(cacheFolder(), `kind-render-${KIND_VERSION}`);

/** Vitest's global setup of the e2e project: sees to it that the programs are built. Throws if that fails. */
export async function setup(): Promise<void> {
  await ensureBuilt({ name: `kubeadm ${KUBEADM_VERSION} and podcheck`, folder: KUBEADM, fill: buildKubeadm });
  await ensureBuilt({ name: `Talos machinery ${TALOS_VERSION}`, folder: TALOS, fill: buildTalos });
  await ensureBuilt({
    name: `kind ${KIND_VERSION}, as far as it writes configurations`,
    folder: KIND,
    fill: buildKind,
  });
}

async function buildKubeadm(out: string): Promise<void> {
  await build('kubeadm', linkerFlags(), ['-o', `${out}/`, 'k8s.io/kubernetes/cmd/kubeadm', './podcheck']);
}

async function buildTalos(out: string): Promise<void> {
  await build('talos', '-s -w', ['-o', join(out, 'talosvalidate'), '.']);
}

/** Builds `render.go` in a copy of kind's module: what it imports is internal to that. */
async function buildKind(out: string): Promise<void> {
  const here = fileURLToPath(new URL('kind', import.meta.url));
  const { Dir } = JSON.parse(await go(here, ['mod', 'download', '-json', 'sigs.k8s.io/kind']));
  const copy = await mkdtemp(join(tmpdir(), 'kind-module-'));
  try {
    await cp(String(Dir), copy, { recursive: true });
    await makeWritable(copy);
    const folder = 'pkg/cluster/internal/render';
    await mkdir(join(copy, folder));
    await copyFile(join(here, 'render.go'), join(copy, folder, 'main.go'));
    await go(copy, ['build', '-buildvcs=false', '-o', join(out, 'render'), `./${folder}`]);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

/** Go keeps modules read-only, and so is a copy of one. */
async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isDirectory()) await chmod(join(entry.parentPath, entry.name), 0o755);
}

async function build(folder: string, flags: string, more: readonly string[]): Promise<void> {
  const cwd = fileURLToPath(new URL(folder, import.meta.url));
  await go(cwd, ['build', '-mod=readonly', '-buildvcs=false', `-ldflags=${flags}`, ...more]);
}

/** Without these kubeadm calls itself v0.0.0-master, and refuses every Kubernetes version (Kubernetes' `hack/lib/version.sh` sets them). */
function linkerFlags(): string {
  const [major = '', minor = ''] = KUBEADM_VERSION.split('.');
  const commit = '0'.repeat(40);
  const values = {
    gitVersion: `v${KUBEADM_VERSION}`,
    gitMajor: major,
    gitMinor: minor,
    gitCommit: commit,
    gitTreeState: 'clean',
  };
  const packages = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'];
  const set = packages.flatMap((name) => Object.entries(values).map(([key, value]) => `-X ${name}.${key}=${value}`));
  return ['-s -w', ...set].join(' ');
}

/** What a program says: whether it takes what it was given, and all that it printed. */
export interface Verdict {
  ok: boolean;
  said: string;
}

/** What `kubeadm config validate` says of a configuration. */
export async function kubeadmValidate(config: string): Promise<Verdict> {
  return withFile('config.yaml', config, (file) => ask(kubeadm(), ['config', 'validate', '--config', file]));
}

/**
 * The manifest of kube-apiserver that kubeadm makes of a configuration, as `kubeadm init` would write it.
 * Throws with what kubeadm says where it refuses the configuration.
 */
export async function staticPodOf(config: string): Promise<string> {
  return withFile('config.yaml', config, async (file, dir) => {
    const phase = ['init', 'phase', 'control-plane', 'apiserver', '--dry-run', '--config', file];
    const { ok, said } = await ask(kubeadm(), phase, { KUBEADM_INIT_DRYRUN_DIR: dir });
    if (!ok) throw new Error(`kubeadm ${phase.join(' ')}:\n${said}`);
    return readFile(join(dir, 'kube-apiserver.yaml'), 'utf8');
  });
}

/** Whether the kubelet would run a static pod: its own decoding, defaults and validation. */
export async function kubeletVerdict(manifest: string): Promise<Verdict> {
  return withFile('pod.yaml', manifest, async (file) => named(await ask(join(KUBEADM, 'podcheck'), [file]), file));
}

/**
 * The kubeadm configuration that kind gives to the first node of the control plane, with an image of this release of Kubernetes; or why kind
 * refuses the file.
 */
export async function kindConfig(config: string, kubernetesVersion: string): Promise<Verdict> {
  return withFile('kind.yaml', config, (file) => ask(join(KIND, 'render'), [`v${kubernetesVersion}`, file]));
}

/** Whether Talos takes a patch of a control-plane machine's configuration; `said` has the policy and the flags that result. */
export async function talosVerdict(config: string): Promise<Verdict> {
  return withFile('patch.yaml', config, async (file) => named(await ask(join(TALOS, 'talosvalidate'), [file]), file));
}

function kubeadm(): string {
  return join(KUBEADM, 'kubeadm');
}

/** Without the path of the file, which no two runs have in common. */
function named({ ok, said }: Verdict, file: string): Verdict {
  return { ok, said: said.replaceAll(`${file}: `, '') };
}

// kubeadm without KUBEADM_INIT_DRYRUN_DIR writes below /etc/kubernetes: no call is without.
async function ask(program: string, args: readonly string[], env: Record<string, string> = {}): Promise<Verdict> {
  const { exitCode, all } = await execa(program, args, {
    all: true,
    reject: false,
    env: { KUBEADM_INIT_DRYRUN_DIR: tmpdir(), ...env },
  });
  if (exitCode === undefined) throw new Error(`${program} did not run: ${all}`);
  return { ok: exitCode === 0, said: all };
}

async function withFile<T>(name: string, text: string, use: (file: string, dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'other-tools-'));
  try {
    const file = join(dir, name);
    await writeFile(file, text);
    return await use(file, dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

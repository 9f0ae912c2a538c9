import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt, go } from '../go-build.ts';
import { cacheFolder } from '../npm-cache.mjs';

/** The release that the e2e tests run, pinned in `go.mod`. */
export const KUBERNETES_VERSION = '1.36.3';

const FOLDER = join(cacheFolder(), `kube-apiserver-${KUBERNETES_VERSION}`);

/** Where the two server binaries are once `setup` has run. */
export const BINARIES: Readonly<Record<'etcd' | 'apiserver', string>> = {
  etcd: join(FOLDER, 'etcd'),
  apiserver: join(FOLDER, 'kube-apiserver'),
};

/** The folder of the kubectl of the same release: put it on PATH. */
export const KUBECTL_FOLDER: string = join(cacheFolder(), `kubectl-${KUBERNETES_VERSION}`);

/** The folder of the kubelet of the same release, and of `fakecri`, a container runtime that runs nothing. */
export const KUBELET_FOLDER: string = join(cacheFolder(), `kubelet-${KUBERNETES_VERSION}`);

/** Sees to it that the kubelet is built: only `npm run test:wide` needs it. Throws if that fails. */
export async function buildKubelet(): Promise<void> {
  const packages = ['k8s.io/kubernetes/cmd/kubelet', './fakecri'];
  const name = `kubelet ${KUBERNETES_VERSION}`;
  await ensureBuilt({ name, folder: KUBELET_FOLDER, fill: (out) => build(out, packages) });
}

/** Vitest's global setup of the e2e project: sees to it that etcd, kube-apiserver and kubectl are built. Throws if that fails. */
export async function setup(): Promise<void> {
  await ensureBuilt({ name: `kube-apiserver ${KUBERNETES_VERSION} and etcd`, folder: FOLDER, fill: buildBoth });
  await ensureBuilt({
    name: `kubectl ${KUBERNETES_VERSION}`,
    folder: KUBECTL_FOLDER,
    fill: (out) => build(out, ['k8s.io/kubernetes/cmd/kubectl']),
  });
}

async function buildBoth(out: string): Promise<void> {
  await build(out, ['go.etcd.io/etcd/server/v3', 'k8s.io/kubernetes/cmd/kube-apiserver']);
  await rename(join(out, 'server'), join(out, 'etcd'));
}

async function build(out: string, packages: readonly string[]): Promise<void> {
  const cwd = fileURLToPath(new URL('.', import.meta.url));
  await go(cwd, [
    'build',
    '-mod=readonly',
    '-buildvcs=false',
    `-ldflags=${linkerFlags()}`,
    '-o',
    `${out}/`,
    ...packages,
  ]);
}

/** Without these the server calls itself v0.0.0-master (Kubernetes' `hack/lib/version.sh` sets them). */
function linkerFlags(): string {
  const [major = '', minor = ''] = KUBERNETES_VERSION.split('.');
  const values = { gitVersion: `v${KUBERNETES_VERSION}`, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' };
  const packages = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'];
  const set = packages.flatMap((name) => Object.entries(values).map(([key, value]) => `-X ${name}.${key}=${value}`));
  return ['-s -w', ...set].join(' ');
}

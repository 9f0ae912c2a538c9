import type { Apiserver } from './apiserver.ts';
import { authorization } from './identities.ts';

const PODS = '/api/v1/namespaces/kube-system/pods';

/**
 * Stores what a kubelet would for the static pod of an API server, as kOps makes it (`nodeup/pkg/model/kube_apiserver.go`, 1.36): its flags,
 * and that it is ready. The annotation marks it as a mirror pod, which needs no service account.
 */
export async function storeStaticPod({ send }: Apiserver, name: string, flags: readonly string[]): Promise<void> {
  const headers = { ...authorization('admin'), 'content-type': 'application/json' };
  const put = async (method: string, path: string, content: object): Promise<void> => {
    const { status, body } = await send({ method, path, headers, content: JSON.stringify(content) });
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${body}`);
  };
  const pod = podOf(name, flags);
  await put('POST', PODS, pod);
  const startedAt = new Date().toISOString().replace(/\.\d+/, '');
  const containerStatuses = [
    {
      name: 'kube-apiserver',
      ready: true,
      restartCount: 0,
      image: 'x',
      imageID: 'x',
      state: { running: { startedAt } },
    },
  ];
  const conditions = [{ type: 'Ready', status: 'True' }];
  await put('PUT', `${PODS}/${name}/status`, { ...pod, status: { phase: 'Running', conditions, containerStatuses } });
}

function podOf(name: string, flags: readonly string[]): object {
  const args = ['--log-file=/var/log/kube-apiserver.log', '--also-stdout', '/usr/local/bin/kube-apiserver', ...flags];
  const image = 'registry.k8s.io/kube-apiserver:v1.36.3';
  const container = { name: 'kube-apiserver', image, command: ['/go-runner'], args };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'kube-system',
      labels: { 'k8s-app': 'kube-apiserver' },
      annotations: { 'kubernetes.io/config.mirror': 'x' },
    },
    spec: { nodeName: 'node-1', hostNetwork: true, containers: [container] },
  };
}

/** A kubeconfig whose one context leads to the API server, as the identity `admin`. */
export function kubeconfig(context: string, dir: string, port: number): string {
  return `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://127.0.0.1:${port}", certificate-authority: "${dir}/certificates/apiserver.crt"}}]
users: [{name: u, user: {token: "${authorization('admin')['authorization']?.replace('Bearer ', '')}"}}]
contexts: [{name: "${context}", context: {cluster: c, user: u}}]
current-context: ""
`;
}

import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { shippedFile } from '../../src/input/shipped.ts';
import type { Apiserver } from './kube-apiserver/apiserver.ts';
import type { LoggedEvent } from './kube-apiserver/audit-log.ts';
import { KUBECTL_FOLDER } from './kube-apiserver/build.ts';
import { authorization, type Identity } from './kube-apiserver/identities.ts';
import * as objects from './kube-apiserver/objects.ts';
import { openLab, type Lab } from './kube-apiserver/lab.ts';
import { showPolicy } from './kube-apiserver/policy-file.ts';

/** A command of kubectl, and on whose behalf; `input` is given on stdin as JSON. */
interface Step {
  as: Identity;
  kubectl: string;
  input?: object;
  /** It is refused, or ends badly as there is no node behind the API server. */
  fails?: boolean;
}

/** A morning in a small cluster: what the sample log of the package tells. */
const STORY: readonly Step[] = [
  step('admin', 'create namespace shop'),
  step('admin', 'create namespace staging'),
  step('admin', 'create serviceaccount default -n shop'),
  step('admin', 'create serviceaccount builder -n shop'),
  step('admin', 'create rolebinding dev -n shop --clusterrole=system:aggregate-to-edit --group=dev'),
  step('admin', 'create rolebinding ops -n shop --clusterrole=system:aggregate-to-edit --group=ops'),
  step('admin', 'create rolebinding read -n shop --clusterrole=system:aggregate-to-view --group=dev --group=ops'),
  step('admin', 'create clusterrole namespaces --verb=get,list,delete --resource=namespaces'),
  step('admin', 'create clusterrolebinding ops-namespaces --clusterrole=namespaces --group=ops'),
  step('admin', 'create -f -', {
    input: { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' }, ...objects.nodeStatus() },
  }),
  step('admin', 'create secret generic db -n shop --from-literal=password=dummy-password'),
  step('alice', 'apply -n shop -f -', { input: objects.deployment('web', 2) }),
  step('alice', 'create -n shop -f -', { input: { apiVersion: 'v1', kind: 'Pod', ...objects.pod('web-1') } }),
  step('scheduler', 'create --raw /api/v1/namespaces/shop/pods/web-1/binding -f -', {
    input: { metadata: { name: 'web-1' }, target: { kind: 'Node', name: 'node-1' } },
  }),
  step('alice', 'scale deployment web -n shop --replicas=3'),
  step('alice', 'set image deployment/web -n shop app=busybox:2'),
  step('alice', 'get secret db -n shop -o name'),
  step('builder', 'get secrets -n shop', { fails: true }),
  step('builder', 'get secrets -n kube-system', { fails: true }),
  step('stranger', 'get nodes', { fails: true }),
  step('anonymous', 'get --raw /api/v1/namespaces/shop/pods'),
  step('bob', 'exec web-1 -n shop -c app -- sh -c id', { fails: true }),
  step('bob', 'create rolebinding mine -n shop --clusterrole=cluster-admin --user=bob', { fails: true }),
  step('admin', 'delete pod web-1 -n shop --as=alice --as-group=dev --wait=false'),
  step('bob', 'delete deployment web -n shop --wait=false'),
  step('bob', 'delete namespace staging --wait=false'),
  step('namespaceController', 'delete --raw /api/v1/namespaces/staging/pods'),
];

function step(as: Identity, kubectl: string, more: Omit<Step, 'as' | 'kubectl'> = {}): Step {
  return { as, kubectl, ...more };
}

const SAMPLE = shippedFile('examples/audit-log.jsonl');
/** `SAMPLE_LOG=write` records the sample anew. */
const IS_WRITTEN = process.env['SAMPLE_LOG'] === 'write';
let lab: Lab;

afterAll(() => lab.close());

it('is what a real kube-apiserver writes of its story under the template kops', async () => {
  lab = await openLab();
  const policy = await showPolicy(lab.dir, 'kops', []);
  const log = join(lab.dir, 'audit.log');
  const apiserver = await lab.start([`--audit-policy-file=${policy}`, `--audit-log-path=${log}`]);
  for (const each of STORY) {
    await tell(each, apiserver);
    // A moment, until the API server knows of a binding; in the sample also to let time pass.
    if (IS_WRITTEN || each.kubectl.includes('binding')) await sleep(IS_WRITTEN ? 1700 : 500);
  }
  await apiserver.stop();
  if (IS_WRITTEN) await writeFile(SAMPLE, await readFile(log));
  expect(await shapeOf(log)).toEqual(await shapeOf(SAMPLE));
}, 120_000);

// Without credentials kubectl asks for a name and a password.
async function tell({ as, kubectl, input, fails = false }: Step, { port, send }: Apiserver): Promise<void> {
  if (as === 'anonymous')
    return void (await send({ path: kubectl.split(' ').at(-1), headers: { 'user-agent': 'curl/8.5.0' } }));
  const [, token] = (authorization(as)['authorization'] ?? '').split(' ');
  const given = [`--server=https://127.0.0.1:${port}`, `--certificate-authority=${lab.dir}/certificates/apiserver.crt`];
  const args = [...given, ...(token === undefined ? [] : [`--token=${token}`]), ...kubectl.split(' ')];
  const env = { HOME: lab.dir, KUBECONFIG: join(lab.dir, 'none') };
  const run = promisify(execFile)(join(KUBECTL_FOLDER, 'kubectl'), args, { env, timeout: 30_000 });
  run.child.stdin?.end(input === undefined ? '' : JSON.stringify(input));
  const failed = await run.then(
    () => null,
    (error: Error & { stderr?: string }) => error.stderr ?? error.message,
  );
  expect([kubectl, failed]).toEqual([kubectl, fails ? expect.any(String) : null]);
}

/** What people and their programs did, in its order: what the API server does on its own comes as it comes. */
async function shapeOf(file: string): Promise<string[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  const events = lines.map((line) => JSON.parse(line) as LoggedEvent);
  return events
    .filter(({ user }) => user?.username !== 'system:apiserver')
    .map(({ stage, level, verb, user, requestURI, responseStatus }) =>
      [user?.username, verb, requestURI, responseStatus?.code, stage, level].join(' '),
    );
}

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Apiserver } from '../../e2e/kube-apiserver/apiserver.ts';
import { KUBELET_FOLDER } from '../../e2e/kube-apiserver/build.ts';
import { authorization } from '../../e2e/kube-apiserver/identities.ts';
import type { Network } from '../../e2e/kube-apiserver/network.ts';
import { type ServerProcess, startProcess } from '../../e2e/kube-apiserver/process.ts';
import { kubeconfig } from '../../e2e/kube-apiserver/static-pod.ts';

/** The node whose kubelet runs: the identity `node` is that of it. */
export const NODE = 'node-1';
export const ADDRESS = '10.199.0.5';

/** Port 10250 in the states LISTEN and ESTABLISHED, in the kernel's table. */
const LISTENS = /:280A \S+ 0A /;
const CONNECTED = /:280A \S+ 01 /;

/** Where a kubelet lives. */
interface Place {
  /** The lab's folder. */
  dir: string;
  /** What it shows as /var/log. */
  logs: string;
  network: Network;
  apiserver: Apiserver;
}

/** How it differs from one that answers. */
interface Difference {
  /** More lines of its configuration. */
  config?: string;
  /** The authority that it takes certificates of clients from; left out: that of the API server's. */
  clients?: string;
  /** It makes its certificate itself, which nobody knows. */
  ownCertificate?: boolean;
}

/** Makes the pairs that an API server and a kubelet know one another by; gives the API server's flags. Each is its own authority. */
export function makeCertificates(dir: string): string[] {
  const pair = (name: string, subject: string, extension: string): void => {
    const files = ['-keyout', join(dir, `${name}.key`), '-out', join(dir, `${name}.crt`)];
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-days', '2'];
    execFileSync('openssl', ['req', '-x509', ...kind, '-subj', subject, '-addext', extension, ...files], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  };
  pair('client', '/CN=kubelet-api', 'extendedKeyUsage=clientAuth');
  pair('stranger', '/CN=kubelet-api', 'extendedKeyUsage=clientAuth');
  pair('serving', `/CN=${NODE}`, `subjectAltName=IP:${ADDRESS}`);
  return [
    `--kubelet-client-certificate=${dir}/client.crt`,
    `--kubelet-client-key=${dir}/client.key`,
    `--kubelet-certificate-authority=${dir}/serving.crt`,
    '--kubelet-preferred-address-types=InternalIP',
  ];
}

/**
 * It sees a folder as /var/log, and makes nothing on the machine: its own /var/lib is another, and the settings of the kernel that it would
 * change look as it wants them.
 */
const SHIELDED = `set -e
mount --bind "$1" /var/log
mount --bind "$2/var-lib" /var/lib
mount --bind "$2/one" /proc/sys/vm/overcommit_memory
mount --bind "$2/ten" /proc/sys/kernel/panic
mount --bind "$2/one" /proc/sys/kernel/panic_on_oops
shift 2
exec "$@"`;

/** The real kubelet of NODE, with a container runtime that runs nothing. */
export class Kubelet {
  readonly #place: Place;
  readonly #home: string;
  readonly #runtime: ServerProcess;
  #running: ServerProcess | null = null;

  constructor(place: Place) {
    this.#place = place;
    this.#home = join(place.dir, 'kubelet');
    for (const name of ['root', 'plugins', 'var-lib']) mkdirSync(join(this.#home, name), { recursive: true });
    writeFileSync(join(this.#home, 'one'), '1');
    writeFileSync(join(this.#home, 'ten'), '10');
    const config = kubeconfig('node', place.dir, place.apiserver.port).replace(
      'current-context: ""',
      'current-context: node',
    );
    const token = (name: 'admin' | 'node'): string =>
      authorization(name)['authorization']?.replace('Bearer ', '') ?? '';
    writeFileSync(join(this.#home, 'kubeconfig'), config.replace(token('admin'), token('node')), { mode: 0o600 });
    const output = join(this.#home, 'fakecri.log');
    this.#runtime = startProcess(join(KUBELET_FOLDER, 'fakecri'), [this.#socket], { cwd: place.dir, output });
  }

  get #socket(): string {
    return join(this.#home, 'cri.sock');
  }

  /** Starts it, and waits until the API server gets this from it; left out: a listing. */
  async start(text: string = '<pre>', difference: Difference = {}): Promise<void> {
    await this.listen(difference);
    const path = `/api/v1/nodes/${NODE}/proxy/logs/`;
    await this.#until(async () => {
      const { body } = await this.#place.apiserver.send({ path, headers: authorization('admin') });
      return body.includes(text);
    });
  }

  /** Starts it, and waits until it takes connections: nobody has one yet. */
  async listen(difference: Difference = {}): Promise<void> {
    await this.kill();
    const { dir, logs, network } = this.#place;
    const home = this.#home;
    writeFileSync(join(home, 'config.yaml'), this.#config(difference));
    const flags = [
      `--config=${home}/config.yaml`,
      `--root-dir=${home}/root`,
      `--cert-dir=${home}/pki`,
      `--hostname-override=${NODE}`,
      `--node-ip=${ADDRESS}`,
      `--kubeconfig=${home}/kubeconfig`,
    ];
    const shield = ['unshare', '--mount', 'sh', '-c', SHIELDED, 'kubelet', logs, home];
    const [enter, ...args] = [...network.enter, ...shield, join(KUBELET_FOLDER, 'kubelet'), ...flags];
    this.#running = startProcess(enter, args, { cwd: dir, output: join(home, 'kubelet.log') });
    await this.#until(async () => LISTENS.test(this.#sockets()));
  }

  #config({ config = '', clients = 'client', ownCertificate = false }: Difference): string {
    const { dir } = this.#place;
    const pair = `tlsCertFile: ${dir}/serving.crt\ntlsPrivateKeyFile: ${dir}/serving.key\n`;
    return `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: ${ADDRESS}
port: 10250
readOnlyPort: 0
healthzPort: 0
containerRuntimeEndpoint: unix://${this.#socket}
failCgroupV1: false
cgroupsPerQOS: false
enforceNodeAllocatable: []
cgroupDriver: cgroupfs
failSwapOn: false
localStorageCapacityIsolation: false
resolvConf: ""
podLogsDir: ${this.#home}/podlogs
volumePluginDir: ${this.#home}/plugins
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: ${dir}/${clients}.crt}}
authorization: {mode: Webhook}
${ownCertificate ? '' : pair}${config}
`;
  }

  async #until(isTrue: () => Promise<boolean>): Promise<void> {
    while (!(await isTrue())) {
      const kubelet = this.#running;
      if (!kubelet?.isRunning()) throw new Error(`the kubelet did not start:\n${kubelet?.output().slice(-3000)}`);
      await sleep(100);
    }
  }

  /** Whether somebody has a connection to it. */
  isConnected(): boolean {
    return CONNECTED.test(this.#sockets());
  }

  #sockets(): string {
    return readFileSync(`/proc/${this.#running?.pid}/net/tcp`, 'utf8');
  }

  /** It takes connections no longer than the kernel does so for it, until it is killed. */
  pause(): void {
    if (this.#running?.pid) process.kill(this.#running.pid, 'SIGSTOP');
  }

  async kill(): Promise<void> {
    await this.#running?.kill();
    this.#running = null;
  }

  async close(): Promise<void> {
    await this.kill();
    await this.#runtime.kill();
  }
}

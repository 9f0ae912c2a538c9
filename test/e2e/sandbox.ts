import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { startAssetsServer } from './assets-server.ts';
import { channelFile, kopsBinary, kopsFolder, type KopsVersion } from './kops-cache.ts';

export interface SandboxOptions {
  version: KopsVersion;
  /** Default: one, `m.k8s.local`. */
  clusters?: string[];
  /** Default 1.32.4, which both releases take, and 1.36.0 with a banner. */
  kubernetesVersion?: string;
  /** Runs `update cluster --yes` for each cluster, so that nothing is pending. */
  update?: boolean;
}

interface KopsResult {
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

export interface Sandbox {
  /** Holds `state/` (the state store) and `home/`. */
  dir: string;
  /** The whole environment a command needs: the right kops first on PATH, the state store, a HOME of its own. */
  env: Record<string, string>;
  /** Runs kops in it; never throws. Don't block this process meanwhile: it serves what `update` asks for. */
  kops(...args: string[]): Promise<KopsResult>;
  /** The same, with text on stdin. */
  kopsWithInput(input: string, ...args: string[]): Promise<KopsResult>;
  /** The arguments of `kops create cluster` for a metal cluster. Needs KOPS_FEATURE_FLAGS=Metal. */
  createArgs(name: string): string[];
  /** Removes everything. */
  close(): Promise<void>;
}

/** Makes a state store with metal clusters in it, for the real kops, with no cloud and no network. Throws if kops fails. */
export async function createSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { version, clusters = ['m.k8s.local'], kubernetesVersion = '1.32.4' } = options;
  const dir = await mkdtemp(join(tmpdir(), 'kops-sandbox-'));
  for (const folder of ['state', 'home']) await mkdir(join(dir, folder));
  await writeFile(join(dir, 'id.pub'), sshPublicKey());
  const server = await startAssetsServer();
  const env = environment(dir, version, server.port);
  const call = (args: string[], input = '', more = {}): Promise<KopsResult> =>
    runKops(version, args, input, { ...env, ...more });
  const createArgs = (name: string): string[] => createClusterArgs(name, { dir, version, kubernetesVersion });
  for (const name of clusters) {
    expectGood(await call(createArgs(name), '', { KOPS_FEATURE_FLAGS: 'Metal' }));
    if (options.update)
      expectGood(await call(['update', 'cluster', `--name=${name}`, '--yes', '--create-kube-config=false']));
  }
  return {
    dir,
    env,
    createArgs,
    kops: (...args) => call(args),
    kopsWithInput: (input, ...args) => call(args, input),
    async close() {
      server.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** kOps takes the last part of KOPS_BASE_URL for its own version, and records it in the store. */
function environment(dir: string, version: KopsVersion, port: number): Record<string, string> {
  return {
    PATH: [kopsFolder(version), process.env['PATH'] ?? ''].join(delimiter),
    HOME: join(dir, 'home'),
    KUBECONFIG: join(dir, 'home', 'kubeconfig'),
    KOPS_STATE_STORE: `file://${dir}/state`,
    KOPS_BASE_URL: `http://127.0.0.1:${port}/kops/${version}/`,
  };
}

function createClusterArgs(
  name: string,
  to: { dir: string; version: KopsVersion; kubernetesVersion: string },
): string[] {
  const channel = `--channel=file://${channelFile(to.version)}`;
  const settings = [
    '--cloud=metal',
    '--zones=main',
    '--networking=cni',
    `--kubernetes-version=${to.kubernetesVersion}`,
  ];
  return ['create', 'cluster', `--name=${name}`, ...settings, channel, `--ssh-public-key=${to.dir}/id.pub`];
}

async function runKops(
  version: KopsVersion,
  args: string[],
  input: string,
  env: Record<string, string>,
): Promise<KopsResult> {
  const { exitCode, stdout, stderr } = await execa(kopsBinary(version), args, {
    env,
    extendEnv: false,
    input,
    reject: false,
    stripFinalNewline: false,
  });
  return { exitCode, stdout, stderr };
}

function expectGood(result: KopsResult): void {
  if (result.exitCode !== 0) throw new Error(`the sandbox could not be made: ${result.stderr}`);
}

/** A fresh ed25519 public key in OpenSSH's one-line format; its private half is thrown away. */
function sshPublicKey(): string {
  const { publicKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const field = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
  return `ssh-ed25519 ${Buffer.concat([field(Buffer.from('ssh-ed25519')), field(raw)]).toString('base64')} sandbox\n`;
}

import { commandLine } from '../process/words.ts';

export interface UpdateOptions {
  /** Writes Terraform files (at once, there is no preview) and leaves the cloud alone. */
  target?: 'terraform';
  /** The folder for them. kops' default is `out/terraform`. */
  out?: string;
}

export interface RollingUpdateOptions {
  /** False: kops only shows what needs an update. */
  yes: boolean;
}

/** Command lines to paste into a shell: the binary, `--name` and `--state` as this adapter uses them. */
export interface KopsCommandLines {
  /** `kops get cluster --name=X -o yaml` */
  get(name: string): string;
  /** `kops replace --name=X -f FILE` */
  replace(name: string, file: string): string;
  /** `kops update cluster --name=X`: the preview. */
  previewUpdate(name: string): string;
  /** `kops update cluster --name=X --yes --create-kube-config=false`, or with `--target=terraform --out=DIR`. */
  update(name: string, options?: UpdateOptions): string;
  /** `kops rolling-update cluster --name=X --instance-group-roles=master,apiserver [--yes]` */
  rollingUpdate(name: string, options: RollingUpdateOptions): string;
  /** Rolls named groups without asking the API: the way out when it does not answer (`--cloudonly --yes`). */
  rollGroupsCloudOnly(name: string, groups: readonly string[]): string;
  /** `kops validate cluster --name=X --wait=10m` */
  validate(name: string, wait: string): string;
}

/** The arguments of every kops command we run or print. The name is always a flag: a positional one fails where KOPS_CLUSTER_NAME is set. */
export const kopsArgs = {
  version: (): string[] => ['version', '--short'],
  lastApplied: (name: string): string[] => ['version', '--short', '--server', `--name=${name}`],
  getCluster: (name: string, output: 'json' | 'yaml'): string[] => ['get', 'cluster', `--name=${name}`, '-o', output],
  getInstanceGroups: (name: string): string[] => ['get', 'instancegroups', `--name=${name}`, '-o', 'json'],
  getClusters: (): string[] => ['get', 'clusters', '-o', 'json'],
  replace: (name: string, file: string): string[] => ['replace', `--name=${name}`, '-f', file],
  previewUpdate: (name: string): string[] => ['update', 'cluster', `--name=${name}`],
  update: (name: string, options?: UpdateOptions): string[] => updateArgs(name, options),
  rollingUpdate: (name: string, options: RollingUpdateOptions): string[] => rollingUpdateArgs(name, options),
  validate: (name: string, wait: string): string[] => ['validate', 'cluster', `--name=${name}`, `--wait=${wait}`],
};

/**
 * Takes the program and the state store (if one was named); gives the makers of command lines to paste into a shell.
 */
export function kopsCommandLines(binary: string, state: string | undefined): KopsCommandLines {
  const line = (args: string[]): string => commandLine(binary, withState(args, state));
  return {
    get: (name) => line(kopsArgs.getCluster(name, 'yaml')),
    replace: (name, file) => line(kopsArgs.replace(name, file)),
    previewUpdate: (name) => line(kopsArgs.previewUpdate(name)),
    update: (name, options) => line(kopsArgs.update(name, options)),
    rollingUpdate: (name, options) => line(kopsArgs.rollingUpdate(name, options)),
    rollGroupsCloudOnly: (name, groups) => line(cloudOnlyArgs(name, groups)),
    validate: (name, wait) => line(kopsArgs.validate(name, wait)),
  };
}

/** Takes arguments and a state store; gives the arguments with `--state` at the end if there is one. */
export function withState(args: readonly string[], state: string | undefined): string[] {
  return state === undefined ? [...args] : [...args, `--state=${state}`];
}

function updateArgs(name: string, options: UpdateOptions = {}): string[] {
  const args = ['update', 'cluster', `--name=${name}`];
  if (options.target === undefined) return [...args, '--yes', '--create-kube-config=false'];
  const out = options.out === undefined ? [] : [`--out=${options.out}`];
  return [...args, `--target=${options.target}`, ...out, '--create-kube-config=false'];
}

function rollingUpdateArgs(name: string, options: RollingUpdateOptions): string[] {
  const args = ['rolling-update', 'cluster', `--name=${name}`, '--instance-group-roles=master,apiserver'];
  return options.yes ? [...args, '--yes'] : args;
}

function cloudOnlyArgs(name: string, groups: readonly string[]): string[] {
  return [
    'rolling-update',
    'cluster',
    `--name=${name}`,
    `--instance-group=${groups.join(',')}`,
    '--cloudonly',
    '--yes',
  ];
}

import type { KopsObject } from '../cluster/types.ts';

export interface KopsOptions {
  /** The program: a name on PATH or a path. Default `kops`. */
  binary?: string;
  /** Handed on as `--state`; left out, kops finds its state store itself. */
  state?: string;
  /** The environment kops gets, less KOPS_CLUSTER_NAME. Default: our own. */
  env?: Readonly<Record<string, string | undefined>>;
  /** How long a read or a preview may take, in milliseconds. */
  timeoutMs: number;
  /** Aborting it stops reads and previews, and is forwarded to `update`, `rolling-update` and `validate`. */
  signal?: AbortSignal;
  /** Gets each command line before it runs, quoted for a shell. Must not throw. */
  onCommand?: (line: string) => void;
  /** Gets a sentence when we wait for kops to end, or kops for a cloud it cannot reach (said once a command). Must not throw. */
  onWait?: (text: string) => void;
}

/** Where a line of output came from: `log` is kops' own logging on stderr, its prefix (`I0102 15:04:05.6 7 file.go:8] `) taken off. */
type OutputStream = 'stdout' | 'stderr' | 'log';

/** Gets each line while kops runs: no line end, no control characters. Must not throw. */
export type OnOutput = (line: string, from: OutputStream) => void;

/** One run of kops, good or bad: the same shape either way. */
export interface KopsRun {
  /** The command line, quoted for a shell. */
  command: string;
  /** Left undefined where kops did not start, or a signal ended it. */
  exitCode: number | undefined;
  failed: boolean;
  /** It took longer than it may and was stopped. */
  timedOut: boolean;
  /** Our signal was aborted before it ended. It may have done all, some or nothing of its work. */
  interrupted: boolean;
  /** As printed; may hold control characters and secrets. */
  stdout: string;
  /** Without kops' logging lines, without control characters. */
  stderr: string;
  /** One sentence on why it failed, free of control characters; empty where it did not fail. */
  error: string;
  durationMs: number;
}

/** `unknown` is a line of the preview that could not be read. */
export type PreviewAction = 'create' | 'modify' | 'delete' | 'unknown';

/** One resource of a preview. */
export interface PreviewChange {
  action: PreviewAction;
  /** The kind of task or resource, e.g. `ManagedFile`, `LaunchTemplate`. Empty for `unknown`. */
  kind: string;
  /** The name, e.g. `cluster-completed.spec`. */
  name: string;
  /** Its lines in the preview, the first one included, free of control characters but for tabs. May hold secrets. */
  text: string;
}

export interface ParsedPreview {
  /** kops said that there is nothing to apply, and showed nothing. */
  upToDate: boolean;
  /** Every line was of a known form and the verdict fits the changes. */
  understood: boolean;
  changes: PreviewChange[];
}

export interface Preview extends ParsedPreview {
  /** All that kops printed on stdout, free of control characters but for tabs and line ends. May hold secrets. */
  text: string;
}

/** What the changes of a preview reach. */
export interface ClassifiedChanges {
  /** Resources of the instance groups that run an API server. */
  controlPlane: PreviewChange[];
  /** The cluster's own files in the state store that an audit change rewrites. */
  managedFiles: PreviewChange[];
  /** All else, and whatever was not understood. */
  other: PreviewChange[];
}

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

/**
 * The kops binary. What reads throws UserError (no kops, too old, no state store, unknown cluster, bad settings),
 * ExternalError (kops failed, hung, printed rubbish) or, when the signal was aborted, the signal's own reason.
 * What writes never throws: it gives back a KopsRun.
 */
export interface Kops {
  /** Its release, e.g. `1.36.0` or `1.37.0-alpha.1`. UserError if older than 1.19. */
  version(): Promise<string>;
  /** The release that last ran `update cluster --yes`; null if none did, or nobody can tell (kops older than 1.24). */
  lastApplied(name: string): Promise<string | null>;
  /** The Cluster document. UserError with the near names if there is none of that name. */
  getCluster(name: string): Promise<KopsObject>;
  /** The instance groups; empty if there are none. */
  getInstanceGroups(name: string): Promise<KopsObject[]>;
  /** The names of all clusters in the state store, in kops' order. Walks the whole store. */
  clusterNames(): Promise<string[]>;
  /** The Cluster documents of all of them, in one call. Walks the whole store. */
  clusters(): Promise<KopsObject[]>;
  /**
   * Stores one Cluster document: its own name decides which cluster is overwritten. Runs in its own process group and is
   * let finish; after five times the timeout, or 30 seconds after the signal was aborted, it is stopped (the stored spec is whole either way).
   * Whatever it gives back: read the spec again.
   */
  replace(cluster: KopsObject): Promise<KopsRun>;
  /** What `update cluster` would do. */
  previewUpdate(name: string): Promise<Preview>;
  /** Applies. No timeout; the signal is forwarded once (SIGINT) and the end waited for. */
  update(name: string, options?: UpdateOptions, onOutput?: OnOutput): Promise<KopsRun>;
  /** Rolls the control plane and API-server groups, or shows what would be rolled. Signal as in `update`. */
  rollingUpdate(name: string, options: RollingUpdateOptions, onOutput?: OnOutput): Promise<KopsRun>;
  /** `validate cluster --wait`, e.g. `10m`. Signal as in `update`. */
  validate(name: string, wait: string, onOutput?: OnOutput): Promise<KopsRun>;
  commandLine: KopsCommandLines;
}

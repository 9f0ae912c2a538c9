import { posix } from 'node:path';
import { compareVersions, minorOf } from '../cluster/release.ts';
import { UserError } from '../errors.ts';
import type { Policy } from '../policy/types.ts';

/** How something is known: a program of the tool was run here, its source was read, its documentation says so, or none of these. */
export type Evidence = 'run' | 'read' | 'docs' | 'unconfirmed';

/** What a person asks for: the same settings as `enable` makes for a kOps cluster. */
export interface ToolRequest {
  policy: {
    name: string;
    /** The rendered policy. */
    text: string;
    policy: Policy;
    /** What prints it; null where it came on stdin. */
    command: string | null;
  };
  /** In canonical form, of what `versions.of` names. */
  toolVersion: string | null;
  kubernetesVersion: string | null;
  /** null: only the webhook. */
  log: {
    /** null: where the tool has it. */
    path: string | null;
    maxAge: number;
    maxBackups: number;
    maxSize: number;
    /** Some of these were asked for. */
    isRotationAsked: boolean;
  } | null;
  webhook: ToolWebhook | null;
}

/** The kubeconfig of the webhook. Its text never becomes a part of what is made here. */
export interface ToolWebhook {
  /** As it was given; `-` is stdin. */
  source: string;
  /** Where the events go. */
  server: string;
  /** The keys of its cluster, with their values where these are text. */
  cluster: Readonly<Record<string, string>>;
  /** It has a credential. */
  hasUser: boolean;
  /** The files that it names. */
  files: readonly string[];
  /** The first digits of the SHA-256 of its text. */
  digest: string;
  mode?: string;
  initialBackoff?: string;
}

/** A request for one tool, with the paths of kube-apiserver settled. */
export interface Asked extends ToolRequest {
  log: (Omit<NonNullable<ToolRequest['log']>, 'path'> & { path: string }) | null;
  /** Where kube-apiserver finds its policy. */
  policyAt: string;
  /** Where it finds the webhook's kubeconfig. */
  webhookAt: string;
}

/** Something to do, and the commands that do it. */
export interface Step {
  says: string;
  commands: readonly string[];
}

/** Something that goes wrong with this tool and looks right. */
interface Trap {
  id: string;
  says: string;
  how: Evidence;
  /** Left out: always. */
  when?: (asked: Asked) => boolean;
}

/** What is known of a row, and from where. */
interface Source {
  what: string;
  how: Evidence;
  from: string;
}

/** Where something goes that is not done by a command. */
export interface Destination {
  file: string;
  to: string;
}

/** One tool that makes clusters: a row of `TOOLS`. */
export interface Tool {
  name: string;
  aliases: readonly string[];
  title: string;
  /** Which releases the row is right for. */
  versions: {
    /** Whose release `--tool-version` is. */
    of: string;
    oldest: string;
    /** Newer ones are taken to be as this one. */
    newest: string;
    /** It has the number of the Kubernetes it brings. */
    isKubernetes?: boolean;
  };
  /** The paths of kube-apiserver, the log as the default. */
  where: { policy: string; log: string; webhook: string };
  /** The form of the settings, and the file that holds them. */
  form: 'yaml' | 'shell' | 'arguments';
  file: string;
  /** What the settings hold of the policy, so that it is no file of its own. */
  policyIn?: 'settings';
  /** null: it goes on. Else why this cannot be had with this tool, and what can. */
  refuses?: (asked: Asked) => { message: string; hint: string } | null;
  settings: (asked: Asked) => string;
  goes: (asked: Asked) => readonly Destination[];
  apply: (asked: Asked) => readonly Step[];
  verify: (asked: Asked) => readonly Step[];
  traps: readonly Trap[];
  sources: readonly Source[];
  /** No policy can be given to it: what cannot be had. */
  cannot?: readonly string[];
}

/** What `policy show --for` says: a value, without the credentials of a webhook. */
export interface ToolSettings {
  tool: string;
  title: string;
  /** False: no policy can be given to it, and the settings are what can be switched on. */
  isPossible: boolean;
  cannot: readonly string[];
  versions: string;
  toolVersion: string | null;
  kubernetesVersion: string | null;
  settings: { form: Tool['form']; file: string; text: string };
  policy: { name: string; command: string | null; text: string; isFile: boolean };
  /** The webhook's kubeconfig, by the name that the commands use; null where there is none, or the tool writes it. */
  webhook: { file: string; source: string } | null;
  goes: readonly Destination[];
  apply: readonly Step[];
  verify: readonly Step[];
  traps: readonly Omit<Trap, 'when'>[];
  sources: readonly Source[];
}

/** The names of the files that the commands speak of. */
export const POLICY_FILE = 'policy.yaml';
export const WEBHOOK_FILE = 'webhook.yaml';

/**
 * The settings with which a tool gives a policy to kube-apiserver, where they go, and what goes wrong there.
 *
 * @throws UserError for a release that the row is not right for, and for what cannot be had with this tool.
 */
export function toolSettings(tool: Tool, request: ToolRequest): ToolSettings {
  const asked = settled(tool, request);
  const refusal = refusalOf(asked) ?? tool.refuses?.(asked) ?? null;
  if (refusal !== null && tool.cannot === undefined) throw new UserError(refusal.message, { hint: refusal.hint });
  const goes = tool.goes(asked);
  return {
    tool: tool.name,
    title: tool.title,
    isPossible: tool.cannot === undefined,
    cannot: tool.cannot ?? [],
    versions: versionsText(tool),
    toolVersion: asked.toolVersion,
    kubernetesVersion: asked.kubernetesVersion,
    settings: { form: tool.form, file: tool.file, text: tool.settings(asked) },
    policy: { ...pick(request), isFile: tool.policyIn === undefined && tool.cannot === undefined },
    webhook: webhookFile(asked, goes),
    goes,
    apply: tool.apply(asked),
    verify: tool.verify(asked),
    traps: biting([...tool.traps, ...(tool.cannot ? [] : EVERYWHERE), ...newerThan(tool)], asked),
    sources: tool.sources,
  };
}

function pick({
  policy: { name, command, text },
}: ToolRequest): Pick<ToolRequest['policy'], 'name' | 'command' | 'text'> {
  return { name, command, text };
}

function webhookFile({ webhook }: Asked, goes: readonly Destination[]): ToolSettings['webhook'] {
  const isFile = goes.some(({ file }) => file === WEBHOOK_FILE);
  return webhook === null || !isFile ? null : { file: WEBHOOK_FILE, source: webhook.source };
}

/** `1.22 to 1.37`. */
function versionsText({ versions: { of, oldest, newest } }: Tool): string {
  return `${of} ${minorOf(oldest)} to ${minorOf(newest)}`;
}

function settled(tool: Tool, request: ToolRequest): Asked {
  const { where, versions } = tool;
  const toolVersion = request.toolVersion ?? (versions.isKubernetes ? request.kubernetesVersion : null);
  const kubernetesVersion = request.kubernetesVersion ?? (versions.isKubernetes ? request.toolVersion : null);
  if (toolVersion !== null && compareVersions(toolVersion, versions.oldest) < 0) throw tooOld(tool, toolVersion);
  const log = request.log === null ? null : { ...request.log, path: request.log.path ?? where.log };
  return { ...request, toolVersion, kubernetesVersion, log, policyAt: where.policy, webhookAt: where.webhook };
}

function tooOld(tool: Tool, version: string): UserError {
  return new UserError(`${tool.versions.of} ${version} is older than what this program knows`, {
    hint: `Its settings are known for ${versionsText(tool)}.`,
  });
}

function refusalOf({ log, policyAt, webhookAt }: Asked): { message: string; hint: string } | null {
  if (log === null || log.path === '-') return null;
  const given = `--log-path ${log.path}`;
  const clean = posix.normalize(log.path);
  if (!isFileInFolder(log.path, policyAt) || posix.dirname(clean) === '/') {
    const hint =
      'Give the file with its whole path, in a folder of its own, such as /var/log/kubernetes/audit/audit.log.';
    return { message: `${given} is not a file in a folder`, hint };
  }
  if (clean !== log.path) return { message: `${given} is not a clean path`, hint: `Write ${clean}.` };
  if (![policyAt, webhookAt].includes(log.path)) return null;
  return { message: `${given} is a file that kube-apiserver reads`, hint: 'Give the log a folder of its own.' };
}

/** From the root on, or from a variable where the tool itself writes paths so; never with a line break or the like in it. */
function isFileInFolder(path: string, policyAt: string): boolean {
  const isWhole = path.startsWith('/') || (policyAt.startsWith('${') && /^\$\{SNAP_\w+\}\//.test(path));
  return isWhole && !/\/\.{0,2}$|\p{Cc}/u.test(path);
}

function biting(traps: readonly Trap[], asked: Asked): Omit<Trap, 'when'>[] {
  return traps.filter(({ when }) => when === undefined || when(asked)).map(({ id, says, how }) => ({ id, says, how }));
}

/** What is true of kube-apiserver, whoever starts it. */
const EVERYWHERE: readonly Trap[] = [
  {
    id: 'keeps-all',
    says: 'Nothing bounds the log: with --log-max-backups 0 every rotated file is kept, and with --log-max-size 0 nothing is rotated from Kubernetes 1.36 on. Watch the disk.',
    how: 'read',
    when: ({ log }) => log !== null && log.path !== '-' && (log.maxBackups === 0 || log.maxSize === 0),
  },
  {
    id: 'stdout-is-not-rotated',
    says: 'A log on stdout is not rotated by kube-apiserver: --log-max-age, --log-max-backups and --log-max-size have no effect and are left out.',
    how: 'read',
    when: ({ log }) => log?.path === '-' && log.isRotationAsked,
  },
  {
    id: 'webhook-names-files',
    says: 'The webhook config names other files. They must be at the same paths on every node, where kube-apiserver can see them; better, put what they hold into the config (certificate-authority-data, client-certificate-data, client-key-data, token).',
    how: 'read',
    when: ({ webhook }) => webhook !== null && webhook.files.length > 0,
  },
  {
    id: 'kops-names',
    says: 'The template kops knows the controllers of kOps by name. On another tool those rules match nothing; what its own controllers do is recorded as of anybody. `kops-audit logs LOG --top user` shows who writes most.',
    how: 'read',
    when: ({ policy }) => policy.name === 'kops',
  },
];

function newerThan({ versions }: Tool): readonly Trap[] {
  return [
    {
      id: 'newer',
      says: `${versions.of} ${minorOf(versions.newest)} is the newest that this was written for: compare with its release notes.`,
      how: 'unconfirmed',
      when: ({ toolVersion }) =>
        toolVersion !== null && compareVersions(minorOf(toolVersion).concat('.0'), versions.newest) > 0,
    },
  ];
}

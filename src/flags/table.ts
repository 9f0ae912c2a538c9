/** Values that are read by `READ` of `values.ts`: a wait is ours, a duration is Go's. */
export type Judged = 'wait' | 'duration' | 'percent' | 'pattern' | 'kubernetes' | 'kops' | 'version';

/** What the value of a flag or of an argument is, where it is not any text: what a shell offers, and what is refused. */
export type Takes =
  | 'cluster'
  | 'file'
  | 'folder'
  | 'policy'
  | 'rule'
  | 'verb'
  | 'resource'
  | 'level'
  | 'stage'
  | 'part'
  | 'change'
  | 'count'
  | 'parameter'
  | 'sink'
  | 'act'
  | 'tool'
  | Judged;

/** One flag as one command has it. */
export interface Flag {
  /** As it is typed: `--log-path`, `--no-log`. */
  name: string;
  short?: string;
  /** What stands for its value in help; left out: it takes none. */
  value?: string;
  takes?: Takes;
  /** All the values there are; what else is given is refused. */
  choices?: readonly string[];
  /** What the choices mean, for who gives another. */
  mean?: string;
  default?: string;
  /** For a count: of what. */
  unit?: string;
  /** For a count: the least and the most; left out: from 0 on. */
  range?: readonly [number, number];
  /** It may stand several times, and all its values count. */
  repeats?: boolean;
  /** A second one is refused; else the last one counts. */
  once?: boolean;
  help: string;
}

/** Flags under one heading of a help text. */
export interface FlagGroup {
  /** Left out: `Options`. */
  heading?: string;
  flags: readonly Flag[];
}

const CLUSTER = { name: '--cluster', value: 'name', takes: 'cluster', once: true } as const;
const STATE = { name: '--state', value: 'url', help: 'the state store, handed to kops' } as const;
const FILE = { name: '--file', short: '-f', value: 'file', takes: 'file' } as const;
const KOPS_VERSION = {
  name: '--kops-version',
  value: 'version',
  takes: 'kops',
  help: 'with -f: the kOps release that will use the file; default: all that run its Kubernetes',
} as const;
const KUBERNETES_VERSION = {
  name: '--kubernetes-version',
  value: 'version',
  takes: 'kubernetes',
  help: 'judge by this release; default: the newest, or that of the cluster',
} as const;
const POLICY = { name: '--policy', value: 'name|file', takes: 'policy' } as const;
const SET = { name: '--set', value: 'key=value', takes: 'parameter', repeats: true } as const;
const OUTPUT = { name: '--output', short: '-o', value: 'format', default: 'text' } as const;
const TEXT_OR_JSON = { ...OUTPUT, choices: ['text', 'json'], help: 'text or json' } as const;
const TIMEOUT = { name: '--timeout', value: 'duration', takes: 'wait', default: '2m' } as const;
const JOURNAL = {
  name: '--journal',
  value: 'dir',
  takes: 'folder',
  help: 'where changes are recorded; default: $XDG_STATE_HOME/kops-audit',
} as const;
const NO_COLOR = { name: '--no-color', help: 'no colour' } as const;
const QUIET = { name: '--quiet', short: '-q' } as const;
const VERBOSE = { name: '--verbose', short: '-v', help: 'show each kops command as it is run' } as const;

const INCLUDE_PENDING = {
  name: '--include-pending',
  help: 'also apply what `kops update` would change anyway',
} as const;
const ALLOW_KOPS_UPGRADE = {
  name: '--allow-kops-upgrade',
  help: 'accept that a newer kops upgrades the cluster',
} as const;
const NO_JOURNAL = { name: '--no-journal', help: 'record nothing' } as const;
const NO_UPDATE = { name: '--no-update', help: 'stop once the spec is stored' } as const;
const DRY_RUN = { name: '--dry-run', help: 'show what would change, and stop' } as const;
const EXIT_CODE = { name: '--exit-code', help: 'with --dry-run: exit 1 if something would change' } as const;
const VERBOSE_KUBECTL = { ...VERBOSE, help: 'show each kubectl command as it is run' } as const;
const YES = { name: '--yes', short: '-y', help: 'answer the question beforehand' } as const;

/** How much a command says. */
const TALK: readonly Flag[] = [NO_COLOR, { ...QUIET, help: 'only warnings and errors besides the result' }, VERBOSE];

const SAVE_PLAN: FlagGroup = {
  heading: 'Plan',
  flags: [
    {
      name: '--save-plan',
      value: 'file',
      takes: 'file',
      help: 'only show what would change, and save it for `kops-audit apply`',
    },
  ],
};

/** What every command has that changes a spec, around its own. */
function changeGroups(...own: readonly FlagGroup[]): readonly FlagGroup[] {
  return [SPEC, ...own, STEPS, SAFETY, { heading: 'Output', flags: TALK }];
}

/** Where the spec is that a command changes. */
const SPEC: FlagGroup = {
  heading: 'Cluster',
  flags: [
    { ...CLUSTER, help: 'the cluster; default: $KOPS_CLUSTER_NAME, or the only one in FILE' },
    STATE,
    { ...FILE, help: 'work on a spec in a file; - reads stdin and writes stdout' },
    KOPS_VERSION,
  ],
};

/** Which steps run, and how they are answered. */
const STEPS: FlagGroup = {
  heading: 'What happens',
  flags: [
    DRY_RUN,
    EXIT_CODE,
    {
      ...OUTPUT,
      choices: ['text', 'json', 'yaml', 'patch'],
      help: 'text, json (the whole plan), yaml (the patched spec), patch (RFC 6902)',
    },
    {
      name: '--diff',
      value: 'form',
      choices: ['full', 'short', 'stat', 'none'],
      help: 'full, short (policies folded), and with --dry-run stat or none; default: short on a terminal, else full',
    },
    { name: '--yes', short: '-y', help: 'answer the questions for the spec and the update, never for the roll' },
    NO_UPDATE,
    {
      name: '--target',
      value: 'target',
      choices: ['direct', 'terraform'],
      help: 'direct or terraform; default: direct',
    },
    {
      name: '--out',
      value: 'dir',
      takes: 'folder',
      help: 'with --target terraform: the folder; default: out/terraform',
    },
    { name: '--rolling-update', help: 'roll the control plane afterwards; with --yes without asking' },
  ],
};

/** What is accepted, and where changes are recorded. */
const SAFETY: FlagGroup = {
  heading: 'Safety',
  flags: [
    INCLUDE_PENDING,
    ALLOW_KOPS_UPGRADE,
    {
      name: '--allow-api-downtime',
      help: 'accept that the API is down while a single control-plane instance is rolled',
    },
    {
      name: '--allow',
      value: 'rule',
      takes: 'rule',
      repeats: true,
      help: 'let a blocking rule pass; repeat it for more',
    },
    { ...TIMEOUT, help: 'for each read and preview of kops' },
    JOURNAL,
    NO_JOURNAL,
  ],
};

const LOG_MAX_BACKUPS = { name: '--log-max-backups', value: 'files', takes: 'count', unit: 'files' } as const;
const LOG_MAX_SIZE = { name: '--log-max-size', value: 'MiB', takes: 'count', unit: 'MiB' } as const;

/** How the log is kept. */
const LOG_SETTINGS: readonly Flag[] = [
  { name: '--log-path', value: 'path', help: 'default: /var/log/kube-audit/audit.log; - is stdout' },
  { name: '--log-max-age', value: 'days', takes: 'count', unit: 'days', help: 'default: 30' },
  { ...LOG_MAX_BACKUPS, help: 'default: 10' },
  { ...LOG_MAX_SIZE, help: 'default: 100' },
  { name: '--no-log', help: 'no log file, only the webhook' },
];

/** Where events go besides. */
const WEBHOOK_SETTINGS: readonly Flag[] = [
  { name: '--webhook-config', value: 'file', takes: 'file', help: 'a kubeconfig: also send the events there' },
  {
    name: '--webhook-url',
    value: 'url',
    help: 'instead of a kubeconfig: send the events there, https://HOST:PORT/PATH',
  },
  {
    name: '--webhook-ca',
    value: 'file',
    takes: 'file',
    help: "the CA of that server, PEM; default: those of the API server's system",
  },
  { name: '--webhook-client-cert', value: 'file', takes: 'file', help: 'sign in with this certificate, PEM' },
  { name: '--webhook-client-key', value: 'file', takes: 'file', help: 'the key of that certificate, PEM' },
  { name: '--webhook-token-file', value: 'file', takes: 'file', help: 'sign in with the token in this file' },
  {
    name: '--webhook-mode',
    value: 'mode',
    choices: ['batch', 'blocking', 'blocking-strict'],
    help: 'how events are sent: batch, blocking or blocking-strict',
  },
  {
    name: '--webhook-initial-backoff',
    value: 'duration',
    takes: 'duration',
    help: 'wait before the first retry, e.g. 10s',
  },
];

const ENABLE: readonly FlagGroup[] = [
  {
    heading: 'Policy',
    flags: [
      { ...POLICY, help: 'a template (policy list) or a file of your own; default: kops if the spec has none' },
      { ...SET, help: 'a parameter of the template (policy show --help); repeat it for more' },
    ],
  },
  { heading: 'Log', flags: LOG_SETTINGS },
  { heading: 'Webhook', flags: WEBHOOK_SETTINGS },
  {
    heading: 'Cost',
    flags: [
      {
        name: '--replay',
        value: 'log',
        takes: 'file',
        repeats: true,
        help: 'tell what is written a day, now and then, by this log; repeat it for more',
      },
    ],
  },
];

/** For a spec that is made from a template, so that only a person can put something there. */
const BLOCKS: FlagGroup = {
  heading: 'Template',
  flags: [
    {
      name: '--blocks',
      value: 'form',
      choices: ['yaml', 'hcl'],
      help: 'only print what to paste into the template of a spec: yaml, or hcl for the Terraform provider',
    },
    { ...KUBERNETES_VERSION, help: 'with --blocks: the release of the cluster; default: that of -f, or any' },
  ],
};

/** Which log is read. */
const LOG: FlagGroup = {
  heading: 'Log',
  flags: [
    { name: '--sample', help: 'read a small log that comes with kops-audit' },
    {
      name: '--path',
      value: 'keys',
      help: 'where events are in what wraps them, such as .payload.audit; default: found',
    },
    { name: '--strict', help: 'exit 1 where lines are damaged' },
  ],
};

/** How kubectl finds the running cluster. */
const RUNNING: readonly Flag[] = [
  { name: '--context', value: 'name', help: "the context of the kubeconfig; default: the cluster's name" },
  { name: '--kubeconfig', value: 'file', takes: 'file', help: "default: kubectl's own" },
];

/** Of which cluster the log is. */
const CLUSTER_LOG: FlagGroup = {
  heading: 'From a cluster',
  flags: [
    { ...CLUSTER, help: 'read the log on the nodes of this cluster; beside a log only the policy in its spec' },
    { ...STATE, help: 'with --cluster: the state store, handed to kops' },
    { ...FILE, help: 'the spec in a file instead; without --cluster only for its policy' },
    ...RUNNING,
    { name: '--node', value: 'name', repeats: true, help: 'only this node; repeat it for more' },
    {
      name: '--save',
      value: 'dir',
      takes: 'folder',
      help: 'keep the log in a folder and read it there; a second time only what is new is fetched',
    },
    { ...VERBOSE, help: 'show each kops and kubectl command as it is run' },
  ],
};

/** Values of one flag are alternatives. */
const MANY = { repeats: true } as const;

/** Which events are wanted. */
const FILTER: FlagGroup = {
  heading: 'Which requests',
  flags: [
    {
      name: '--user',
      value: 'name',
      ...MANY,
      help: 'who sent it, or whom they acted as: alice, sa:shop/builder, node:*',
    },
    { name: '--group', value: 'name', ...MANY, help: 'a group of theirs' },
    { name: '--human', help: 'sent by a person' },
    {
      name: '--verb',
      value: 'verb',
      takes: 'verb',
      ...MANY,
      help: 'get, list, watch, create, update, patch, delete, …',
    },
    { name: '--writes', help: 'all verbs that change something' },
    {
      name: '--resource',
      value: 'type',
      takes: 'resource',
      ...MANY,
      help: 'as in a policy: pods, pods/exec, pods/*, deployments.apps; or a path: /healthz*',
    },
    { name: '--namespace', short: '-n', value: 'name', ...MANY, help: 'the namespace of the object' },
    { name: '--name', value: 'name', ...MANY, help: 'the name of the object' },
    { name: '--status', value: 'code', ...MANY, help: '403, 4xx for all from 400 to 499, !2xx' },
    { name: '--failed', help: 'every status from 400 on' },
    { name: '--since', value: 'time', help: 'from then on: 2h, 3d, yesterday, 2026-11-24, 2026-11-24T09:30' },
    { name: '--until', value: 'time', help: 'before then' },
    { name: '--source-ip', value: 'address', ...MANY, help: 'an address, or a network: 10.0.0.0/8' },
    { name: '--user-agent', value: 'text', ...MANY, help: "what the client calls itself: 'kubectl*'" },
    { name: '--level', value: 'level', takes: 'level', ...MANY, help: 'Metadata, Request or RequestResponse' },
    {
      name: '--stage',
      value: 'stage',
      takes: 'stage',
      ...MANY,
      help: 'events of this stage, each on a line of its own',
    },
    { name: '--audit-id', value: 'id', ...MANY, help: 'one request' },
    { name: '--dry-run-requests', help: 'only what asked for a dry run' },
    { name: '--rule', value: 'number', ...MANY, help: 'with --policy: what this rule decides; 0 is no rule' },
    { ...POLICY, help: 'with --rule: a template or a file; default: the policy of --cluster' },
    { ...SET, help: 'with --policy: a parameter of the template' },
  ],
};

/** A report is of all that happened, somewhere and at some time. */
const SCOPE: FlagGroup = {
  heading: 'Which requests',
  flags: FILTER.flags.filter(({ name }) => ['--namespace', '--since', '--until'].includes(name)),
};

const HISTORY: readonly Flag[] = [JOURNAL, TEXT_OR_JSON, NO_COLOR];

/** Which cluster's log is shipped. */
const SHIP_CLUSTER: FlagGroup = {
  heading: 'Cluster',
  flags: [
    { ...CLUSTER, help: 'the cluster whose log is shipped; default: $KOPS_CLUSTER_NAME, or the only one in FILE' },
    STATE,
    { ...FILE, help: 'its spec in a file instead; - is stdin' },
  ],
};

/** To which store, and how: what each command has that makes the settings of a collector. */
const SHIP_STORE: FlagGroup = {
  heading: 'Store',
  flags: [
    {
      name: '--sink',
      value: 'name',
      takes: 'sink',
      once: true,
      help: 'the store: mezmo, loki, … (ship sinks lists them)',
    },
    {
      name: '--param',
      value: 'name=value',
      repeats: true,
      help: 'a piece of its address or headers (ship sinks NAME tells them); repeat it for more',
    },
    {
      name: '--header',
      value: 'name=value',
      repeats: true,
      help: 'a header more, without a secret; repeat it for more',
    },
    {
      name: '--secret-header',
      value: 'name[=key]',
      repeats: true,
      help: 'a header more whose whole value lies in the Secret; repeat it for more',
    },
    { name: '--secret', value: 'name/key', once: true, help: 'where the key lies; default: audit-exporter/token' },
    {
      name: '--max-event-bytes',
      value: 'bytes',
      once: true,
      help: 'a longer event is shipped without its bodies; default: what the store takes',
    },
  ],
};

/** What runs in the cluster. */
const SHIP_COLLECTOR: FlagGroup = {
  heading: 'Collector',
  flags: [
    { name: '--namespace', short: '-n', value: 'name', help: 'a namespace of its own; default: kops-audit' },
    {
      name: '--image',
      value: 'image',
      once: true,
      help: 'the image of the collector; default: as ship sinks NAME says',
    },
    { name: '--label', value: 'key=value', repeats: true, help: 'a label for all objects; repeat it for more' },
    {
      name: '--queue',
      value: 'where',
      choices: ['disk', 'none'],
      default: 'disk',
      mean: 'With disk up to 256 MiB wait on the node while the store is away or slow; with none the log itself is the queue.',
      help: 'disk, or none: the log itself is the queue',
    },
    {
      name: '--priority-class',
      value: 'name',
      default: 'system-node-critical',
      help: 'the PriorityClass of its pods',
    },
  ],
};

const SHIP_NAMESPACE = {
  name: '--namespace',
  short: '-n',
  value: 'name',
  help: 'where the collectors are; default: kops-audit',
} as const;
const SHIP_WHERE: FlagGroup = {
  heading: 'Cluster',
  flags: [{ ...CLUSTER, help: 'the cluster; default: $KOPS_CLUSTER_NAME' }, ...RUNNING, SHIP_NAMESPACE],
};

/** Where the key of a store is read, and which cluster kubectl asks. */
const SHIP_KEY: FlagGroup = {
  heading: 'Key',
  flags: [
    { name: '--key-env', value: 'variable', once: true, help: 'the environment variable that holds the key' },
    { name: '--key-stdin', help: 'read the key from stdin; default: from the Secret, with kubectl' },
    ...RUNNING,
  ],
};

/** Through the spec instead of kubectl: what `AddonFlags` of `src/commands/ship/cluster.ts` has. */
const SHIP_ADDON: readonly Flag[] = [
  {
    name: '--via',
    value: 'way',
    choices: ['addon'],
    help: 'addon: through spec.addons, which kOps applies; default: kubectl',
  },
  {
    name: '--manifest-url',
    value: 'url',
    help: 'where the control plane loads the manifest: s3://…, gs://…, https://…',
  },
  KOPS_VERSION,
  NO_UPDATE,
  INCLUDE_PENDING,
  ALLOW_KOPS_UPGRADE,
  JOURNAL,
  NO_JOURNAL,
];

/** The flags that `readShip` of `src/commands/ship/flags.ts` reads. */
const SHIP_FLAGS: readonly FlagGroup[] = [SHIP_CLUSTER, SHIP_STORE, SHIP_COLLECTOR];

/** The flags of each command that has some, as its help shows them. */
export const FLAGS: Readonly<Record<string, readonly FlagGroup[]>> = {
  enable: changeGroups(...ENABLE, BLOCKS, SAVE_PLAN),
  wizard: changeGroups(...ENABLE, SAVE_PLAN),
  disable: changeGroups(
    { heading: 'Policy', flags: [{ name: '--keep-policy', help: 'leave the policy in the spec; only the flags go' }] },
    SAVE_PLAN,
  ),
  rollback: changeGroups(
    {
      heading: 'Change',
      flags: [
        { name: '--to', value: 'time', help: 'take back all changes since then: 2h, 3d, yesterday, 2026-11-24' },
        {
          name: '--force',
          value: 'key',
          repeats: true,
          help: 'take this setting or file asset back although it was changed since; repeat it for more',
        },
      ],
    },
    SAVE_PLAN,
  ),
  apply: changeGroups(),
  history: [
    {
      heading: 'Which changes',
      flags: [
        { ...CLUSTER, once: false, help: 'only changes of this cluster' },
        { ...FILE, help: 'only changes of this file' },
        JOURNAL,
      ],
    },
    { heading: 'Output', flags: [TEXT_OR_JSON, NO_COLOR] },
  ],
  'history show': [{ flags: HISTORY }],
  logs: [
    LOG,
    CLUSTER_LOG,
    FILTER,
    {
      heading: 'One object',
      flags: [
        {
          name: '--object',
          value: 'type/name',
          once: true,
          help: 'who changed it, when, and what: deployments/web, with -n its namespace',
        },
      ],
    },
    {
      heading: 'Counting',
      flags: [
        { name: '--count', help: 'only how many requests' },
        {
          name: '--top',
          value: 'parts',
          takes: 'part',
          help: 'the most frequent: user, verb, resource, namespace, ip, agent, status; or several with commas',
        },
        {
          name: '--by',
          value: 'what',
          choices: ['minute', 'hour', 'day'],
          help: 'how many in each minute, hour or day',
        },
        {
          name: '--limit',
          value: 'lines',
          takes: 'count',
          unit: 'lines',
          help: 'with --top: so many lines; default: 10',
        },
      ],
    },
    {
      heading: 'Is it complete',
      flags: [
        { name: '--check', help: 'whether the log is complete; exit 1 where there is a gap' },
        {
          name: '--masters',
          value: 'names',
          ...MANY,
          help: 'with --check: the control-plane nodes whose logs should be here; several with commas',
        },
      ],
    },
    {
      heading: 'Output',
      flags: [
        { name: '--all', help: 'also what the cluster does to itself' },
        { name: '--follow', help: 'go on with what is written from now on; with --since or --tail also what is there' },
        {
          ...OUTPUT,
          choices: ['text', 'table', 'wide', 'json', 'csv'],
          help: 'text, table (with heads), wide (all columns), csv, json (the events as they are, nothing folded or masked)',
        },
        {
          name: '--tail',
          value: 'number',
          takes: 'count',
          unit: 'requests',
          help: 'only the last so many; with --follow, then also what is new',
        },
        { name: '--reveal', help: 'show tokens, passwords and secrets' },
        { name: '--envelope', help: 'with -o json: with what the events were wrapped in' },
        { name: '--utc', help: 'times in UTC; default: in the zone of this machine' },
        NO_COLOR,
        { ...QUIET, help: 'only warnings besides the events' },
      ],
    },
  ],
  report: [
    LOG,
    CLUSTER_LOG,
    {
      heading: 'Report',
      flags: [
        {
          name: '--recorded-with',
          value: 'name|file',
          takes: 'policy',
          help: 'the policy that was in force, a template or a file: says what could not be seen; default: that of --cluster',
        },
        { ...SET, help: 'with --recorded-with: a parameter of the template' },
        {
          name: '--baseline',
          value: 'log',
          takes: 'file',
          repeats: true,
          help: 'an earlier log: tells who is new, and from where',
        },
        { name: '--section', value: 'id', repeats: true, help: 'only this section' },
        { name: '--fail-on-section', value: 'id', repeats: true, help: 'exit 1 if anything is in this section' },
        { name: '--rows', value: 'rows', takes: 'count', unit: 'rows', help: 'so many rows of each section' },
      ],
    },
    SCOPE,
    {
      heading: 'Output',
      flags: [
        {
          ...OUTPUT,
          choices: ['text', 'markdown', 'json', 'html'],
          help: 'text, markdown, json, or html (one page for a browser, print and mail)',
        },
        { name: '--out', value: 'file', takes: 'file', help: 'write it there' },
        {
          name: '--evidence',
          value: 'dir',
          takes: 'folder',
          help: 'also write the events behind each figure, unmasked, with their SHA-256, to this new folder',
        },
        { name: '--reveal', help: 'show secrets in commands and paths' },
        NO_COLOR,
        { ...QUIET, help: 'only warnings besides the report' },
      ],
    },
  ],
  who: [
    {
      heading: 'Question',
      flags: [
        { name: '--namespace', short: '-n', value: 'name', help: 'where the object is; default: anywhere' },
        { name: '--since', value: 'time', help: 'from then on: 2h, 3d, yesterday, 2026-11-24, 2026-11-24T09:30' },
        { name: '--until', value: 'time', help: 'before then' },
      ],
    },
    LOG,
    CLUSTER_LOG,
    {
      heading: 'Policy',
      flags: [
        {
          name: '--recorded-with',
          value: 'name|file',
          takes: 'policy',
          help: 'the policy that recorded the log: tells what it left out; default: that of --cluster or -f',
        },
      ],
    },
    {
      heading: 'Output',
      flags: [
        { name: '--all', help: 'all that was found, and what the cluster itself did' },
        { name: '--reveal', help: 'show secrets in commands and messages' },
        { ...TEXT_OR_JSON },
        { name: '--utc', help: 'times in UTC; default: in the zone of this machine' },
        NO_COLOR,
        { ...QUIET, help: 'nothing of how much was read' },
      ],
    },
  ],
  lint: [
    {
      heading: 'Cluster',
      flags: [
        { ...CLUSTER, help: 'instead of files: a cluster in its state store; default: $KOPS_CLUSTER_NAME' },
        { ...STATE, help: 'with --cluster: the state store, handed to kops' },
        { ...TIMEOUT, help: 'with --cluster: for each read of kops' },
      ],
    },
    {
      heading: 'Findings',
      flags: [
        { ...KUBERNETES_VERSION, help: "judge by this release; default: the cluster's, or the newest" },
        {
          ...KOPS_VERSION,
          help: 'the kOps release that will use the file; default: all that run its Kubernetes',
        },
        {
          name: '--fail-on',
          value: 'severity',
          choices: ['error', 'warning', 'info'],
          default: 'error',
          help: 'exit 1 from this severity on: error, warning or info',
        },
        {
          name: '--exclude',
          value: 'glob',
          repeats: true,
          help: 'leave out of a folder: a name, or a path from it, as in a .gitignore',
        },
      ],
    },
    {
      heading: 'Fixes',
      flags: [
        { name: '--fix', help: 'fix in the files what can be fixed safely; stdin goes to stdout' },
        { name: '--dry-run', help: 'with --fix: show the changes and the diff, and write nothing' },
        { name: '--exit-code', help: 'with --fix: exit 1 if something was fixed, or would be' },
      ],
    },
    {
      heading: 'Output',
      flags: [
        {
          ...OUTPUT,
          choices: ['text', 'json', 'sarif', 'github', 'junit'],
          help: 'text, json, sarif, github or junit',
        },
        NO_COLOR,
        { ...QUIET, help: 'without infos, and without what is not looked at' },
        { ...VERBOSE, help: 'also what is ignored, what follows from another finding, and each kops command' },
      ],
    },
  ],
  status: [
    {
      heading: 'Clusters',
      flags: [
        {
          ...CLUSTER,
          once: false,
          repeats: true,
          help: 'a cluster; repeat it for more; default: $KOPS_CLUSTER_NAME',
        },
        { name: '--all', help: 'every cluster in the state store' },
        STATE,
        { ...FILE, once: true, help: 'the clusters in a spec file; - is stdin' },
        KOPS_VERSION,
        { name: '--no-update', help: 'do not ask whether `kops update` is pending' },
        {
          name: '--parallel',
          value: 'number',
          takes: 'count',
          range: [1, 64],
          default: '4',
          help: 'calls of kops and kubectl at once',
        },
        { ...TIMEOUT, help: 'for each call of kops and kubectl' },
        JOURNAL,
      ],
    },
    {
      heading: 'The running cluster',
      flags: [
        { name: '--live', help: 'ask the API servers with kubectl: their flags, and whether events flow' },
        ...RUNNING,
        { name: '--interval', value: 'duration', takes: 'wait', help: 'how long events are counted; default: 5s' },
        { name: '--watch', value: 'duration', takes: 'wait', help: 'the former name of --interval' },
      ],
    },
    {
      heading: 'Output',
      flags: [
        TEXT_OR_JSON,
        {
          name: '--require',
          value: 'on|policy',
          takes: 'policy',
          help: 'exit 1 unless every cluster is on, or has this policy in force (a template or a file); 4 if that is not known',
        },
        { name: '--exit-code', help: 'exit 1 if a cluster is broken, has drifted, or an update is pending' },
        ...TALK,
      ],
    },
  ],
  'policy list': [{ flags: [{ ...TEXT_OR_JSON, help: 'text or json (with the parameters)' }, NO_COLOR] }],
  'policy show': [
    {
      flags: [
        { ...SET, help: 'a parameter of the template; repeat it for more' },
        { ...KUBERNETES_VERSION, help: 'leave out what this release does not know; default: the newest' },
        { ...CLUSTER, help: 'instead: the policy in this cluster, or in this cluster of FILE' },
        STATE,
        { ...FILE, help: 'instead: the policy in a cluster spec; - is stdin' },
        VERBOSE,
        NO_COLOR,
      ],
    },
    {
      heading: 'For another cluster tool',
      flags: [
        {
          name: '--for',
          value: 'tool',
          takes: 'tool',
          help: 'the settings with which this tool gives the policy to kube-apiserver: kubeadm, kind, k3s, …',
        },
        {
          name: '--tool-version',
          value: 'version',
          takes: 'version',
          help: 'the release of the tool; default: the newest',
        },
        ...LOG_SETTINGS.map((flag) =>
          flag.name === '--log-path' ? { ...flag, help: 'default: where the tool has it; - is stdout' } : flag,
        ),
        ...WEBHOOK_SETTINGS,
        {
          name: '--out',
          value: 'dir',
          takes: 'folder',
          help: 'write policy, settings and a README to this new folder',
        },
        { ...TEXT_OR_JSON, help: 'text or json (settings, steps and what goes wrong)' },
      ],
    },
  ],
  'policy explain': [
    {
      heading: 'Request',
      flags: [
        { name: '--namespace', short: '-n', value: 'name', help: 'default: default' },
        { name: '--all-namespaces', short: '-A', help: 'a list or watch of all namespaces' },
        { name: '--name', value: 'name', help: 'the name of the object' },
        { name: '--subresource', value: 'name', help: 'such as log, exec, status, scale' },
        { name: '--as', value: 'user', help: 'who sends it; default: someone' },
        { name: '--as-group', value: 'group', repeats: true, help: 'a group of that user; repeat it for more' },
        { name: '--unauthenticated', help: 'it fails to authenticate (401): there is no user' },
        {
          name: '--requests',
          value: 'file',
          takes: 'file',
          help: 'requests or audit events as JSON lines, one answer each; - is stdin',
        },
      ],
    },
    {
      heading: 'Policy',
      flags: [
        { ...POLICY, help: 'a template, a file, or - for stdin; default: kops' },
        { ...SET, help: 'a parameter of the policy; repeat it' },
        { ...CLUSTER, help: 'the policy in this cluster (read with kops), or in this cluster of FILE' },
        STATE,
        { ...FILE, help: 'the policy in a cluster spec; - is stdin' },
        KUBERNETES_VERSION,
      ],
    },
    {
      heading: 'Output',
      flags: [TEXT_OR_JSON, { ...VERBOSE, help: 'each earlier rule on its own, and each kops command' }, NO_COLOR],
    },
  ],
  'policy test': [
    {
      heading: 'Cases',
      flags: [
        { name: '--run', value: 'regexp', takes: 'pattern', help: 'only the cases whose name matches' },
        { name: '--coverage', help: 'also tell which rules no case decides' },
        {
          name: '--min-coverage',
          value: 'percent',
          takes: 'percent',
          help: 'fail where a policy has fewer of its rules decided',
        },
        { ...OUTPUT, choices: ['text', 'junit', 'json'], help: 'text, junit or json' },
        { ...VERBOSE, help: 'list passed cases too, and explain failures in full' },
        { name: '--schema', help: 'print the JSON Schema of a test file, for editors' },
        NO_COLOR,
      ],
    },
  ],
  'policy diff': [
    {
      heading: 'Policies',
      flags: [
        { ...CLUSTER, help: 'the first is the policy in this cluster' },
        STATE,
        { ...FILE, help: 'the first is the policy in a cluster spec; - is stdin' },
        { ...SET, help: 'a parameter of the second; repeat it for more' },
        KUBERNETES_VERSION,
      ],
    },
    {
      heading: 'Output',
      flags: [
        { name: '--summary', help: 'only the summary, in sentences' },
        { name: '--exit-code', help: 'end with 1 if they differ' },
        { ...TEXT_OR_JSON, help: 'text or json (nothing shortened)' },
        VERBOSE,
        NO_COLOR,
      ],
    },
  ],
  'policy replay': [
    {
      heading: 'Policies',
      flags: [
        { ...POLICY, repeats: true, help: 'what would it have kept; repeat it for more; default: all templates' },
        { ...SET, help: 'a parameter of all of them, or as kops:key=value of one; repeat it for more' },
        {
          name: '--recorded-with',
          value: 'name|file',
          takes: 'policy',
          help: 'the policy that recorded the log: tells what it left out; default: that of --cluster or -f',
        },
        KUBERNETES_VERSION,
      ],
    },
    LOG,
    CLUSTER_LOG,
    {
      heading: 'Cost',
      flags: [
        { name: '--price', value: 'price', help: 'what 10⁹ bytes cost, such as 0.50/GB: tells what 30 days would' },
        {
          name: '--sink',
          value: 'name',
          takes: 'sink',
          once: true,
          help: 'the store that events go to: tells how many are longer than it takes (ship sinks lists them)',
        },
        { ...LOG_MAX_SIZE, help: 'tells how long what is on a node reaches back; default: 100' },
        { ...LOG_MAX_BACKUPS, help: 'the same; default: 10' },
      ],
    },
    {
      heading: 'Output',
      flags: [
        {
          ...OUTPUT,
          choices: ['text', 'json', 'html'],
          help: 'text, json, or html (one page for a browser, print and mail)',
        },
        { name: '--out', value: 'file', takes: 'file', help: 'write it there' },
        { ...QUIET, help: 'only warnings besides the result' },
        NO_COLOR,
      ],
    },
  ],
  'policy suggest': [
    {
      heading: 'Policy',
      flags: [
        { ...POLICY, help: 'of which policy; default: the one in force with --cluster or -f' },
        { ...SET, help: 'a parameter of the policy; repeat it for more' },
        KUBERNETES_VERSION,
      ],
    },
    LOG,
    CLUSTER_LOG,
    {
      heading: 'Suggestions',
      flags: [
        {
          name: '--min-share',
          value: 'percent',
          takes: 'percent',
          default: '1',
          help: 'only what saves so much of what the policy keeps',
        },
        {
          name: '--max-risk',
          value: 'risk',
          choices: ['low', 'medium', 'high'],
          default: 'medium',
          help: 'only rules that put no more at risk: low, medium or high',
        },
        {
          name: '--max-rules',
          value: 'number',
          takes: 'count',
          range: [1, 100],
          default: '10',
          help: 'so many at most',
        },
        { name: '--write', short: '-w', help: 'put the rules into the file of the policy' },
      ],
    },
    {
      heading: 'Output',
      flags: [
        {
          ...OUTPUT,
          choices: ['text', 'json', 'yaml', 'diff'],
          mean: 'yaml is the policy with the rules in it, diff what they change.',
          help: 'text, json, yaml (the whole policy with the rules), diff (what they change)',
        },
        { ...QUIET, help: 'only warnings besides the result' },
        NO_COLOR,
      ],
    },
  ],
  'policy sql': [
    {
      heading: 'Policy',
      flags: [
        { ...POLICY, help: 'of which policy' },
        { ...SET, help: 'a parameter of the policy; repeat it for more' },
        { ...CLUSTER, help: 'the policy in this cluster' },
        STATE,
        { ...FILE, help: 'the policy in a cluster spec; - is stdin' },
        KUBERNETES_VERSION,
      ],
    },
    {
      heading: 'Archive',
      flags: [
        {
          name: '--dialect',
          value: 'name',
          choices: ['duckdb', 'trino', 'athena', 'clickhouse', 'bigquery'],
          help: 'the database: duckdb, trino, athena, clickhouse or bigquery',
        },
        {
          name: '--preset',
          value: 'name',
          choices: ['raw', 'typed', 'fluent-bit', 'firehose', 'otel'],
          default: 'raw',
          help: 'how events are stored: raw, typed, fluent-bit, firehose or otel',
        },
        { name: '--columns', value: 'name=column,…', once: true, help: 'columns that are called otherwise' },
        { name: '--table', value: 'name', help: 'the table; default: audit_log' },
        { name: '--from', value: 'sql', help: 'what stands behind FROM, as it is' },
        { name: '--files', value: 'glob', help: 'files or s3:// URLs, read by DuckDB or ClickHouse' },
      ],
    },
    {
      heading: 'Output',
      flags: [{ name: '--where', help: 'the rows that the policy keeps, instead of counts' }, VERBOSE, NO_COLOR],
    },
  ],
  'policy order': [
    {
      flags: [
        {
          name: '--by',
          value: 'what',
          choices: ['least', 'most'],
          mean: 'With least, of all rules that match the one that records least decides; with most the one that records most.',
          help: 'which of all matching rules decides: the one that records least, or most',
        },
        { name: '--write', short: '-w', help: 'replace the file; nothing is printed' },
        { ...SET, help: 'a parameter of the policy; repeat it for more' },
        KUBERNETES_VERSION,
        NO_COLOR,
      ],
    },
  ],
  'ship sinks': [{ flags: [{ ...TEXT_OR_JSON, help: 'text or json (all that is known of each)' }, NO_COLOR] }],
  'ship verify': [
    ...SHIP_FLAGS,
    { heading: 'Running cluster', flags: RUNNING },
    {
      heading: 'Search',
      flags: [
        {
          name: '--query-url',
          value: 'url',
          once: true,
          help: 'where the store is searched; default: the query is printed',
        },
        { name: '--query-env', value: 'variable', once: true, help: 'the variable that holds the key for the search' },
        { name: '--query-secret', value: 'name/key', once: true, help: 'the Secret that holds it' },
        {
          name: '--wait',
          value: 'duration',
          takes: 'wait',
          default: '1m',
          help: 'how long it may take to arrive at each step',
        },
      ],
    },
    { heading: 'Output', flags: [TEXT_OR_JSON, ...TALK] },
  ],
  'ship check': [...SHIP_FLAGS, SHIP_KEY, { heading: 'Output', flags: [TEXT_OR_JSON, ...TALK] }],
  'ship render': [
    ...SHIP_FLAGS,
    {
      heading: 'Output',
      flags: [
        {
          name: '--out',
          value: 'dir',
          takes: 'folder',
          help: 'write the manifests to this folder, with a kustomization',
        },
        ...TALK,
      ],
    },
  ],
  'ship apply': [
    ...SHIP_FLAGS,
    { heading: 'The running cluster', flags: RUNNING },
    {
      heading: 'What happens',
      flags: [
        DRY_RUN,
        EXIT_CODE,
        {
          name: '--diff',
          value: 'form',
          choices: ['full', 'short', 'none'],
          help: 'full, short (long runs of lines folded) or none; default: short on a terminal, else full',
        },
        YES,
        { name: '--force-conflicts', help: 'take over fields that somebody else manages' },
        { name: '--no-wait', help: 'do not wait for the collectors' },
        { ...TIMEOUT, help: 'how long to wait for the collectors' },
      ],
    },
    {
      heading: 'As an addon',
      flags: [
        ...SHIP_ADDON,
        { name: '--out', value: 'dir', takes: 'folder', help: 'where the manifest is written, to be uploaded' },
      ],
    },
    { heading: 'Output', flags: TALK },
  ],
  'ship remove': [
    SHIP_WHERE,
    {
      heading: 'What happens',
      flags: [
        { name: '--dry-run', help: 'show what would be removed, and stop' },
        YES,
        { ...TIMEOUT, help: 'how long to wait for the end of the collectors' },
        NO_COLOR,
        VERBOSE_KUBECTL,
      ],
    },
    {
      heading: 'As an addon',
      flags: [STATE, { ...FILE, help: 'the spec in a file instead' }, ...SHIP_ADDON],
    },
  ],
  'ship status': [
    SHIP_WHERE,
    {
      heading: 'Output',
      flags: [
        { name: '--interval', value: 'duration', takes: 'wait', help: 'how long events are counted; default: 10s' },
        { name: '--exit-code', help: 'exit 1 where a node does not ship, or lost events' },
        TEXT_OR_JSON,
        NO_COLOR,
        VERBOSE_KUBECTL,
      ],
    },
  ],
  demo: [{ flags: [NO_COLOR] }],
};

/** The flags of a command, `policy explain`, in the order of its help. */
export function flagsOf(command: string): readonly Flag[] {
  return (FLAGS[command] ?? []).flatMap(({ flags }) => flags);
}

/** The name of a flag's value in what a command gets: `logPath` of `--log-path`; `log` of `--no-log`, which makes it false. */
export function keyOf({ name }: Flag): string {
  return name.replace(/^--(no-)?/, '').replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

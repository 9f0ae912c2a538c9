import type { ChangeFlags } from '../commands/change/flags.ts';
import type { DisableFlags } from '../commands/disable.ts';
import type { EnableFlags } from '../commands/enable.ts';
import type { HistoryFlags } from '../commands/history.ts';
import type { LintFlags } from '../commands/lint/inputs.ts';
import type { LogsFlags } from '../commands/logs/flags.ts';
import type { DiffFlags } from '../commands/policy/diff.ts';
import type { ExplainFlags } from '../commands/policy/explain.ts';
import type { OrderFlags } from '../commands/policy/order.ts';
import type { ReplayFlags } from '../commands/policy/replay.ts';
import type { SuggestFlags } from '../commands/policy/suggest.ts';
import type { ShowFlags } from '../commands/policy/show.ts';
import type { SqlFlags } from '../commands/policy/sql.ts';
import type { PolicyTestFlags } from '../commands/policy/test.ts';
import type { ReportFlags } from '../commands/report/report.ts';
import type { RollbackFlags } from '../commands/rollback.ts';
import type { ApplyShipFlags } from '../commands/ship/apply.ts';
import type { RemoveFlags } from '../commands/ship/remove.ts';
import type { CheckFlags } from '../commands/ship/check.ts';
import type { RenderFlags } from '../commands/ship/render.ts';
import type { ShipStatusFlags } from '../commands/ship/status.ts';
import type { VerifyFlags } from '../commands/ship/verify.ts';
import type { StatusFlags } from '../commands/status/flags.ts';
import type { WhoFlags } from '../commands/who.ts';
import type { Context } from '../context.ts';
import type { Takes } from '../flags/table.ts';

/** What was typed after a command. */
interface Given {
  /** The arguments in their order. */
  words: string[];
  /** What stands behind `--`, where the command has a use for it. */
  behind: readonly string[];
  /** The flags by their keys (`keyOf`), as the command declares them for itself. */
  flags: <Flags extends object>() => Flags;
}

export interface CommandArgument {
  /** As help shows it: `<plan>`, `[files...]`. */
  name: string;
  help: string;
  takes?: Takes;
  choices?: readonly string[];
}

/** A line that can be typed as it is, and what it does. */
type Example = readonly [line: string, says: string];

type ExitStatus = readonly [status: number, means: string];

/** One command as it is declared: its flags are in `FLAGS`, under the same name. */
export interface CommandRow {
  /** The words after `kops-audit`. */
  name: string;
  /** Under which heading `kops-audit --help` lists it; for a command of its own. */
  group?: CommandGroup;
  /** In the list of commands; left out: the description. */
  summary?: string;
  description: string;
  /** Left out of help and completion. */
  isHidden?: boolean;
  /** What stands behind `--` is something else than arguments. */
  takesBehind?: boolean;
  /** What stands after the command in help, where it is more than its arguments. */
  usage?: string;
  arguments?: readonly CommandArgument[];
  examples: readonly Example[];
  /** What help says besides; lines that are indented stay as they are. */
  notes?: readonly string[];
  /** A section of help that takes long to find out. */
  findMore?: (columns: number) => Promise<string>;
  exit: readonly ExitStatus[];
  /** The page that tells more, in the package. */
  page: string;
  /** Gives the exit status; left out: there are only the commands below it. */
  run?: (given: Given, context: Context) => Promise<number>;
}

type CommandGroup = 'Change' | 'Look' | 'Logs' | 'Policies' | 'More';

const BUG: ExitStatus = [70, 'a bug of kops-audit'];
const INTERRUPTED: ExitStatus = [130, 'interrupted'];
const BAD_POLICY: ExitStatus = [
  2,
  'the flags are wrong, or a policy cannot be read or would be refused by kube-apiserver',
];

/** The exit statuses of all commands together (design §5). */
const EXIT_STATUS: readonly ExitStatus[] = [
  [0, 'done, or nothing to do'],
  [
    1,
    'the answer is no: findings of severity error, a policy test failed, status --require not met; with --exit-code: changes are pending',
  ],
  [2, 'could not start, or refused by a safety check; nothing was written'],
  [3, 'declined, or nobody could be asked; nothing was written'],
  [4, 'kops failed or timed out, or stdout is full; nothing was written'],
  [5, 'the spec was written, but a later step failed or was declined'],
  BUG,
  [130, 'interrupted; the message says what was written'],
];

/** Those of a command that changes a spec: its findings refuse, which is 2. */
const CHANGE_EXIT: readonly ExitStatus[] = EXIT_STATUS.map(([status, meaning]) =>
  status === 1 ? [status, 'only with --dry-run --exit-code: something would change'] : [status, meaning],
);

/** What `kops-audit --help` says around the list of commands. */
export const ROOT: CommandRow = {
  name: '',
  description:
    'Turn Kubernetes audit logging on for kOps clusters: the policy embedded as a file asset, the kube-apiserver flags patched, the diff shown before anything is written.',
  usage: '[COMMAND] [FLAGS]',
  notes: ['On a terminal, kops-audit alone asks what it needs to know.'],
  examples: [
    ['kops-audit demo', 'see it work, without a cluster'],
    ['kops-audit status --all', 'which clusters have auditing on'],
    ['kops-audit enable prod.example.com --dry-run', 'what would change'],
  ],
  exit: EXIT_STATUS,
  page: 'README.md',
};

/** The cluster as an argument; `declareCommand` hands it on as `--cluster`. */
const CLUSTER_WORD: CommandArgument = {
  name: '[cluster]',
  help: 'the cluster; the same as --cluster',
  takes: 'cluster',
};

/** All commands, in the order in which help shows them; one below another comes after it. */
export const COMMANDS: readonly CommandRow[] = [
  {
    name: 'enable',
    group: 'Change',
    summary: 'turn audit logging on, or change its settings',
    description:
      'Turn audit logging on for a cluster, or change its settings. Shows the diff and asks before it writes.',
    arguments: [CLUSTER_WORD],
    examples: [
      ['kops-audit enable prod.example.com', 'asks before each step'],
      ['kops-audit enable prod.example.com --dry-run', 'only shows what would change'],
      ['kops-audit enable -f cluster.yaml --policy metadata', 'a spec kept in a file'],
      ['kops-audit enable -f cluster.yaml --webhook-url https://audit.example.com', 'also send the events to a server'],
      [
        'kops get cluster prod.example.com -o yaml | kops-audit enable -f - | kops replace -f -',
        'in a pipe of your own',
      ],
    ],
    exit: CHANGE_EXIT,
    page: 'docs/enable-a-live-cluster.md',
    run: async ({ flags }, context) => enableOrAsk(flags<EnableFlags>(), context),
  },
  {
    name: 'wizard',
    isHidden: true,
    description: 'Asks what enable needs to know, then runs it.',
    examples: [],
    exit: CHANGE_EXIT,
    page: 'docs/wizard.md',
    run: async ({ flags }, context) => (await import('../wizard/wizard.ts')).wizard(flags<EnableFlags>(), context),
  },
  {
    name: 'disable',
    group: 'Change',
    summary: 'turn audit logging off',
    description: 'Turn audit logging off: the flags and the file assets go. Shows the diff and asks before it writes.',
    arguments: [CLUSTER_WORD],
    examples: [
      ['kops-audit disable prod.example.com', 'asks before each step'],
      ['kops-audit disable prod.example.com --dry-run', 'only shows what would go'],
      ['kops-audit disable -f cluster.yaml --keep-policy', 'only the flags go'],
    ],
    exit: CHANGE_EXIT,
    page: 'docs/undo.md',
    run: async ({ flags }, context) => (await import('../commands/disable.ts')).disable(flags<DisableFlags>(), context),
  },
  {
    name: 'rollback',
    group: 'Change',
    summary: 'take a recorded change back',
    description:
      'Take back what kops-audit changed: the values it set become what they were before; everything else stays. Shows the diff and asks before it writes.',
    arguments: [
      {
        name: '[id]',
        help: 'the change, as `kops-audit history` shows it; default: the newest one not taken back yet',
        takes: 'change',
      },
    ],
    examples: [
      ['kops-audit rollback --cluster prod.example.com', 'the newest change'],
      ['kops-audit rollback -f cluster.yaml --dry-run', 'only shows it'],
      ['kops-audit rollback --cluster prod.example.com --to 2h', 'all changes since then'],
    ],
    exit: CHANGE_EXIT,
    page: 'docs/undo.md',
    run: async ({ words: [id], flags }, context) =>
      (await import('../commands/rollback.ts')).rollback(id, flags<RollbackFlags>(), context),
  },
  {
    name: 'apply',
    group: 'Change',
    summary: 'apply a change that was saved as a plan',
    description:
      'Apply a change that was saved with --save-plan. The cluster, the store and the file are those of the plan. The spec is read again; if it no longer fits, the plan is refused. Shows the diff and asks before it writes.',
    arguments: [{ name: '<plan>', help: 'the file that --save-plan wrote', takes: 'file' }],
    examples: [
      ['kops-audit enable prod.example.com --save-plan audit.plan', 'look, and keep'],
      ['kops-audit apply audit.plan', 'look again, and do it'],
      ['kops-audit apply audit.plan --yes', 'without questions'],
    ],
    exit: CHANGE_EXIT,
    page: 'docs/saved-plans.md',
    run: async ({ words: [plan = ''], flags }, context) =>
      (await import('../commands/apply.ts')).apply(plan, flags<ChangeFlags>(), context),
  },
  {
    name: 'status',
    group: 'Look',
    summary: 'is auditing on, with which policy, and does it work',
    description: 'Tells whether auditing is on, with which policy, and what is wrong with it. Changes nothing.',
    arguments: [{ ...CLUSTER_WORD, name: '[clusters...]' }],
    examples: [
      ['kops-audit status prod.example.com', 'one cluster, in detail'],
      ['kops-audit status prod.example.com --live', 'and whether events flow'],
      ['kops-audit status --all', 'a row for each in the store'],
      ['kops-audit status --all --require kops', 'fail if one does not have it'],
      ['kops-audit status -f clusters.yaml', 'what a file says'],
    ],
    exit: [
      [0, 'the clusters were read'],
      [1, 'one is not as --require says; with --exit-code: one is broken, has drifted, or an update is pending'],
      [2, 'could not start: flags, no kops, no store; or the one cluster is unknown'],
      [4, 'a cluster could not be read, --live or --require could not tell'],
      BUG,
      INTERRUPTED,
    ],
    page: 'docs/status.md',
    run: async ({ flags }, context) =>
      (await import('../commands/status/status.ts')).status(flags<StatusFlags>(), context),
  },
  {
    name: 'history',
    group: 'Look',
    summary: 'what was changed, when, and by whom',
    description: 'What kops-audit changed from this machine, newest first. Secrets are never shown.',
    arguments: [CLUSTER_WORD],
    examples: [
      ['kops-audit history', 'all changes made from this machine'],
      ['kops-audit history prod.example.com', 'those of one cluster'],
      ['kops-audit history show 0a1b2c3d', 'one of them, with its diff'],
    ],
    exit: [[0, 'also where nothing is recorded'], [2, 'the flags are wrong, or the journal cannot be read'], BUG],
    page: 'docs/undo.md',
    run: async ({ flags }, context) => (await import('../commands/history.ts')).history(flags<HistoryFlags>(), context),
  },
  {
    name: 'history show',
    summary: 'one change, with its diff',
    description: 'One change, with its diff. Secrets are never shown.',
    arguments: [{ name: '<id>', help: 'as history lists it', takes: 'change' }],
    examples: [
      ['kops-audit history', 'lists them, each with its id'],
      ['kops-audit history show 0a1b2c3d', 'one, with its diff'],
      ['kops-audit history show 0a1b2c3d -o json', 'for a script'],
    ],
    exit: [[0, 'it is shown'], [2, 'the flags are wrong, or there is no such change'], BUG],
    page: 'docs/undo.md',
    run: async ({ words: [id = ''], flags }, context) =>
      (await import('../commands/history.ts')).historyShow(id, flags<HistoryFlags>(), context),
  },
  {
    name: 'lint',
    group: 'Look',
    summary: 'what is wrong with policies and cluster specs',
    description:
      'Tells what is wrong with audit policies, the audit part of cluster specs, configurations of kubeadm and kind, and static pods of kube-apiserver. Changes nothing without --fix.',
    arguments: [
      {
        name: '[files...]',
        help: 'Policies, specs, kubeadm configurations, static pods, or folders; - is stdin',
        takes: 'file',
      },
    ],
    examples: [
      ['kops-audit lint policy.yaml cluster.yaml', 'a policy and a cluster spec'],
      ['kops-audit lint --cluster prod.example.com', 'what is in the state store'],
      ['kops-audit lint policy.yaml --fix --dry-run', 'what can be fixed safely'],
      ['kops-audit lint kubeadm.yaml --kubernetes-version 1.37', 'a cluster that kubeadm sets up'],
      ['kops-audit lint clusters/ --exclude old', 'all policies and specs in a folder'],
      ['kops-audit lint policies/ -o github', 'annotations for GitHub Actions'],
    ],
    notes: [
      'A comment in the file leaves findings out; several rules have commas:',
      '  # kops-audit-ignore RULE the reason',
    ],
    exit: [
      [0, 'no finding as bad as --fail-on says'],
      [1, 'there is one; a policy that kube-apiserver refuses is an error; or, with --exit-code, something to fix'],
      [2, 'a file could not be read (outranks 1), or the flags are wrong'],
      [4, 'kops failed or timed out, or stdout is full'],
      BUG,
      INTERRUPTED,
    ],
    page: 'docs/lint.md',
    run: async ({ words, flags }, context) =>
      (await import('../commands/lint/lint.ts')).lint(words, flags<LintFlags>(), context),
  },
  {
    name: 'logs',
    group: 'Logs',
    summary: 'what is in audit logs: who did what, a request a line',
    description:
      'Reads audit logs and shows a request a line: when, how it ended, who, what, from where. What the cluster does to itself is hidden.',
    usage: '[LOGS...] [FLAGS] [-- REQUEST]',
    notes: [
      'Flags that say which requests can be repeated: values of one flag are alternatives, and all flags must hold. In a value * is any text, and a ! in front excludes: --verb "!get".',
    ],
    takesBehind: true,
    arguments: [{ name: '[logs...]', help: 'files, folders, .gz; - is stdin', takes: 'file' }],
    examples: [
      ['kops-audit logs --sample', 'a log that comes with kops-audit'],
      ['kops-audit logs audit.log --status 403 --since 2h', 'who was denied'],
      ['kops-audit logs kube-audit/ -n prod --writes --human', 'what people changed'],
      ['kops-audit logs audit.log -- delete secrets/db -n prod', 'one kind of request'],
      ['kops-audit logs audit.log --top user,verb', 'who is busy with what'],
      ['kops-audit logs audit.log --object deploy/web -n shop', 'what was changed in it, and by whom'],
      ['kops-audit logs kube-audit/ --check', 'whether the log is complete'],
    ],
    exit: [
      [0, 'also where nothing matches, where lines are damaged, and where --check cannot tell'],
      [1, 'with --check: there is a gap; with --strict: lines are damaged'],
      [2, 'the flags are wrong, or a log cannot be read'],
      [4, 'a part of the log could not be read, or stdout is full'],
      BUG,
      INTERRUPTED,
    ],
    page: 'docs/logs.md',
    run: async ({ words, behind, flags }, context) =>
      (await import('../commands/logs/logs.ts')).logs({ words, request: behind }, flags<LogsFlags>(), context),
  },
  {
    name: 'who',
    group: 'Logs',
    summary: 'who deleted, changed, read or made something, and what led to it',
    description:
      'Finds in audit logs who did something, by what right, and what led to it: an object can also go with its owner or its namespace.',
    usage: '<DID> <TYPE/NAME> [LOGS...] [FLAGS]',
    notes: [
      'DID is delete, create, change, scale, read, exec, attach, port-forward, logs, evict, debug, proxy or bind; kubectl words such as get, patch and apply are taken too. TYPE alone asks about any of that type.',
      'An answer that is a guess says so. Nobody is an honest answer only where the policy records such requests: --recorded-with tells.',
    ],
    arguments: [
      { name: '[did]', help: 'what was done: delete, create, change, read, exec, bind, …', takes: 'act' },
      {
        name: '[object]',
        help: 'to what: deployments/web, secrets, web-1 for a pod, cluster-admin for bind',
        takes: 'resource',
      },
      { name: '[logs...]', help: 'files, folders, .gz; - is stdin', takes: 'file' },
    ],
    examples: [
      ['kops-audit who delete deployments/web -n shop --sample', 'in a log that comes with kops-audit'],
      ['kops-audit who read secrets/db -n shop --sample', 'with lists that it was among'],
      ['kops-audit who exec pods/web-1 -n shop --sample', 'with the command'],
      ['kops-audit who bind namespaces --sample', 'who gave a role to whom'],
      ['kops-audit who delete pods/web-1 -n shop audit.log --recorded-with kops', 'and could the log tell'],
    ],
    exit: [
      [0, 'somebody did it'],
      [1, 'nobody did, as far as the log tells; with --strict: lines are damaged'],
      [2, 'the question or the flags are wrong, or a log cannot be read'],
      [4, 'a part of the log could not be read, or stdout is full'],
      BUG,
      INTERRUPTED,
    ],
    page: 'docs/questions.md',
    run: async ({ words, flags }, context) =>
      (await import('../commands/who.ts')).who(words, flags<WhoFlags>(), context),
  },
  {
    name: 'report',
    group: 'Logs',
    summary: 'the page an auditor asks for',
    description:
      'Answers from audit logs what auditors ask: who changed rights, read secrets, opened shells, was denied, deleted what, and more; with what the policy could not have shown.',
    arguments: [{ name: '[logs...]', help: 'files, folders, .gz; - is stdin', takes: 'file' }],
    examples: [
      ['kops-audit report --sample', 'of a log that comes with kops-audit'],
      ['kops-audit report kube-audit/ --recorded-with kops', 'with what could not be seen'],
      ['kops-audit report audit.log -o markdown --out report.md', 'for a pull request'],
      ['kops-audit report audit.log --evidence evidence', 'with the events behind each figure'],
      ['kops-audit report audit.log --fail-on-section anonymous', 'each night: 1 if anything is found'],
    ],
    exit: [
      [0, 'the report was made'],
      [1, 'something is in a section of --fail-on-section; with --strict: lines are damaged'],
      [2, 'the flags are wrong, or a file cannot be read or written'],
      [4, 'a part of the log could not be read, or stdout is full'],
      BUG,
      INTERRUPTED,
    ],
    page: 'docs/report.md',
    run: async ({ words, flags }, context) =>
      (await import('../commands/report/report.ts')).report(words, flags<ReportFlags>(), context),
  },
  {
    name: 'ship',
    group: 'Logs',
    summary: 'take the log off the control plane, to a log store',
    description: 'Ship the audit log to a store, with an OpenTelemetry Collector on each node that has an API server.',
    examples: [
      ['kops-audit ship sinks', 'the stores that are known'],
      ['kops-audit ship sinks mezmo', 'one of them in full'],
      ['kops-audit ship render -f cluster.yaml --sink mezmo', 'the manifests'],
    ],
    exit: [],
    page: 'docs/ship.md',
  },
  {
    name: 'ship sinks',
    summary: 'the stores that are known, and what of each',
    description:
      'The stores that a collector can ship to: address, header, the most that an event can have, and the query that finds one. Not known is what was read nowhere.',
    arguments: [{ name: '[sink]', help: 'one of them, in full', takes: 'sink' }],
    examples: [
      ['kops-audit ship sinks', 'all of them'],
      ['kops-audit ship sinks mezmo', 'one of them in full'],
      ['kops-audit ship sinks -o json', 'for a script'],
    ],
    exit: [
      [0, 'they are printed'],
      [2, 'there is no such store'],
    ],
    page: 'docs/ship.md',
    run: async ({ words: [sink], flags }, context) =>
      (await import('../commands/ship/sinks.ts')).shipSinks(sink, flags<{ output: 'text' | 'json' }>(), context),
  },
  {
    name: 'ship render',
    summary: 'the manifests of a collector that ships the log',
    description:
      'The manifests of an OpenTelemetry Collector that ships the audit log of a cluster to a store: printed, or written to a folder. No key is in them: it lies in a Secret of the cluster.',
    examples: [
      ['kops-audit ship render -f cluster.yaml --sink mezmo', 'prints them'],
      ['kops-audit ship render -f cluster.yaml --sink mezmo --out shipper', 'into a folder'],
      ['kops-audit ship render -f cluster.yaml --sink loki --param endpoint=https://loki.example.com', ''],
    ],
    exit: [
      [0, 'they are printed or written'],
      [2, 'the flags are wrong, or the cluster has no log that can be shipped'],
      [4, 'kops failed'],
      BUG,
      INTERRUPTED,
    ],
    page: 'docs/ship.md',
    run: async ({ flags }, context) =>
      (await import('../commands/ship/render.ts')).shipRender(flags<RenderFlags>(), context),
  },
  {
    name: 'ship check',
    summary: 'try the address and the key of a store with one record',
    description:
      'Try the address and the key of a store before anything is rolled out: sends one marked record as the collector would, and says what the answer means. A wrong key makes a collector drop events for good while it says that it is healthy.',
    examples: [
      ['kops-audit ship check -f cluster.yaml --sink mezmo --key-env MEZMO_KEY', 'a key in a variable'],
      ['kops-audit ship check -f cluster.yaml --sink victorialogs --param endpoint=http://127.0.0.1:9428', ''],
      ['kops-audit ship check --cluster prod.example.com --sink mezmo', 'the key in the Secret of the cluster'],
    ],
    exit: [
      [0, 'the store takes it'],
      [1, 'the store refuses it'],
      [2, 'the flags are wrong, there is no key, or the cluster has no log that can be shipped'],
      [4, 'the store was not reached or is away, or kops or kubectl failed'],
      BUG,
      INTERRUPTED,
    ],
    page: 'docs/prove-it-arrives.md',
    run: async ({ flags }, context) =>
      (await import('../commands/ship/check.ts')).shipCheck(flags<CheckFlags>(), context),
  },
  {
    name: 'ship apply',
    summary: 'roll the collectors out, and wait until each node ships',
    description:
      'Shows what would change in the cluster (kubectl diff), asks, applies it, and waits until each node with an API server has a collector that is ready. No key passes through it: that lies in a Secret of the cluster.',
    examples: [
      ['kops-audit ship apply --cluster prod.example.com --sink mezmo', 'shows, asks, applies, waits'],
      ['kops-audit ship apply -f cluster.yaml --sink mezmo --dry-run', 'only shows what would change'],
      ['kops-audit ship apply -f cluster.yaml --sink mezmo --yes', 'in a script'],
      [
        'kops-audit ship apply -f cluster.yaml --sink mezmo --via addon --manifest-url s3://bucket/audit.yaml --out up --yes',
        'let kOps apply it, by its spec',
      ],
    ],
    exit: [
      [0, 'each node with an API server has a collector that is ready'],
      [1, 'with --dry-run --exit-code: something would change'],
      [2, 'could not start: the flags, no log to ship, the Secret or the key in it is missing'],
      [3, 'declined, or nobody could be asked; nothing was written'],
      [4, 'kops or kubectl failed; nothing was written'],
      [5, 'applied in part, or a node has no collector that is ready'],
      BUG,
      [130, 'interrupted; what was written is said'],
    ],
    page: 'docs/ship-roll-out.md',
    run: async ({ flags }, context) =>
      (await import('../commands/ship/apply.ts')).shipApply(flags<ApplyShipFlags>(), context),
  },
  {
    name: 'ship status',
    summary: 'does each node ship, what is lost, how far is it behind',
    description:
      'How the collectors ship on each node with an API server: what they sent, what the store refused for good, and how much more was written than sent. Changes nothing.',
    examples: [
      ['kops-audit ship status --cluster prod.example.com', 'a line for each node'],
      ['kops-audit ship status --cluster prod.example.com --interval 1m', 'counts longer'],
      ['kops-audit ship status --cluster prod.example.com -o json --exit-code', 'for a monitor'],
    ],
    exit: [
      [0, 'the collectors were looked at'],
      [1, 'with --exit-code: a node does not ship, or lost events'],
      [2, 'the flags are wrong'],
      [4, 'the cluster could not be asked, or a collector not'],
      BUG,
      INTERRUPTED,
    ],
    page: 'docs/ship-roll-out.md',
    run: async ({ flags }, context) =>
      (await import('../commands/ship/status.ts')).shipStatus(flags<ShipStatusFlags>(), context),
  },
  {
    name: 'ship verify',
    summary: 'follow one event from the API server into the store',
    description:
      'The proof from end to end: sends one harmless request that the policy records, and looks for its event in the log on the nodes and in the store. Says at which step it got lost: the policy, the file, the collector, the key or the store.',
    examples: [
      ['kops-audit ship verify --cluster prod.example.com --sink mezmo', 'prints the query for the store'],
      [
        'kops-audit ship verify --cluster prod.example.com --sink loki --param endpoint=https://loki.example.com --query-url https://loki.example.com --query-env LOKI_KEY',
        'searches there',
      ],
      ['kops-audit ship verify --cluster prod.example.com --sink mezmo -o json', 'for a script'],
    ],
    exit: [
      [0, 'it arrived, as far as was asked'],
      [1, 'it got lost; the step is said'],
      [2, 'the flags are wrong, or the cluster has no log that can be shipped'],
      [4, 'kops or kubectl failed, or a step could not be looked at'],
      BUG,
      INTERRUPTED,
    ],
    page: 'docs/prove-it-arrives.md',
    run: async ({ flags }, context) =>
      (await import('../commands/ship/verify.ts')).shipVerify(flags<VerifyFlags>(), context),
  },
  {
    name: 'ship remove',
    summary: 'take the collectors out again',
    description:
      'Removes what ship apply put into the cluster, and nothing else: the Secret and what others keep in the namespace stay.',
    examples: [
      ['kops-audit ship remove --cluster prod.example.com', 'shows, asks, removes, waits'],
      ['kops-audit ship remove --cluster prod.example.com --dry-run', 'only shows what would be removed'],
      ['kops-audit ship remove --cluster prod.example.com --yes', 'in a script'],
    ],
    exit: [
      [0, 'no collector runs any more, or there was none'],
      [2, 'the flags are wrong'],
      [3, 'declined, or nobody could be asked; nothing was removed'],
      [4, 'kubectl failed; nothing was removed'],
      [5, 'removed in part, or pods still run'],
      BUG,
      [130, 'interrupted; what was removed is said'],
    ],
    page: 'docs/ship-roll-out.md',
    run: async ({ flags }, context) =>
      (await import('../commands/ship/remove.ts')).shipRemove(flags<RemoveFlags>(), context),
  },
  {
    name: 'policy',
    group: 'Policies',
    summary: 'list, show, explain, test, diff and order audit policies',
    description: 'Look at audit policies: what they record, and whether they do what you want.',
    examples: [
      ['kops-audit policy list', 'the built-in policies'],
      ['kops-audit policy explain get pods --as bob', 'what is recorded of a request'],
      ['kops-audit policy diff kops ./mine.yaml', 'what changes, in requests'],
    ],
    exit: [],
    page: 'docs/policies.md',
  },
  {
    name: 'policy list',
    summary: 'the built-in policies',
    description: 'The built-in policies: what each records, and how much it writes.',
    examples: [
      ['kops-audit policy list', 'what each records, and how much'],
      ['kops-audit policy list -o json', 'with the parameters of each'],
      ['kops-audit policy show kops', 'one of them in full'],
    ],
    exit: [],
    page: 'docs/policies.md',
    run: async ({ flags }, context) =>
      (await import('../commands/policy/list.ts')).policyList(flags<{ output: 'text' | 'json' }>(), context),
  },
  {
    name: 'policy show',
    summary: 'a policy as it would be embedded',
    description:
      'A policy as it would be embedded: rendered, with its stamp; or the one that a cluster has now; or with --for what another cluster tool takes.',
    arguments: [{ name: '[name|file]', help: 'a template, a file of your own, or - for stdin', takes: 'policy' }],
    findMore: async (columns) => (await import('../commands/policy/list.ts')).parameterHelp(columns),
    examples: [
      ['kops-audit policy show kops', 'a template'],
      ['kops-audit policy show kops --set readsLevel=None', 'with a parameter'],
      ['kops-audit policy show ./mine.yaml --kubernetes-version 1.30', 'for a release'],
      ['kops-audit policy show --cluster prod.example.com', 'the one in a cluster'],
      ['kops-audit policy show kops --for kubeadm', 'for a cluster of kubeadm'],
      ['kops-audit policy show ./mine.yaml --for rke2 --out rke2-audit', 'as files'],
    ],
    exit: [[0, 'it is printed, or written'], [1, '--for a tool that takes no policy'], BAD_POLICY],
    page: 'docs/policies.md',
    run: async ({ words: [policy], flags }, context) =>
      (await import('../commands/policy/show.ts')).policyShow(policy, flags<ShowFlags>(), context),
  },
  {
    name: 'policy explain',
    summary: 'which rule decides a request, and why',
    description: 'Which rule of a policy decides a request, what is recorded, and why no other rule decides.',
    usage: '(VERB TYPE[/NAME] | VERB /PATH) [FLAGS]',
    arguments: [
      { name: '[verb]', help: 'get, list, watch, create, update, patch, delete, deletecollection', takes: 'verb' },
      { name: '[type|path]', help: 'a resource such as pods or deploy/web, or a path such as /healthz' },
      { name: '[name]', help: 'the name of the object' },
    ],
    examples: [
      ['kops-audit policy explain delete secrets/db -n prod --as alice', ''],
      ['kops-audit policy explain get pods/web --subresource log --policy kops', ''],
      ['kops-audit policy explain list deployments.apps -A --cluster prod.example.com', ''],
      ['kops-audit policy explain get /healthz --as system:anonymous -f cluster.yaml', ''],
      ['kops-audit policy explain --requests audit.log --policy ./mine.yaml', ''],
    ],
    notes: [
      'VERB is what the API server sees, not the kubectl command: a kubectl get without a name is list, kubectl exec is get or create of pods with --subresource exec. TYPE may be a short name (po, deploy), TYPE.GROUP or TYPE.VERSION.GROUP; custom resources are written TYPE.GROUP. TYPE/log, TYPE/exec and such are subresources.',
      '',
      '--as names who sends the request. It is not impersonation: when a request impersonates somebody, the policy sees the real user, so name that one. Groups such as system:authenticated are added as the API server adds them.',
    ],
    exit: [
      [0, 'there is an answer, None included'],
      [2, 'there is none; with --requests: a line could not be read, the others are answered'],
      [4, 'kops failed'],
    ],
    page: 'docs/explain-a-request.md',
    run: async ({ words, flags }, context) =>
      (await import('../commands/policy/explain.ts')).policyExplain(words, flags<ExplainFlags>(), context),
  },
  {
    name: 'policy test',
    summary: 'unit tests for an audit policy',
    description: 'Runs test files (YAML): requests, and what an audit policy should do with each.',
    arguments: [{ name: '[file...]', help: 'test files; - reads stdin', takes: 'file' }],
    examples: [
      ['kops-audit policy test audit.policy-test.yaml', 'what failed, and why'],
      ['kops-audit policy test -v --coverage *.policy-test.yaml', 'and rules no case decides'],
      ['kops-audit policy test --min-coverage 50 -o junit *.policy-test.yaml', 'for CI'],
    ],
    notes: [
      'A test file:',
      '  policy: ./audit-policy.yaml  # or kops',
      '  cases:',
      '  - name: nobody reads a secret unseen',
      '    request: get secrets/db -n prod',
      '    expect: Metadata',
    ],
    exit: [
      [0, 'all cases passed'],
      [1, 'a case failed, or a policy has less coverage than required'],
      [2, 'a file could not be run (outranks 1; the other files are run)'],
    ],
    page: 'docs/test-a-policy.md',
    run: async ({ words, flags }, context) =>
      (await import('../commands/policy/test.ts')).policyTest(words, flags<PolicyTestFlags>(), context),
  },
  {
    name: 'policy diff',
    summary: 'which requests two policies treat differently',
    description: 'Which requests are recorded differently by two policies: what a change means, not its text.',
    usage: '(A | --cluster NAME | -f FILE) B [FLAGS]',
    arguments: [{ name: '[policies...]', help: 'templates, files, or - for stdin', takes: 'policy' }],
    examples: [
      ['kops-audit policy diff metadata kops', 'two templates'],
      ['kops-audit policy diff old.yaml new.yaml --exit-code', 'two files, for CI'],
      ['kops-audit policy diff --cluster prod.example.com ./new.yaml', 'what a change would mean'],
      ['kops-audit policy diff -f cluster.yaml kops --set readsLevel=None -o json', ''],
    ],
    notes: [
      'Each difference says which requests it is about, and the rules that decide them in the first and in the second policy. What is recorded less comes first.',
    ],
    exit: [[0, 'they are compared'], [1, 'with --exit-code: they differ'], BAD_POLICY, [4, 'kops failed']],
    page: 'docs/compare-policies.md',
    run: async ({ words, flags }, context) =>
      (await import('../commands/policy/diff.ts')).policyDiff(words, flags<DiffFlags>(), context),
  },
  {
    name: 'policy replay',
    summary: 'what policies would have kept of a real log, and what that costs',
    description:
      'What each policy would have kept of an audit log that was recorded: events and bytes by rule, who costs most, and what that makes a day.',
    arguments: [{ name: '[logs...]', help: 'files, folders, .gz; - is stdin', takes: 'file' }],
    examples: [
      ['kops-audit policy replay --sample', 'all templates, on a small log'],
      ['kops-audit policy replay audit.log --policy kops --policy ./mine.yaml', 'two of them'],
      ['kops-audit policy replay kube-audit/ --price 0.50/GB', 'what 30 days cost'],
      ['kops-audit policy replay kube-audit/ -o html --out replay.html', 'a page with pictures'],
      ['kops-audit policy replay audit.log --recorded-with kops --policy gce', 'and what the log cannot have'],
      ['kops-audit policy replay audit.log --sink loki --policy gce', 'are events too long for it'],
      ['kops-audit policy replay audit.log --log-max-size 200 -o json', ''],
    ],
    notes: [
      'A log can only be made smaller. What the policy that recorded it left out is not there; what it recorded at a lower level than another policy wants is counted, and its size is the least.',
    ],
    exit: [
      [0, 'it is told'],
      [1, 'with --strict: lines are damaged'],
      BAD_POLICY,
      [4, 'a part of the log could not be read, kops failed, or there is no room for the result'],
      INTERRUPTED,
    ],
    page: 'docs/what-will-it-cost.md',
    run: async ({ words, flags }, context) =>
      (await import('../commands/policy/replay.ts')).policyReplay(words, flags<ReplayFlags>(), context),
  },
  {
    name: 'policy suggest',
    summary: 'rules that cut noise out of a log, and what each would hide',
    description:
      'Rules that make the log of a policy smaller: what each saves of an audit log that was recorded, what it would hide, and how bad that can be.',
    arguments: [{ name: '[logs...]', help: 'files, folders, .gz; - is stdin', takes: 'file' }],
    examples: [
      ['kops-audit policy suggest audit.log --policy gce', 'what could be left out'],
      ['kops-audit policy suggest kube-audit/ --policy ./mine.yaml --min-share 5 -o diff', 'what that would mean'],
      ['kops-audit policy suggest audit.log --policy ./mine.yaml --write', 'puts the rules into the file'],
      ['kops-audit policy suggest audit.log -f cluster.yaml -o yaml', 'the policy of a spec, with them'],
    ],
    notes: [
      'Nothing is suggested about people, strangers and failed logins, about secrets, config maps, tokens and RBAC writes, exec, attach, port-forward and proxies, nor about the lease by which logs --check knows that a log is complete.',
    ],
    exit: [
      [0, 'it is told, also where there is nothing to suggest'],
      [1, 'with --strict: lines are damaged'],
      BAD_POLICY,
      [4, 'a part of the log could not be read, or kops failed'],
      INTERRUPTED,
    ],
    page: 'docs/what-will-it-cost.md',
    run: async ({ words, flags }, context) =>
      (await import('../commands/policy/suggest.ts')).policySuggest(words, flags<SuggestFlags>(), context),
  },
  {
    name: 'policy sql',
    summary: 'the same for an archive in a database: a policy as one SQL query',
    description:
      'Prints a policy as one query over recorded events: for each rule how many events it keeps, and how many bytes. It decides and counts as `policy replay` does, where the archive is.',
    examples: [
      ["kops-audit policy sql --policy kops --dialect duckdb --files 'kube-audit/*.log.gz'", 'over files'],
      ['kops-audit policy sql --policy ./mine.yaml --dialect athena --table logs.audit', 'over a table'],
      ['kops-audit policy sql --policy gce --dialect clickhouse --preset otel --table otel_logs', 'of our collector'],
      ['kops-audit policy sql -f cluster.yaml --dialect bigquery --where', 'only what the policy keeps'],
    ],
    notes: [
      'Exact bytes need the whole line of an event in one column (presets raw, fluent-bit, otel). Where the parts of an event are columns (typed, firehose) events are counted.',
      '',
      '--columns names columns of your own: line, level, stage, verb, requestURI, user.username, user.groups, and objectRef. with apiGroup, namespace, resource, subresource or name, as in verb=audit_verb,user.username=usr.name.',
    ],
    exit: [[0, 'it is printed'], BAD_POLICY, [4, 'kops failed']],
    page: 'docs/cost-in-sql.md',
    run: async ({ flags }, context) =>
      (await import('../commands/policy/sql.ts')).policySql(flags<SqlFlags>(), context),
  },
  {
    name: 'policy order',
    summary: 'sort the rules, so that the one that records least or most decides',
    description:
      'A policy with its rules sorted, so that of all that match the one that records least or most decides.',
    arguments: [{ name: '<file|name>', help: 'a file of your own, a template, or - for stdin', takes: 'policy' }],
    examples: [
      ['kops-audit policy order mine.yaml --by least', 'prints it'],
      ['kops-audit policy order mine.yaml --by least > ordered.yaml', 'into another file'],
      ['kops-audit policy order mine.yaml --by most --write', 'replaces the file'],
    ],
    notes: [
      'The first rule that matches a request decides. Here the rules are sorted by level, so that of all matching rules the one that records least (most) decides. Comments move with their rules. What that changes is printed on stderr.',
    ],
    exit: [[0, 'it is printed or written'], BAD_POLICY],
    page: 'docs/compare-policies.md',
    run: async ({ words: [policy = ''], flags }, context) =>
      (await import('../commands/policy/order.ts')).policyOrder(policy, flags<OrderFlags>(), context),
  },
  {
    name: 'demo',
    group: 'More',
    summary: 'enable on a built-in example, without a cluster',
    description: 'Runs enable on a built-in cluster spec, in a temporary folder: no cluster and no kops needed.',
    examples: [
      ['kops-audit demo', ''],
      ['kops-audit demo 2>&1 | less', 'a screen at a time'],
      ['kops-audit demo --no-color 2>demo.txt', 'into a file'],
    ],
    exit: [],
    page: 'README.md',
    run: async (_given, context) => (await import('../commands/demo.ts')).demo(context),
  },
  {
    name: 'completion',
    group: 'More',
    summary: 'make the shell complete commands, flags and clusters',
    description: 'Prints a script that makes a shell complete commands, flags, clusters, policies and changes.',
    arguments: [{ name: '<shell>', help: 'which shell', choices: ['bash', 'zsh', 'fish'] }],
    examples: [
      ['source <(kops-audit completion bash)', 'in ~/.bashrc'],
      ['source <(kops-audit completion zsh)', 'in ~/.zshrc, after compinit'],
      ['kops-audit completion fish > ~/.config/fish/completions/kops-audit.fish', ''],
    ],
    notes: ['kops is asked for the names of clusters; they are kept for a minute.'],
    exit: [
      [0, 'it is printed'],
      [2, 'another shell'],
    ],
    page: 'docs/completion.md',
    run: async ({ words: [shell = ''] }, context) =>
      (await import('../completion/scripts.ts')).completion(shell, context),
  },
];

/** On a terminal, with no cluster said and nobody told not to ask, `enable` is the wizard. */
async function enableOrAsk(flags: EnableFlags, context: Context): Promise<number> {
  if (asksFirst(flags, context)) return (await import('../wizard/wizard.ts')).wizard(flags, context);
  return (await import('../commands/enable.ts')).enable(flags, context);
}

function asksFirst({ cluster, file, yes, blocks }: EnableFlags, { io, env }: Context): boolean {
  if (blocks !== undefined) return false;
  return io.isInteractive && !yes && cluster === undefined && file === undefined && !env['KOPS_CLUSTER_NAME'];
}

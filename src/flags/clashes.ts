/** Flags that mean nothing together, or nothing alone. All are written as one types them: `-f`, `--target terraform`. */
export interface Clash {
  /** Any of these … */
  flags: readonly string[];
  /** … goes with one of these only, … */
  needs?: readonly string[];
  /** … or with none of these. */
  not?: readonly string[];
  /** What is said of the flags instead of `goes with X`, `does not go with X`. */
  said?: string;
  hint?: string;
}

/** Stands for the arguments of a command. */
export const WORDS = 'WORDS';

const LIVE_ONLY = ['--target', '--out', '--rolling-update', '--include-pending', '--allow-kops-upgrade'];
const PLACES = ['-f', '--cluster', '--state'];

/** What leaves a part of a log out, or shows it in another way. */
const NO_CHECK = [
  '--user',
  '--group',
  '--human',
  '--verb',
  '--writes',
  '--resource',
  '--namespace',
  '--name',
  '--status',
  '--failed',
  '--since',
  '--until',
  '--source-ip',
  '--user-agent',
  '--level',
  '--stage',
  '--audit-id',
  '--dry-run-requests',
  '--rule',
  '--object',
  '--count',
  '--top',
  '--by',
  '--all',
  '--follow',
  '--tail',
  '--reveal',
  '--envelope',
  '-o table',
  '-o wide',
  '-o csv',
];

/** For every command that changes a spec; `offline` are the flags with which kops is not asked. */
function changing(...offline: readonly string[]): readonly Clash[] {
  return [
    {
      flags: ['--kops-version'],
      needs: offline,
      said: 'goes with -f FILE',
      hint: 'For a live cluster kops itself is asked for its release.',
    },
    ...CHANGE,
  ];
}

const CHANGE: readonly Clash[] = [
  {
    flags: ['--state', ...LIVE_ONLY, '--allow-api-downtime', '--no-update'],
    not: ['-f'],
    said: 'goes with a live cluster, not with -f',
    hint: 'Leave it out, or leave out -f and give --cluster.',
  },
  {
    flags: ['--save-plan'],
    not: ['-f -'],
    said: 'needs a spec that is kept somewhere',
    hint: 'Give -f FILE, or a live cluster.',
  },
  {
    flags: ['--save-plan'],
    not: ['--yes', ...LIVE_ONLY, '--allow-api-downtime'],
    hint: 'Nothing is changed now: give that flag to kops-audit apply.',
  },
  { flags: ['--out'], needs: ['--target terraform'], hint: 'Add --target terraform.' },
  {
    flags: ['--rolling-update'],
    not: ['--target terraform'],
    hint: 'Run terraform apply first; the roll command is printed at the end.',
  },
  {
    flags: ['--no-update'],
    not: ['--rolling-update', '--target terraform'],
    said: 'stores the spec only',
    hint: 'Leave out --no-update, or --rolling-update and --target.',
  },
  {
    flags: ['--exit-code'],
    needs: ['--dry-run', '--save-plan'],
    hint: 'A run that writes ends with 0 when it is done.',
  },
  {
    flags: ['--diff stat', '--diff none'],
    needs: ['--dry-run', '--save-plan'],
    said: 'goes with --dry-run: nothing is written before its diff was shown',
    hint: 'Add --dry-run, or give --diff short or --diff full.',
  },
];

const NO_LOG: Clash = {
  flags: ['--no-log'],
  not: ['--log-path', '--log-max-age', '--log-max-backups', '--log-max-size'],
  hint: 'There is a log or there is none: leave one out.',
};

const WEBHOOK_PARTS = ['--webhook-ca', '--webhook-client-cert', '--webhook-client-key', '--webhook-token-file'];

/** A webhook config is given whole, or made of its parts. */
const WHOLE_OR_PARTS: Clash = {
  flags: ['--webhook-url', ...WEBHOOK_PARTS],
  not: ['--webhook-config'],
  hint: 'The kubeconfig holds all of that: leave it out, or leave out the others.',
};

const WEBHOOK: readonly Clash[] = [
  WHOLE_OR_PARTS,
  {
    flags: WEBHOOK_PARTS,
    needs: ['--webhook-url'],
    hint: 'Say where the events go: --webhook-url https://HOST:PORT/PATH.',
  },
];

const ENABLE: readonly Clash[] = [
  {
    flags: ['--blocks'],
    not: [
      '--yes',
      '--save-plan',
      '--exit-code',
      '--state',
      ...LIVE_ONLY,
      '--allow-api-downtime',
      '--no-update',
      '--journal',
      '--no-journal',
      '--diff',
      '-o json',
      '-o yaml',
      '-o patch',
    ],
    hint: 'It only prints: nothing is written, run or asked.',
  },
  {
    flags: ['--kubernetes-version'],
    needs: ['--blocks'],
    hint: 'Without --blocks the release is that of the spec.',
  },
  ...changing('-f', '--blocks'),
  NO_LOG,
  ...WEBHOOK,
];

const STATE_OR_FILE: Clash = { flags: ['--state'], not: ['-f'], hint: 'Leave one of them out.' };

/** For every command that reads a log. */
const FROM_CLUSTER: readonly Clash[] = [
  { flags: ['--sample'], not: ['--cluster'], hint: 'Read the sample, or the log of the cluster.' },
  STATE_OR_FILE,
  {
    flags: ['--state', '--node', '--context', '--kubeconfig', '--save'],
    needs: ['--cluster'],
    hint: 'Name the cluster.',
  },
];

/** Where nothing but logs is named by words. */
const LOG_OR_CLUSTER: readonly Clash[] = [
  { flags: ['--sample'], not: [WORDS], hint: 'Read the sample, or the log that is named.' },
  { flags: ['--node', '--context', '--kubeconfig', '--save'], not: [WORDS], hint: 'A log is named: no node is asked.' },
  ...FROM_CLUSTER,
];

const NO_PARAMETERS: Clash = {
  flags: ['--set'],
  not: PLACES,
  hint: 'The policy in a cluster has no parameters left.',
};

/** For every command that asks one policy. */
const ITS_OWN_OR_OF_CLUSTER: readonly Clash[] = [
  { flags: ['--policy'], not: PLACES, hint: 'It is either a policy of its own or the one in the cluster.' },
  NO_PARAMETERS,
  STATE_OR_FILE,
];

/** By command. The first row that holds is told. */
export const CLASHES: Readonly<Record<string, readonly Clash[]>> = {
  'ship verify': [
    { flags: ['--query-secret'], not: ['--query-env'], hint: 'Give the key in one way.' },
    { flags: ['--query-env', '--query-secret'], needs: ['--query-url'], hint: 'Without it nothing is searched.' },
  ],
  'ship check': [
    { flags: ['--key-stdin'], not: ['--key-env'], hint: 'Give the key in one way.' },
    { flags: ['--key-stdin'], not: ['-f -'], said: 'cannot read stdin as well', hint: 'Give --key-env NAME.' },
  ],
  'ship apply': [
    {
      flags: ['--manifest-url', '--out', '--no-update', '--include-pending', '--allow-kops-upgrade'],
      needs: ['--via'],
    },
    { flags: ['--context', '--kubeconfig', '--force-conflicts', '--no-wait'], not: ['--via'] },
    { flags: ['--no-update', '--include-pending', '--allow-kops-upgrade'], not: ['-f'] },
  ],
  'ship remove': [
    {
      flags: ['--manifest-url', '-f', '--state', '--no-update', '--include-pending', '--allow-kops-upgrade'],
      needs: ['--via'],
    },
    { flags: ['--context', '--kubeconfig'], not: ['--via'] },
    { flags: ['--no-update', '--include-pending', '--allow-kops-upgrade'], not: ['-f'] },
  ],
  enable: ENABLE,
  wizard: [...changing('-f'), NO_LOG, ...WEBHOOK],
  disable: changing('-f'),
  rollback: changing('-f'),
  apply: changing('-f'),
  lint: [
    {
      flags: ['--cluster'],
      not: [WORDS],
      hint: 'It reads a cluster from its state store; everything in a file is looked at.',
    },
    { flags: ['--state'], not: [WORDS], hint: 'It goes with --cluster.' },
    {
      flags: ['--kops-version'],
      needs: [WORDS],
      said: 'goes with files',
      hint: 'For a live cluster kops itself is asked.',
    },
    {
      flags: ['--fix'],
      needs: [WORDS],
      said: 'goes with files',
      hint: 'A live cluster is changed with `kops-audit enable`.',
    },
    { flags: ['--dry-run'], needs: ['--fix'], hint: 'Without --fix nothing is written.' },
    { flags: ['--exit-code'], needs: ['--fix'], hint: 'It tells whether something is to be fixed, or was.' },
    { flags: ['--exclude'], needs: [WORDS], said: 'goes with a folder', hint: 'Give a folder to look at.' },
  ],
  logs: [
    ...LOG_OR_CLUSTER,
    { flags: ['--save'], not: ['--follow'], hint: 'Save it first, then follow it.' },
    {
      flags: ['--rule'],
      needs: ['--policy', '--cluster', '-f'],
      hint: 'Say of which policy: --policy kops, or --policy ./policy.yaml.',
    },
    { flags: ['--policy', '--set'], needs: ['--rule'], hint: 'It says of which policy --rule is.' },
    { flags: ['--follow'], not: ['--sample'], hint: 'Nothing is ever added to the sample.' },
    { flags: ['--follow'], not: ['--count', '--top', '--by'], hint: 'What is counted has an end.' },
    {
      flags: ['--object'],
      not: ['--count', '--top', '--by', '--resource', '--name', '-o wide', '-o csv', '-o table', '--tail', '--stage'],
      hint: 'It tells the history of one object; -o json has its events.',
    },
    { flags: ['--check'], not: NO_CHECK, hint: 'What is looked for is what is missing: the whole log is read.' },
    { flags: ['--envelope'], needs: ['-o json'], hint: 'Only JSON shows an event as it lies in the log: add -o json.' },
    { flags: ['--masters'], needs: ['--check'], hint: 'It says whose logs --check looks for.' },
    { flags: ['--limit'], needs: ['--top'], hint: 'It says how many lines --top has.' },
    {
      flags: ['--tail'],
      not: ['--count', '--top', '--by'],
      hint: 'What is counted is all that matches.',
    },
  ],
  report: [
    ...LOG_OR_CLUSTER,
    { flags: ['--set'], needs: ['--recorded-with'], hint: 'It is a parameter of that policy.' },
  ],
  'policy replay': LOG_OR_CLUSTER,
  'policy suggest': [
    ...LOG_OR_CLUSTER,
    { flags: ['--set'], needs: ['--policy'], hint: 'The policy in a cluster has no parameters left.' },
    { flags: ['--write'], needs: ['--policy'], said: 'needs a file', hint: 'Name it: --policy ./policy.yaml.' },
  ],
  'policy sql': [
    ...ITS_OWN_OR_OF_CLUSTER,
    { flags: ['--table'], not: ['--from', '--files'], hint: 'The events are in one place: leave the others out.' },
    { flags: ['--from'], not: ['--files'], hint: 'The events are in one place: leave the other out.' },
  ],
  who: [
    { flags: ['--recorded-with'], not: ['-f'], hint: 'One policy recorded the log: leave one of them out.' },
    ...FROM_CLUSTER,
  ],
  status: [
    { flags: ['--all'], not: ['--cluster'], hint: 'All clusters are looked at, or those that are named.' },
    { flags: ['--all'], not: ['-f'], hint: 'All clusters in the file are looked at.' },
    { flags: ['--state'], not: ['-f'], hint: 'With -f no state store is read.' },
    {
      flags: ['--kops-version'],
      needs: ['-f'],
      said: 'goes with -f FILE',
      hint: 'For a state store kops itself is asked.',
    },
    { flags: ['--context', '--kubeconfig', '--interval', '--watch'], needs: ['--live'] },
    { flags: ['--watch'], not: ['--interval'], hint: 'They are one flag: leave out --watch.' },
  ],
  'policy show': [
    { flags: PLACES, not: [WORDS], hint: 'It is either a policy of its own or the one in the cluster.' },
    NO_PARAMETERS,
    { flags: ['--kubernetes-version'], not: PLACES, hint: 'The policy in a cluster is shown as it is there.' },
    STATE_OR_FILE,
    { flags: ['--for'], not: PLACES, hint: 'Name the policy: a template, or a file.' },
    {
      flags: [
        '--tool-version',
        '--log-path',
        '--log-max-age',
        '--log-max-backups',
        '--log-max-size',
        '--no-log',
        '--webhook-config',
        '--webhook-url',
        ...WEBHOOK_PARTS,
        '--webhook-mode',
        '--webhook-initial-backoff',
        '--out',
        '-o json',
      ],
      needs: ['--for'],
      hint: 'A policy is only rules: say with --for which tool shall run it, such as --for kubeadm.',
    },
    NO_LOG,
    WHOLE_OR_PARTS,
  ],
  'policy explain': [
    ...ITS_OWN_OR_OF_CLUSTER,
    { flags: ['--requests'], not: [WORDS], hint: 'Give one request, or a file of them.' },
    { flags: ['-n'], not: ['-A'], hint: 'One namespace, or all of them at once.' },
    {
      flags: ['--unauthenticated'],
      not: ['--as', '--as-group'],
      hint: 'A request that fails to authenticate has no user. For one without credentials give --as system:anonymous.',
    },
  ],
  'policy test': [
    {
      flags: ['--coverage', '--min-coverage'],
      not: ['--run'],
      said: 'is about all cases, and --run leaves some out',
      hint: 'Give one of them.',
    },
  ],
  'policy diff': [STATE_OR_FILE],
};

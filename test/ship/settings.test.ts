import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.ts';
import { manifests, manifestText } from '../../src/ship/manifests.ts';
import { secretCommands, shipNotes, type ShipSettings, shipSettings, type ShipWords } from '../../src/ship/settings.ts';
import { SINKS } from '../../src/ship/sinks.ts';
import { plainJson, readDocument } from '../../src/yaml/document.ts';

const WORDS: ShipWords = {
  sink: 'mezmo',
  param: [],
  header: [],
  secretHeader: [],
  label: [],
  queue: 'disk',
  priorityClass: 'system-node-critical',
};

const AUDITED = { auditLogPath: '/var/log/kube-audit/audit.log' };

function settingsFor(
  words: Partial<ShipWords> = {},
  kubeAPIServer: JsonObject = AUDITED,
  kubernetesVersion = '1.36.0',
): ShipSettings {
  const cluster = {
    apiVersion: 'kops.k8s.io/v1alpha2',
    kind: 'Cluster',
    metadata: { name: 'k.example.com' },
    spec: { kubernetesVersion, kubeAPIServer },
  };
  return shipSettings({ cluster, groups: [] }, { ...WORDS, ...words });
}

describe('where the log lies', () => {
  it.each([
    ['is off', {}, 'k.example.com has no audit log to ship: auditing is off in its spec'],
    [
      'goes to a webhook',
      { auditWebhookConfigFile: '/x' },
      'k.example.com keeps no audit log: its events only go to a webhook',
    ],
    ['goes to stdout', { auditLogPath: '-' }, 'the audit log of k.example.com goes to the stdout of its API servers'],
    [
      'has no slash',
      { auditLogPath: 'audit.log' },
      'auditLogPath of k.example.com is "audit.log", which is not the path of a file',
    ],
    [
      'lies in /etc',
      { auditLogPath: '/etc//audit.log' },
      "the audit log of k.example.com is /etc/audit.log: its directory can't be given to a collector",
    ],
    [
      'lies where the collector writes',
      { auditLogPath: '/var/lib/kops-audit/x/audit.log' },
      "the audit log of k.example.com is /var/lib/kops-audit/x/audit.log: its directory can't be given to a collector",
    ],
    [
      'is a pattern',
      { auditLogPath: '/var/log/a*/audit.log' },
      'the audit log of k.example.com is "/var/log/a*/audit.log", with characters that mean a pattern',
    ],
  ])('is refused where it %s', (_, server, message) => {
    expect(() => settingsFor({}, server)).toThrow(expect.objectContaining({ message }));
  });

  it('is taken from the spec, and a directory shared with others is warned about', () => {
    expect(settingsFor().log).toEqual({ directory: '/var/log/kube-audit', name: 'audit.log', isShared: false });
    expect(shipNotes(settingsFor())).toEqual([]);
    const shared = settingsFor({}, { auditLogPath: '/var/log/kube-apiserver-audit.log' });
    expect(shared.log).toEqual({ directory: '/var/log', name: 'kube-apiserver-audit.log', isShared: true });
    expect(shipNotes(shared)).toEqual([expect.stringContaining('can read every log of the node')]);
  });
});

describe('what is told beforehand', () => {
  it('is a key that would go unencrypted, and more than a store takes', () => {
    const loki = { sink: 'loki', param: ['endpoint=http://loki.example.com'] };
    expect(shipNotes(settingsFor(loki))).toEqual([]);
    expect(shipNotes(settingsFor({ ...loki, secretHeader: ['Authorization'] }))).toEqual([
      'The key goes to http://loki.example.com/otlp/v1/logs unencrypted: use https.',
    ]);
    expect(shipNotes(settingsFor({ ...loki, maxEventBytes: '300000' }))).toEqual([
      'loki takes 262144 bytes in one event, and --max-event-bytes is more: longer ones are lost.',
    ]);
  });

  it('is where the bodies are cut: below what a store takes, or at 1 MB where that is not known', () => {
    const limitOf = (sink: string, ...param: string[]): number => settingsFor({ sink, param }).maxEventBytes;
    expect(limitOf('loki', 'endpoint=https://loki.example.com')).toBe(262_144 - 16_384);
    expect(limitOf('mezmo')).toBe(1_000_000);
  });
});

describe('a mistake', () => {
  it.each<[Partial<ShipWords>, string]>([
    [{ sink: 'mezno' }, '--sink mezno is not known'],
    [{ sink: 'loki' }, 'loki needs the address of Loki'],
    [{ param: ['zone=x'] }, '--param zone is none of mezmo'],
    [{ param: ['zone'] }, '--param has no name and value'],
    [{ param: ['zone='] }, '--param zone has no value'],
    [{ sink: 'loki', param: ['endpoint=loki:3100'] }, '--param endpoint is not an address'],
    [
      { sink: 'loki', param: ['endpoint=https://l.example.com', 'tenant=a b'] },
      '--param tenant is "a b", which is not the tenant, where Loki has several',
    ],
    [{ namespace: 'Audit' }, '--namespace "Audit" is no name of a namespace'],
    [{ namespace: 'kube-system' }, '--namespace kube-system belongs to the cluster'],
    [{ secret: 'mine' }, '--secret names no key of a Secret'],
    [{ secret: 'Mine/token' }, '--secret "Mine" is no name of a Secret'],
    [{ secret: 'mine/to ken' }, '--secret "to ken" is no key of a Secret'],
    [{ image: 'Repo/image:1' }, '--image "Repo/image:1" is no name of an image'],
    [{ label: ['team=a b'] }, '--label team "a b" is no value of a label'],
    [{ label: ['-team=a'] }, '--label "-team" is no key of a label'],
    [{ label: ['app.kubernetes.io/name=a'] }, '--label app.kubernetes.io/name is set by kops-audit itself'],
    [{ header: ['X Y=a'] }, '--header "X Y" is no name of a header'],
    [{ header: ['X-Y=a\nb'] }, '--header X-Y "a\\nb" is no value of a header'],
    [{ header: ['Content-Type=a'] }, '--header Content-Type is set by the collector itself'],
    ...['Authorization', 'apikey', 'DD-API-KEY', 'x-honeycomb-team', 'signoz-ingestion-key', 'Cookie'].map(
      (name): [Partial<ShipWords>, string] => [
        { header: [`${name}=a`] },
        `--header ${name} carries a secret, which must not stand on a command line`,
      ],
    ),
    [{ secretHeader: ['X Y'] }, '--secret-header "X Y" is no name of a header'],
    [{ priorityClass: 'A' }, '--priority-class "A" is no name of a PriorityClass'],
    [{ maxEventBytes: '1k' }, '--max-event-bytes 1k is not a number from 16384 to 16777216'],
    [{ maxEventBytes: '100' }, '--max-event-bytes 100 is not a number from 16384 to 16777216'],
  ])('such as %j is told', (words, message) => {
    expect(() => settingsFor(words)).toThrow(expect.objectContaining({ message }));
  });
});

const KEYS = [
  '0123456789abcdef0123456789abcdef',
  'dt0c01.ST2EY72KQINMH574WMNVI7YN.G3DFPBEJYMODIDAEX454M7YWBUVEFOWKPRVMWFASS64NFH52PX6BNDVFFM572RZM',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.x',
  'Bearer abc',
  'a8F3kQ9zLm2Xw7RtY5uP',
];

describe('a key on the command line', () => {
  const places: ((key: string) => Partial<ShipWords>)[] = [
    (key) => ({ sink: key }),
    (key) => ({ param: [`zone=${key}`], sink: 'loki' }),
    (key) => ({ param: [key] }),
    (key) => ({ header: [`X-Team=${key}`] }),
    (key) => ({ header: [`apiKey=${key}`] }),
    (key) => ({ header: [key] }),
    (key) => ({ header: [`${key}=a`] }),
    (key) => ({ secretHeader: [`apiKey=${key}`] }),
    (key) => ({ secret: key }),
    (key) => ({ secret: `audit-exporter/${key}` }),
    (key) => ({ label: [`team=${key}`] }),
    (key) => ({ namespace: key }),
    (key) => ({ image: key }),
    (key) => ({ priorityClass: key }),
    (key) => ({ maxEventBytes: key }),
    (key) => ({ sink: 'loki', param: [`endpoint=https://me:${key}@loki.example.com`] }),
    (key) => ({ sink: 'loki', param: [`endpoint=https://loki.example.com/?key=${key}`] }),
    (key) => ({ sink: 'loki', param: [`endpoint=https://loki.example.com/${key}`] }),
  ];

  it.each(KEYS)('is refused wherever %s stands, and not shown', (key) => {
    const told = places.map((place) => {
      try {
        settingsFor(place(key));
        return 'taken';
      } catch (error) {
        return error instanceof Error ? `${error.message} ${'hint' in error ? String(error.hint) : ''}` : '';
      }
    });
    expect(told.filter((text) => text === 'taken' || text.includes(key))).toEqual([]);
  });

  it('is not seen in what is none', () => {
    const header = ['X-Scope-OrgID=platform-team-eu-west-1', 'X-Dataset=kube_audit.production'];
    expect(settingsFor({ header }).headers).toHaveLength(2);
  });
});

describe('the manifests', () => {
  it('are, for Mezmo, as a person can read them', async () => {
    await expect(manifestText(manifests(settingsFor()))).toMatchFileSnapshot('rendered/mezmo.yaml');
  });

  it('are, with every setting, as a person can read them', async () => {
    const words: Partial<ShipWords> = {
      sink: 'otlp',
      param: ['endpoint=https://otlp.example.com/v1/logs'],
      header: ['X-Team=a$b'],
      secretHeader: ['Authorization', 'X-Client-Secret=client'],
      secret: 'store/token',
      namespace: 'audit-2',
      image: 'registry.example.com:5000/otel/collector:1',
      label: ['team=platform'],
      maxEventBytes: '100000',
      queue: 'none',
      priorityClass: 'high',
    };
    await expect(manifestText(manifests(settingsFor(words)))).toMatchFileSnapshot('rendered/every-setting.yaml');
    expect(settingsFor(words).headers).toEqual([{ name: 'X-Team', value: 'a$b' }]);
    expect(secretCommands(settingsFor(words))).toEqual([
      'read -rs KEY',
      'read -rs KEY_2',
      'kubectl -n audit-2 create secret generic store --from-file=token=<(printf %s "$KEY") --from-file=client=<(printf %s "$KEY_2")',
    ]);
  });

  it.each([
    ['1.23.17', 3],
    ['1.24.0', 2],
    ['latest', 3],
  ])('ask for the label of old with Kubernetes %s only where it may be the only one', (version, count) => {
    const text = manifestText(manifests(settingsFor({}, AUDITED, version)));
    expect(text.match(/matchExpressions:/g)).toHaveLength(count);
    expect(text.match(/key: node-role.kubernetes.io\/master/g)).toHaveLength(count - 1);
  });

  const base = Object.fromEntries(
    SINKS.map((sink) => [
      sink.name,
      sink.params.filter((each) => each.default === undefined).map(({ name, example }) => `${name}=${example}`),
    ]),
  );
  const changes: Partial<ShipWords>[] = [
    {},
    { queue: 'none' },
    { label: ['team=platform'] },
    { header: ['X-Team=a$b'] },
    { secretHeader: ['X-Token'] },
    { secret: 'other/key' },
    { namespace: 'audit-2' },
    { image: 'registry.example.com:5000/otel/collector:1@sha256:'.concat('0'.repeat(64)) },
    { maxEventBytes: '100000' },
    { priorityClass: 'high' },
  ];
  const all = SINKS.flatMap(({ name }) => changes.map((words) => ({ ...words, sink: name })));

  it.each(all)('of %j are the data that their YAML says', (words) => {
    const objects = manifests(settingsFor({ ...words, param: base[words.sink] ?? [] }));
    const read = manifestText(objects)
      .split(/^---\n/m)
      .map((text) => readDocument(text, 'yaml').value)
      .map((value) => value && plainJson(value));
    expect(read).toEqual(objects);
  });
});

/** What the value of a flag of kube-apiserver is. */
type FlagType = 'text' | 'integer' | 'boolean' | 'duration' | 'float';

/** A flag, and what of its values kube-apiserver refuses besides. */
interface AuditFlag {
  name: string;
  type: FlagType;
  /** The only values it has. */
  values?: readonly string[];
  /** The least value; where its backend is on. */
  least?: number;
}

const MODES = ['batch', 'blocking', 'blocking-strict'] as const;

/** The flags that both backends have (`AuditBatchOptions.AddFlags` and `AuditTruncateOptions.AddFlags`). */
function flagsOf(backend: 'log' | 'webhook'): AuditFlag[] {
  const at = `audit-${backend}`;
  return [
    { name: `${at}-mode`, type: 'text', values: MODES },
    { name: `${at}-batch-buffer-size`, type: 'integer' },
    { name: `${at}-batch-max-size`, type: 'integer' },
    { name: `${at}-batch-max-wait`, type: 'duration' },
    { name: `${at}-batch-throttle-enable`, type: 'boolean' },
    { name: `${at}-batch-throttle-qps`, type: 'float' },
    { name: `${at}-batch-throttle-burst`, type: 'integer' },
    { name: `${at}-truncate-enabled`, type: 'boolean' },
    { name: `${at}-truncate-max-batch-size`, type: 'integer', least: 1 },
    { name: `${at}-truncate-max-event-size`, type: 'integer', least: 1 },
    { name: `${at}-version`, type: 'text' },
  ];
}

/** The audit flags of kube-apiserver (k8s.io/apiserver `pkg/server/options/audit.go`, the same from 1.22 to 1.37). */
const AUDIT_FLAGS: readonly AuditFlag[] = [
  { name: 'audit-policy-file', type: 'text' },
  { name: 'audit-log-path', type: 'text' },
  { name: 'audit-log-maxage', type: 'integer', least: 0 },
  { name: 'audit-log-maxbackup', type: 'integer', least: 0 },
  { name: 'audit-log-maxsize', type: 'integer', least: 0 },
  { name: 'audit-log-format', type: 'text', values: ['json', 'legacy'] },
  { name: 'audit-log-compress', type: 'boolean' },
  ...flagsOf('log'),
  { name: 'audit-webhook-config-file', type: 'text' },
  { name: 'audit-webhook-initial-backoff', type: 'duration' },
  ...flagsOf('webhook'),
];

/** Their names. */
export const AUDIT_FLAG_NAMES: readonly string[] = AUDIT_FLAGS.map(({ name }) => name);

/** A name as kube-apiserver takes it: `_` is `-` for it (`WordSepNormalizeFunc` of k8s.io/component-base `cli/flag`). */
export function effectiveName(name: string): string {
  return name.replaceAll('_', '-');
}

/** Flags that need no value, besides those of auditing (`kube-apiserver --help` of 1.36). */
const BOOLEANS: ReadonlySet<string> = new Set([
  ...'aggregator-reject-forwarding-redirect allow-privileged anonymous-auth contention-profiling disable-http2-serving'.split(
    ' ',
  ),
  ...'emulation-forward-compatible enable-aggregator-routing enable-bootstrap-token-auth enable-garbage-collector'.split(
    ' ',
  ),
  ...'enable-logs-handler enable-priority-and-fairness encryption-provider-config-automatic-reload'.split(' '),
  ...'log-json-split-stream log-text-split-stream logtostderr alsologtostderr permit-address-sharing permit-port-sharing'.split(
    ' ',
  ),
  ...'profiling runtime-config-emulation-forward-compatible service-account-extend-token-expiration'.split(' '),
  ...'service-account-lookup shutdown-send-retry-after watch-cache help version'.split(' '),
  ...AUDIT_FLAGS.filter(({ type }) => type === 'boolean').map(({ name }) => name),
]);

/** Whether a flag takes the next word for its value where it has no `=`. */
export function takesNextWord(name: string): boolean {
  return !BOOLEANS.has(effectiveName(name));
}

const INTEGER = /^[+-]?(?:0x[\da-f_]+|0b[01_]+|0o?[0-7_]*|[1-9][\d_]*)$/i;
const DURATION = /^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;
const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const BOOLEAN = /^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/;

/** What a value of each type looks like for pflag 1.0.9: `strconv.ParseInt(…, 0, 64)`, `ParseBool`, `ParseFloat`, `time.ParseDuration`. */
const READS: Readonly<Record<FlagType, { test: (value: string) => boolean; wanted: string }>> = {
  text: { test: () => true, wanted: '' },
  integer: { test: isInteger, wanted: 'a whole number' },
  boolean: { test: (value) => BOOLEAN.test(value), wanted: 'true or false' },
  duration: { test: (value) => DURATION.test(value), wanted: 'a duration such as 10s' },
  float: { test: (value) => FLOAT.test(value), wanted: 'a number' },
};

/** An int is 64 bits wide. */
function isInteger(value: string): boolean {
  return INTEGER.test(value) && !(Math.abs(Number(value.replaceAll('_', ''))) >= 2 ** 63);
}

/** Of values that must be more than 0 where events are batched, and of the throttle where that is on (`validateBackendBatchOptions`). */
const BATCHED = ['batch-buffer-size', 'batch-max-size'];
const THROTTLED = ['batch-throttle-qps', 'batch-throttle-burst'];

/**
 * The flags of a backend that must be more than 0: of the log none but with `batch`, as its mode is blocking otherwise and its throttle is
 * off; of the webhook all but with another mode.
 *
 * @param valueOf the value of a flag; empty where it is not set.
 */
export function positiveFlags(backend: 'log' | 'webhook', valueOf: (name: string) => string): string[] {
  const at = `audit-${backend}`;
  const isBatch = (valueOf(`${at}-mode`) || (backend === 'log' ? 'blocking' : 'batch')) === 'batch';
  if (!isBatch) return [];
  const throttle = valueOf(`${at}-batch-throttle-enable`) || String(backend === 'webhook');
  const names = /^(?:1|t)/i.test(throttle) ? [...BATCHED, ...THROTTLED] : BATCHED;
  return names.map((name) => `${at}-${name}`);
}

/**
 * Why kube-apiserver does not take a value of an audit flag: what it wants in its place; undefined where it takes it.
 *
 * @param isOn whether the backend that the flag is of is on: only then does it look at more than the type.
 */
export function wantedValue(name: string, value: string, isOn: boolean): string | undefined {
  const flag = AUDIT_FLAGS.find((each) => each.name === effectiveName(name));
  if (!flag) return undefined;
  const { test, wanted } = READS[flag.type];
  if (!test(value)) return wanted;
  if (!isOn) return undefined;
  if (flag.values && !flag.values.includes(value)) return flag.values.join(' or ');
  if (flag.least !== undefined && Number(value) < flag.least) return `${flag.least} or more`;
  return undefined;
}

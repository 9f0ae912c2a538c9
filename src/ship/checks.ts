import { UserError } from '../errors.ts';

/** A kind of word that Kubernetes, HTTP or a registry takes, and what it looks like. */
interface WordKind {
  pattern: RegExp;
  most?: number;
  /** What is wrong with another: `is no name of a namespace`. */
  isNot: string;
  hint: string;
}

type Word =
  | 'namespace'
  | 'secret'
  | 'secretKey'
  | 'priorityClass'
  | 'labelKey'
  | 'labelValue'
  | 'header'
  | 'headerValue'
  | 'image';

const LABEL = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(?:\\.${LABEL})*`;
const NAME_PART = '[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?';

/** `k8s.io/apimachinery/pkg/util/validation`, RFC 9110 for headers, `github.com/distribution/reference` for images. */
const KINDS: Readonly<Record<Word, WordKind>> = {
  namespace: {
    pattern: new RegExp(`^${LABEL}$`),
    isNot: 'is no name of a namespace',
    hint: 'Use small letters, digits and dashes, 63 at most, with a letter or digit at both ends: kops-audit.',
  },
  secret: {
    pattern: new RegExp(`^${SUBDOMAIN}$`),
    most: 253,
    isNot: 'is no name of a Secret',
    hint: 'Write it as NAME/KEY, the name in small letters, digits, dashes and dots: audit-exporter/token.',
  },
  secretKey: {
    pattern: /^(?!\.\.?$)(?!\.\.)[-._a-zA-Z0-9]+$/,
    most: 253,
    isNot: 'is no key of a Secret',
    hint: 'Use letters, digits, dashes, underscores and dots: token.',
  },
  priorityClass: {
    pattern: new RegExp(`^${SUBDOMAIN}$`),
    most: 253,
    isNot: 'is no name of a PriorityClass',
    hint: 'Use small letters, digits, dashes and dots: system-node-critical.',
  },
  labelKey: {
    pattern: new RegExp(`^(?:(?=.{1,253}/)${SUBDOMAIN}/)?${NAME_PART}$`),
    isNot: 'is no key of a label',
    hint: 'Use letters, digits, dashes, underscores and dots, 63 at most; a domain and a slash may stand in front: example.com/team.',
  },
  labelValue: {
    pattern: new RegExp(`^(?:${NAME_PART})?$`),
    isNot: 'is no value of a label',
    hint: 'Use letters, digits, dashes, underscores and dots, 63 at most, with a letter or digit at both ends.',
  },
  header: {
    pattern: /^[-!#$%&'*+.^_`|~0-9A-Za-z]+$/,
    isNot: 'is no name of a header',
    hint: 'Use letters, digits and dashes: X-Scope-OrgID.',
  },
  headerValue: {
    pattern: /^[\x20-\x7e]+$/,
    isNot: 'is no value of a header',
    hint: 'Use plain characters, without line breaks.',
  },
  image: {
    pattern:
      /^(?:(?:localhost|(?=[^/]*[.:])[a-zA-Z0-9](?:[-a-zA-Z0-9.]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(?::\d+)?\/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/,
    most: 500,
    isNot: 'is no name of an image',
    hint: 'Write it as [REGISTRY/]NAME:TAG or NAME@sha256:DIGEST: registry.example.com/otel/opentelemetry-collector-k8s:0.165.1.',
  },
};

/**
 * Refuses a word that is not of a kind. A word that looks like a key is refused without being shown.
 *
 * @param flag where it stands: `--namespace`.
 * @returns the word.
 * @throws UserError that says what would be right.
 */
export function checkedWord(flag: string, word: string, kind: Word): string {
  const { pattern, most = Infinity, isNot, hint } = KINDS[kind];
  refuseKey(flag, word.replace(DIGEST, ''));
  if (pattern.test(word) && word.length <= most) return word;
  throw new UserError(`${flag} ${JSON.stringify(word)} ${isNot}`, { hint });
}

/** What looks like a key and is public. */
const DIGEST = /@sha256:[0-9a-f]{64}$/;

/** What the keys of stores, and credentials in general, look like. */
const KEYS: readonly RegExp[] = [
  /^\s*(?:basic|bearer|apikey|api-token|token|splunk)\s+\S/i,
  /\beyJ[\w-]{10,}\./, // JSON Web Token
  /\b(?:glc_|glsa_|NRAK-|NRII-|xaat-|xapt-|dt0[a-z]\d\d\.|hcaik_|hcbik_|hcaic_|ghp_|gho_|sk-|AKIA|ASIA)[\w.-]{8,}/,
  /(?<![\w-])[0-9a-f]{32,}(?![\w-])/i,
  /(?<![\w-])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![\w-])/i,
  /-----BEGIN /,
];

/** A run of so many letters and digits, both of them and in both cases, is made by a machine. */
const RANDOM = /[\w+/=]{20,}/g;

/** Whether a text looks like a key, a token or a password. */
function looksLikeKey(text: string): boolean {
  return KEYS.some((pattern) => pattern.test(text)) || (text.match(RANDOM) ?? []).some(isRandom);
}

function isRandom(run: string): boolean {
  return /\d/.test(run) && /[a-z]/.test(run) && /[A-Z]/.test(run);
}

/**
 * Refuses what looks like a key: what stands on a command line is in the history of the shell and in the list of processes.
 *
 * @throws UserError that does not show it.
 */
export function refuseKey(flag: string, text: string): void {
  if (!looksLikeKey(text)) return;
  throw new UserError(`${flag} looks like a key, and a key must not stand on a command line`, {
    hint: 'Others can read it there. Put it into a Secret of the cluster, and name that: --secret NAME/KEY.',
  });
}

/**
 * Reads an address of a store.
 *
 * @returns it without slashes at its end.
 * @throws UserError where it is none, or carries a password or a key, which is not shown.
 */
export function checkedUrl(flag: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && (url.username !== '' || url.password !== '')) throw keyInUrl(flag, 'a user and a password');
  if (url && url.search !== '') throw keyInUrl(flag, 'a query (?…)');
  const isHttp = url !== undefined && /^https?:\/\/[^/]/i.test(text);
  if (isHttp && url.hash === '' && !/[\s\p{Cc}{}]/u.test(text) && !looksLikeKey(url.pathname))
    return text.replace(/\/+$/, '');
  if (url) refuseKey(flag, url.pathname);
  throw new UserError(`${flag} is not an address`, {
    hint: 'Write it with its scheme and without a query: https://logs.example.com:4318.',
  });
}

function keyInUrl(flag: string, what: string): UserError {
  return new UserError(`${flag} carries ${what}, and a key must not stand on a command line`, {
    hint: 'Take that out of the address. Put the key into a Secret of the cluster, and name the header that carries it: --secret-header NAME.',
  });
}

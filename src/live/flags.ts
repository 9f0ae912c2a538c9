import { AUDIT_KEYS, type AuditSettings, type KeyType } from '../cluster/audit-keys.ts';
import type { Json } from '../json.ts';
import type { FlagDifference } from './types.ts';

/** The part of a container that its command line is in (core/v1 Container). */
export interface CommandLine {
  command?: unknown;
  args?: unknown;
}

/**
 * The `--audit-…` flags of a kube-apiserver's container. kOps puts `/go-runner` before it, one flag an element
 * (`nodeup/pkg/model/kube_apiserver.go`, 1.23 to 1.36), and up to 1.22 all in one text for `/bin/sh -c` (`WithTee`,
 * `pkg/util/exec`). Of a flag that is there twice the last one counts, as in pflag.
 */
export function auditFlags({ command, args }: CommandLine): Record<string, string> {
  const words = [...texts(command), ...texts(args)].flatMap(wordsOf);
  const flags: Record<string, string> = {};
  words.forEach((word, at) => {
    const match = /^(--audit-[a-z-]+)(?:=(.*))?$/s.exec(word);
    if (match?.[1] !== undefined) flags[match[1]] = match[2] ?? valueAfter(words[at + 1]);
  });
  return flags;
}

/** Whether a container runs kube-apiserver. */
export function runsKubeApiserver(container: CommandLine): boolean {
  return [...texts(container.command), ...texts(container.args)]
    .flatMap(wordsOf)
    .some((word) => /(^|\/)kube-apiserver$/.test(word));
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** A flag may hold blanks; a script is what has blanks and is no flag. */
function wordsOf(text: string): string[] {
  if (text.startsWith('-') || !/\s/.test(text)) return [text];
  return text.split(/[\s;|&()]+/).map((word) => word.replaceAll(/["']/g, ''));
}

/** `--flag value`; a flag without one is a switch that is on. */
function valueAfter(next: string | undefined): string {
  return next === undefined || next.startsWith('-') ? 'true' : next;
}

/**
 * Where the flags of a running kube-apiserver are not those that kOps makes of the spec: another value, none, or one that the spec
 * does not have.
 *
 * @param settings the audit keys of `spec.kubeAPIServer`.
 * @param running the `--audit-…` flags with their values.
 */
export function flagDifferences(settings: AuditSettings, running: Readonly<Record<string, string>>): FlagDifference[] {
  const known = AUDIT_KEYS.map(({ name, flag, type }) => ({ flag, type, spec: flagText(settings[name]) }));
  const flags: ReadonlySet<string> = new Set(known.map(({ flag }) => flag));
  const more = Object.keys(running).filter((flag) => !flags.has(flag));
  const all = [...known, ...more.map((flag) => ({ flag, type: 'string' as const, spec: null }))];
  return all
    .map(({ flag, type, spec }) => ({ flag, type, spec, running: running[flag] || null }))
    .filter(({ type, spec, running: runs }) => !isSame(type, spec, runs))
    .map(({ flag, spec, running: runs }) => ({ flag, spec, running: runs }));
}

/** kOps makes no flag of an empty text (`pkg/flagbuilder/build_flags.go`, 1.19 to 1.37). */
function flagText(value: Json | undefined): string | null {
  return value === undefined || value === null || value === '' ? null : String(value);
}

function isSame(type: KeyType, spec: string | null, running: string | null): boolean {
  if (spec === null || running === null) return spec === running;
  return spec === running || VALUES[type](spec) === VALUES[type](running);
}

/** What the text of a flag means: kOps and Go write a duration or a quantity in more than one way. */
const VALUES: Readonly<Record<KeyType, (text: string) => string | number>> = {
  string: (text) => text,
  integer: Number,
  boolean: (text) => text.toLowerCase(),
  duration: seconds,
  quantity: quantity,
};

const UNITS: Readonly<Record<string, number>> = {
  h: 3600,
  m: 60,
  s: 1,
  ms: 1e-3,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
  ns: 1e-9,
};

/** Go's `time.ParseDuration`. */
function seconds(text: string): number {
  const parts = [...text.matchAll(/([\d.]+)(h|ms|m|s|us|µs|μs|ns)/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit!]!, 0);
}

const FACTORS: Readonly<Record<string, number>> = { n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9 };

/** `resource.ParseQuantity`; kOps hands it on as a decimal (`3140m` as `3.140`). */
function quantity(text: string): string | number {
  const [, number, suffix = ''] = /^([+-]?[\d.]+)([numkMG]?)$/.exec(text.trim()) ?? [];
  return number === undefined ? text : Number((Number(number) * FACTORS[suffix]!).toPrecision(12));
}

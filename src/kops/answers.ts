import { isObject } from '../json.ts';
import type { KopsObject } from '../cluster/types.ts';
import { UserError } from '../errors.ts';
import { oneLine } from '../process/words.ts';

/**
 * Takes what `kops get … -o json` printed and the kind that was asked for; gives the documents, or undefined if it is anything else.
 * One document comes as an object or as an array of one, which differs between releases (`cmd/kops/get.go`).
 */
export function parseDocuments(stdout: string, kind: 'Cluster' | 'InstanceGroup'): KopsObject[] | undefined {
  const value = parseJson(stdout);
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.every((item): item is KopsObject => isKopsObject(item, kind)) ? list : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isKopsObject(value: unknown, kind: string): value is KopsObject {
  if (!isObject(value) || !isObject(value['metadata']) || !isObject(value['spec'])) return false;
  return (
    value['kind'] === kind && typeof value['apiVersion'] === 'string' && typeof value['metadata']['name'] === 'string'
  );
}

const VERSION = /^v?(\d+\.\d+\.\d+(?:[-+][\w.+-]*)?)$/;
const OLDEST = { major: 1, minor: 19 };

/** Takes one line; gives the release in it without a leading `v`, or undefined if it is not one. */
export function parseVersion(line: string): string | undefined {
  return VERSION.exec(line.trim())?.[1];
}

/**
 * Takes the stdout of `version --short --server`; gives the release that last updated the cluster, or null.
 * The second line is a release or one of three excuses (`cmd/kops/version.go`, release 1.36).
 */
export function parseLastApplied(stdout: string): string | null {
  return parseVersion(stdout.split('\n')[1] ?? '') ?? null;
}

/** Takes a release; throws UserError if it is older than 1.19. */
export function checkVersion(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return;
  throw tooOld(version);
}

/** Takes what is known of the release; gives the error that refuses it. */
export function tooOld(version: string): UserError {
  return new UserError(`kops ${version} is too old: 1.19 is the oldest release this works with`, {
    hint: 'Put a newer kops first on PATH.',
  });
}

/**
 * Takes one line of logging; gives why kops is trying something again and for how long it still will, or undefined
 * (`upup/pkg/fi/executor.go`, release 1.36: `error running task %q (%v remaining to succeed): %v`).
 */
export function retryText(log: string): string | undefined {
  const match = /^error running task .* \((\S+) remaining to succeed\): (.*)$/.exec(log);
  return match ? `kops is trying again for ${match[1]}: ${oneLine(match[2] ?? '')}` : undefined;
}

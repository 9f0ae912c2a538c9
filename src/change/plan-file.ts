import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SealedOperation } from '../cluster/saved-plan.ts';
import { UserError } from '../errors.ts';
import { fileError } from '../input/file-error.ts';
import { readIfThere } from '../input/read.ts';
import { replaceFile } from '../input/write.ts';
import { isObject, type JsonObject } from '../json.ts';
import { sha256 } from '../sha256.ts';

/** What a plan is for. `path` is that of the file as the person gave it, as on another machine it lies elsewhere. */
export type PlanSubject =
  | { type: 'cluster'; cluster: string; stateStore?: string }
  | { type: 'file'; cluster: string; path: string };

/**
 * A change that was planned and shown, to be applied later, perhaps on another machine. It holds no value of the spec before, only
 * hashes; what it writes it holds in clear, also the credentials of a webhook.
 */
export interface SavedPlan {
  formatVersion: 1;
  /** The command it was planned with: enable, disable, rollback. */
  command: string;
  /** When, RFC 3339 in UTC, by whom, and where. */
  time: string;
  user: string;
  host: string;
  toolVersion: string;
  /** The release that was to use the spec; null: nobody said. */
  kopsVersion: string | null;
  subject: PlanSubject;
  operations: SealedOperation[];
  /** The hash of the whole `spec` that it leads to, to know it again where it is applied already. */
  specAfter: string;
  /** The recorded changes that it takes back. */
  undoes?: readonly string[];
  /** What it costs on a log that was replayed: as the plan as JSON has it, and the hashes of the policies before and after. */
  replay?: JsonObject;
}

const KIND = 'SavedPlan';

/** The text of a plan's file: the plan as JSON, with a checksum over it that shows damage. */
export function planText(plan: SavedPlan): string {
  return `${JSON.stringify({ kind: KIND, checksum: checksum(plan), plan }, null, 2)}\n`;
}

/** Whether a text is a saved plan, be it damaged or from another release. */
function isPlanText(text: string): boolean {
  return parseJson(text)?.['kind'] === KIND;
}

/**
 * Reads the text of a plan's file.
 *
 * @param file the file's name as the person gave it, for errors.
 * @throws UserError where it is none, is damaged, or was saved by a newer kops-audit.
 */
export function parsePlan(text: string, file: string): SavedPlan {
  const place = { file };
  const outer = parseJson(text);
  if (outer?.['kind'] !== KIND)
    throw new UserError('is not a saved plan', {
      place,
      hint: 'enable, disable and rollback save one: --save-plan FILE.',
    });
  const { plan } = outer;
  const again = 'Nothing was written. Make a new plan.';
  if (!isObject(plan) || outer['checksum'] !== checksum(plan))
    throw new UserError('is damaged: its checksum is wrong', { place, hint: again });
  if (plan['formatVersion'] !== 1)
    throw new UserError(`was saved by a newer kops-audit (format ${String(plan['formatVersion'])})`, {
      place,
      hint: again,
    });
  if (!isPlan(plan)) throw new UserError('is damaged: it is incomplete', { place, hint: again });
  return plan;
}

function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function checksum(plan: object): string {
  return `sha256:${sha256(JSON.stringify(plan))}`;
}

function isPlan(plan: unknown): plan is SavedPlan {
  if (!isObject(plan)) return false;
  const { command, subject, operations, undoes = [], replay = {} } = plan;
  const texts = [command, ...['time', 'user', 'host', 'toolVersion', 'specAfter'].map((key) => plan[key])];
  return (
    texts.every((text) => typeof text === 'string' && !/\p{Cc}/u.test(text)) &&
    COMMANDS.has(command) &&
    isSubject(subject) &&
    isListOf(operations, isOperation) &&
    isGuarded(operations) &&
    isListOf(undoes, (id): id is string => typeof id === 'string') &&
    isObject(replay)
  );
}

const COMMANDS: ReadonlySet<unknown> = new Set(['enable', 'disable', 'rollback']);

function isSubject(value: unknown): boolean {
  if (!isObject(value) || typeof value['cluster'] !== 'string') return false;
  const { type, path, stateStore } = value;
  if (type === 'file') return typeof path === 'string';
  return type === 'cluster' && (stateStore === undefined || typeof stateStore === 'string');
}

/** The places that `sealOperations` names; a place inside of a value, an escaped key or a key of the language is none of them. */
const NAME = '/metadata/name';
const PLACE =
  /^\/spec\/(?:kubeAPIServer(?:\/audit[A-Za-z]+)?|fileAssets(?:\/(?:0|[1-9]\d{0,8})(?:\/(?:content|path|roles|isBase64))?)?)$/;
const NEW_ELEMENT = /^\/spec\/fileAssets\/(?:-|0|[1-9]\d{0,8})$/;

function isOperation(value: unknown): value is SealedOperation {
  if (!isObject(value) || typeof value['path'] !== 'string') return false;
  const { op, path, sha256 } = value;
  if (op === 'test') return (path === NAME || PLACE.test(path)) && (sha256 === null || typeof sha256 === 'string');
  if (op === 'remove') return PLACE.test(path);
  if (op !== 'add' && op !== 'replace') return false;
  return value['value'] !== undefined && (PLACE.test(path) || (op === 'add' && NEW_ELEMENT.test(path)));
}

/** The cluster's name is tested first, and what is replaced or taken out right before that; only a new file asset takes no value's place. */
function isGuarded(operations: readonly SealedOperation[]): boolean {
  const [first] = operations;
  if (first !== undefined && (first.op !== 'test' || first.path !== NAME)) return false;
  return operations.every(({ op, path }, index) => {
    if (op === 'test' || (op === 'add' && NEW_ELEMENT.test(path))) return true;
    const before = operations[index - 1];
    return before?.op === 'test' && before.path === path;
  });
}

function isListOf<Item>(value: unknown, test: (item: unknown) => item is Item): value is Item[] {
  return Array.isArray(value) && value.every(test);
}

/**
 * Saves a plan in a file that only its owner can read, in one step. A plan that is there already is replaced, another file never.
 *
 * @throws UserError where another file is there, or the system refuses.
 */
export function writePlan(path: string, plan: SavedPlan): void {
  checkPlanPath(path);
  try {
    replaceFile(path, planText(plan), { mode: 0o600 });
  } catch (error) {
    throw fileError(error, path, 'the plan cannot be saved');
  }
}

/** Refuses a path where no plan can be saved, before anything is read: another file, a pipe, a folder that is not there. Throws UserError. */
export function checkPlanPath(path: string): void {
  try {
    refuseOtherKinds(path);
    refuseOther(path);
  } catch (error) {
    throw fileError(error, path, 'the plan cannot be saved');
  }
}

/** A pipe would keep us waiting for who reads it, and a device holds no plan. */
function refuseOtherKinds(path: string): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (!there) statSync(dirname(path));
  if (!there || there.isFile() || there.isDirectory()) return; // What a folder is called is said where it is read.
  throw new UserError('is not a regular file, so no plan can be saved there', {
    place: { file: path },
    hint: 'Give --save-plan the name of a file.',
  });
}

function refuseOther(path: string): void {
  const text = readIfThere(path);
  if (text === undefined || isPlanText(text)) return;
  throw new UserError('is not a saved plan, so it is not replaced', {
    place: { file: path },
    hint: 'Give --save-plan another name.',
  });
}

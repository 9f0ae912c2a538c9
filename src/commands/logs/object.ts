import type { Context } from '../../context.ts';
import { UserError } from '../../errors.ts';
import type { LoggedEvent } from '../../events/event.ts';
import type { Test } from '../../events/filter.ts';
import { objectHistory, type ObjectName, objectTest } from '../../events/object-history.ts';
import { contentsOf } from '../../policy/sensitive.ts';
import { readTarget, typeName } from '../../policy/request/target.ts';
import { eventMask, revealed } from '../../report/events/mask-event.ts';
import { historyPrinter } from '../../report/events/object-history.ts';
import { createMasker } from '../../report/mask.ts';
import { number, safeText, wrap } from '../../report/text.ts';
import type { LogsFlags } from './flags.ts';
import { type OpenedLog, readMerged } from './open.ts';
import { printJson } from './print.ts';

/**
 * Reads `deployments/web` of `--object`, in the namespace of `-n`.
 *
 * @throws UserError for what names no single object.
 */
export function readObject(typed: string, namespaces: readonly string[]): ObjectName {
  const [type = '', name = '', ...more] = typed.split('/');
  if (type === '' || name === '' || more.length > 0 || /[*?]/.test(typed))
    throw new UserError(`--object ${typed} names no object`, {
      hint: 'Write TYPE/NAME: --object deployments/web -n prod',
    });
  const [namespace, second] = namespaces;
  if (second !== undefined || (namespace !== undefined && /^!|[*?,]/.test(namespace)))
    throw new UserError('--object is one object, so -n is one namespace', { hint: 'Write it in full: -n prod' });
  const { group, resource, api } = readTarget({ target: type }, {});
  const isThere = namespace !== undefined && api?.namespaced !== false;
  return { group, resource, name, ...(isThere && { namespace }) };
}

/** `logs --object`: who changed one object, when, and what. */
export async function showObject(
  opened: OpenedLog,
  object: ObjectName,
  isWanted: Test,
  flags: LogsFlags,
  context: Context,
): Promise<void> {
  const { io } = context;
  const isOfIt = objectTest(object);
  if (flags.output === 'json') return printJson(opened, (event) => isOfIt(event) && isWanted(event), flags, context);
  const history = objectHistory();
  const printer = historyPrinter({
    style: io.stdoutStyle,
    columns: io.stdoutColumns,
    isUtc: flags.utc ?? false,
    hasServers: opened.servers.length > 1,
    mask: flags.reveal ? revealed : eventMask(createMasker([]).label),
  });
  let shown = 0;
  const print = (event: LoggedEvent): string => {
    const change = history(event);
    if (change === undefined || !isWanted(event)) return '';
    shown += 1;
    return printer.change(change);
  };
  for await (const events of readMerged(opened, (event) => (isOfIt(event) ? event.keep() : undefined)))
    await io.stdout(events.map(print).join(''));
  await io.stdout(printer.end());
  if (!flags.quiet)
    for (const text of hints(object, shown, printer.unrecorded)) io.stderr(`${wrap(text, io.columns)}\n`);
}

/** What the log could not tell, and what would have to be recorded. */
function hints(object: ObjectName, shown: number, unrecorded: ReadonlyMap<string, number>): string[] {
  const type = typeName(object);
  const place = object.namespace === undefined ? '' : ` -n ${object.namespace}`;
  const named = safeText(`${type}/${object.name}${place}`);
  if (shown === 0)
    return [
      `Nothing in this log changed ${named}.`,
      `Whether a policy records that: kops-audit policy explain update ${named}`,
    ];
  const count = [...unrecorded.values()].reduce((sum, each) => sum + each, 0);
  if (count === 0) return [];
  const changes = count === 1 ? 'one change' : `${number(count)} changes`;
  const told = `Of ${changes} the log has no bodies: what was changed is not known.`;
  if (contentsOf({ apiGroup: object.group, resource: object.resource }).some(({ inLog }) => inLog))
    return [told, AS_IT_SHOULD];
  return [
    told,
    `Fix: record writes of ${type} at level RequestResponse from now on. Which rule decides: kops-audit policy explain update ${named}`,
  ];
}

const AS_IT_SHOULD = 'That is as it should be: a log that holds secrets is one more place from which they leak.';

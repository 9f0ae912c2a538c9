import { randomUUID } from 'node:crypto';
import type { Context } from '../../context.ts';
import { sendHttp } from '../../live/http.ts';
import { createMasker } from '../../report/mask.ts';
import { safeJson, safeText, type Style, wrap } from '../../report/text.ts';
import type { ShipSettings } from '../../ship/settings.ts';
import { queryFor } from '../../ship/sinks.ts';
import { trialOf } from '../../ship/trial.ts';
import { judge, type Verdict } from '../../ship/verdict.ts';
import { VERSION } from '../../version.ts';
import { readShip, type ShipFlags } from './flags.ts';
import { type KeyFlags, keyForms, type Keys, readKeys } from './key.ts';

/** The flags of `ship check` as the command line gives them. */
export interface CheckFlags extends ShipFlags {
  keyEnv?: string;
  keyStdin?: boolean;
  context?: string;
  kubeconfig?: string;
  output: 'text' | 'json';
}

/** As long as a collector of ours waits. */
const TIMEOUT_MS = 30_000;

const EXIT: Readonly<Record<Verdict['outcome'], number>> = { taken: 0, refused: 1, 'not reached': 4 };

/** `ship check`: whether a store takes a record with the key it will be given. */
export async function shipCheck(flags: CheckFlags, context: Context): Promise<number> {
  const settings = await readShip(flags, context);
  const keys = await readKeys(settings, flags satisfies KeyFlags, context);
  const id = randomUUID();
  const trial = trialOf(settings, keys.values, { id, at: context.now(), version: VERSION });
  const { io, interrupt: signal } = context;
  const outcome = await io.progress.during(`sending one record to ${settings.sink}`, () =>
    sendHttp({ ...trial, method: 'POST', timeoutMs: TIMEOUT_MS, signal }),
  );
  const verdict = withoutKeys(judge(outcome), keys);
  const checked = { settings, keys, id, verdict };
  await io.stdout(flags.output === 'json' ? safeJson(checkJson(checked)) : checkView(checked, context));
  return EXIT[verdict.outcome];
}

/** A server may give back what it was sent. */
function withoutKeys(verdict: Verdict, keys: Keys): Verdict {
  const { text } = createMasker(keyForms(keys.values.values()));
  const { fix, said } = verdict;
  return { ...verdict, said: shortened(text(said)), ...(fix === undefined ? {} : { fix: text(fix) }) };
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

interface Checked {
  settings: ShipSettings;
  keys: Keys;
  id: string;
  verdict: Verdict;
}

function checkJson({ settings: { sink, endpoint, cluster }, keys, id, verdict }: Checked) {
  const { outcome, what, said, means, fix = null } = verdict;
  const query = outcome === 'taken' ? queryFor(sink, id) : null;
  const checked = { cluster, sink, endpoint, keyFrom: keys.from, id, outcome, answer: what, said, means, fix, query };
  return { kind: 'ShipCheck', formatVersion: 1, ...checked };
}

const HEADS: Readonly<Record<Verdict['outcome'], (sink: string) => string>> = {
  taken: (sink) => `${sink} takes it`,
  refused: (sink) => `${sink} refuses it`,
  'not reached': (sink) => `${sink} was not reached`,
};

function checkView({ settings, keys, id, verdict }: Checked, { io }: Context): string {
  const { outcome, what, said, means, fix } = verdict;
  const style = io.stdoutStyle;
  const head = `${HEADS[outcome](settings.sink)}: ${what}`;
  const parts = [
    paint(outcome, style)(wrap(safeText(head), io.columns)),
    facts(
      [
        ['Address', settings.endpoint],
        ['Key', keys.from === null ? 'none is needed' : `from ${keys.from}`],
        ['Answer', said],
      ],
      io.columns,
      style,
    ),
    wrap(safeText(means), io.columns),
    ...(fix === undefined ? [] : [wrap(`${style.bold('Fix:')} ${safeText(fix)}`, io.columns)]),
    ...(outcome === 'taken' ? [foundBy(settings.sink, id, io.columns)] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

function paint(outcome: Verdict['outcome'], style: Style): (text: string) => string {
  return outcome === 'taken' ? style.green : style.red;
}

const LABEL = 10;

function facts(rows: readonly (readonly [string, string])[], columns: number, style: Style): string {
  const lines = rows
    .filter(([, text]) => text !== '')
    .flatMap(([label, text]) =>
      wrap(safeText(text), columns - LABEL)
        .split('\n')
        .map((line, at) => `${style.bold((at === 0 ? label : '').padEnd(LABEL))}${line}`),
    );
  return lines.join('\n');
}

/** It stays in the store; whoever meets it there must be able to tell what it is. */
function foundBy(sink: string, id: string, columns: number): string {
  const query = queryFor(sink, id);
  if (query === null) return wrap(`One marked record is there now. Its ID is ${id}: search for it.`, columns);
  return `${wrap('One marked record is there now, which says that it is no event. To find it:', columns)}\n  ${safeText(query)}`;
}

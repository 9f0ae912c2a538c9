import type { Context } from '../../context.ts';
import { safeJson, type Style, wrap } from '../../report/text.ts';
import { limitText } from '../../report/sizes.ts';
import { tableLines } from '../../report/table.ts';
import { wantedSink } from '../../ship/settings.ts';
import { type Sink, SINKS } from '../../ship/sinks.ts';

/** `ship sinks`: the stores that are known, or one of them in full. */
export async function shipSinks(
  word: string | undefined,
  { output }: { output: 'text' | 'json' },
  { io }: Context,
): Promise<number> {
  const sinks = word === undefined ? SINKS : [wantedSink(word)];
  const [only] = sinks;
  if (output === 'json') await io.stdout(safeJson({ kind: 'SinkList', formatVersion: 1, sinks: sinks.map(sinkJson) }));
  else if (word !== undefined && only) await io.stdout(sinkView(only, io.stdoutStyle, Math.min(io.columns, 100)));
  else await io.stdout(listView(io.stdoutStyle, io.stdoutColumns, io.columns));
  return 0;
}

/** What is not known is null, so that each has the same fields. */
function sinkJson({ maxEventBytes, severity, query, queryApi, auth, ...sink }: Sink) {
  const unknown = { maxEventBytes, severity, query, queryApi, auth };
  return { ...sink, ...Object.fromEntries(Object.entries(unknown).map(([key, value]) => [key, value ?? null])) };
}

const UNKNOWN = 'not known';

function listView(style: Style, tableWidth: number, columns: number): string {
  const table = tableLines(
    [
      { head: 'STORE', cells: SINKS.map(({ name }) => name) },
      { head: 'WHAT IT IS', cells: SINKS.map(({ title }) => title), cut: 'end' },
      { head: 'ONE EVENT', cells: SINKS.map((sink) => limitText(sink.maxEventBytes?.bytes)) },
      { head: 'RUN', cells: SINKS.map(({ run }) => (run ? 'yes' : 'no')) },
    ],
    tableWidth,
    style,
  );
  const legend = wrap(
    'ONE EVENT is the most that an event can have there; above it the bodies are left out. RUN: events were shipped there in the tests of kops-audit; the others are as their documentation says. One in full: kops-audit ship sinks mezmo',
    Math.min(columns, 100),
  );
  return `${table.join('\n')}\n\n${style.dim(legend)}\n`;
}

function sinkView(sink: Sink, style: Style, columns: number): string {
  const rows: [string, string[]][] = [
    ['Name', [[sink.name, ...sink.aliases].join(', ')]],
    ['Address', [sink.endpoint]],
    ['Params', sink.params.map(paramText)],
    ['Headers', sink.headers.map(headerText)],
    ['Exporter', [`${sink.exporter}, in the image otel/opentelemetry-collector-${sink.image}`]],
    ['Event', [eventText(sink)]],
    ['Severity', [sink.severity ?? UNKNOWN]],
    ['Query', [sink.query ?? UNKNOWN]],
    ['Read', [`${sink.read.source} on ${sink.read.on}`]],
    ['Run', [sink.run ? 'events were shipped there in the tests of kops-audit' : 'no: only read']],
    ['Notes', [...sink.notes]],
  ];
  const lines = rows.flatMap(([label, texts]) => rowLines(label, texts, style, columns));
  return `${style.bold(sink.title)}\n\n${lines.join('\n')}\n`;
}

function eventText(sink: Sink): string {
  if (sink.maxEventBytes === undefined) return UNKNOWN;
  const { longer, source } = sink.maxEventBytes;
  return `${limitText(sink.maxEventBytes.bytes)} at most${longer === undefined ? '' : `; a longer one ${longer}`} (${source})`;
}

const LABEL = 10;

function rowLines(label: string, texts: readonly string[], style: Style, columns: number): string[] {
  const lines = texts.flatMap((text) => wrap(text, columns - LABEL).split('\n'));
  return lines.map((line, at) => `${style.bold((at === 0 ? label : '').padEnd(LABEL))}${line}`);
}

function paramText({ name, what, example, default: unsaid, isOptional }: Sink['params'][number]): string {
  const need = unsaid === undefined ? (isOptional ? ' (may be left out)' : '') : ` (default: ${unsaid})`;
  return `${name}: ${what}, such as ${example}${need}`;
}

function headerText({ name, value, secret }: Sink['headers'][number]): string {
  return `${name}: ${value}${secret === undefined ? '' : `‹${secret}›`}`;
}

import { safeJson } from '../../report/safe-text.ts';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileError } from '../../input/file-error.ts';
import { UserError } from '../../errors.ts';
import { explain } from '../../policy/explain/explain.ts';
import type { RequestAttributes } from '../../policy/types.ts';
import { readRequestLine } from '../../replay/read-request-line.ts';
import { formatError } from '../../report/error-text.ts';
import { explanationJson } from '../../report/explanation-json.ts';
import { identityText, requestText } from '../../report/request-text.ts';
import { VERSION } from '../../version.ts';
import type { Context } from '../../context.ts';
import { answer } from './explain.ts';
import type { ExplainFlags } from './explain-flags.ts';
import { type NamedPolicy, placeName } from './loaded-policy.ts';

/**
 * `policy explain --requests FILE`: one answer a line, in the order of the lines; `-` is stdin. A line that can't be read is told, the
 * others are answered all the same, and the exit status is 2.
 */
export async function explainRequests(
  named: NamedPolicy,
  file: string,
  flags: ExplainFlags,
  context: Context,
): Promise<number> {
  let number = 0;
  let exitCode = 0;
  for await (const line of linesOf(file, context)) {
    number += 1;
    if (line.trim() === '') continue;
    const request = readLine(line, { file, line: number }, context);
    if (!request) exitCode = 2;
    else await context.io.stdout(lineAnswer(named, request, number, flags, context));
  }
  return exitCode;
}

async function* linesOf(file: string, { io }: Context): AsyncGenerator<string> {
  const input = file === '-' ? io.input : createReadStream(file);
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) yield line;
  } catch (error) {
    throw fileError(error, file, 'cannot be read');
  }
}

function readLine(line: string, place: { file: string; line: number }, { io }: Context): RequestAttributes | undefined {
  try {
    return readRequestLine(line.replace(/^\uFEFF/, ''));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const placed = new UserError(error.message, { place, ...(error.hint ? { hint: error.hint } : {}) });
    io.stderr(formatError(placed, { style: io.style, columns: io.columns, version: VERSION }).text);
    return undefined;
  }
}

function lineAnswer(
  named: NamedPolicy,
  request: RequestAttributes,
  number: number,
  flags: ExplainFlags,
  context: Context,
): string {
  const explanation = explain(named.policy, request);
  if (flags.output === 'json') {
    const facts = { policy: placeName(named), source: null, notes: [] };
    return safeJson({ line: number, ...explanationJson(explanation, facts) }, 0);
  }
  if (flags.verbose) return `${number}. ${answer(named, request, [], flags, context)}\n`;
  const { level, rule } = explanation.decision;
  const by = rule === 0 ? 'no rule' : `rule ${rule}`;
  return `${number}: ${level}, ${by}: ${requestText(request)}, by ${identityText(request)}\n`;
}

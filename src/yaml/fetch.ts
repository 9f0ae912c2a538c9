import { END, codeOf, isBlank, isBlankOrEnd } from './characters.ts';
import { documentMark } from './document-mark.ts';
import { type FetchRule, fetchBlockEntry, fetchFlowEnd, fetchFlowEntry, fetchFlowStart } from './fetch-collection.ts';
import { fetchDirective, fetchDocumentMark, fetchStreamEnd, fetchStreamStart } from './fetch-document.ts';
import { fetchKey, fetchValue } from './fetch-key.ts';
import { fetchAnchor, fetchBlockScalar, fetchPlain, fetchQuoted, fetchTag } from './fetch-scalar.ts';
import { unrollIndent } from './levels.ts';
import { codeAt, need, problemAt } from './reader.ts';
import { type Scanner, isStillPossible } from './scanner.ts';
import { skipToToken } from './skip.ts';
import type { Token } from './token.ts';

/**
 * The next token, not handed out yet (`yaml_parser_fetch_more_tokens` of go-yaml's `scannerc.go`, release 2.4.4).
 *
 * @throws YamlProblem
 */
export function peekToken(scanner: Scanner): Token {
  while (needsMore(scanner)) fetchToken(scanner);
  return scanner.tokens[scanner.head] as Token;
}

// A token that may turn out to be a key can't be handed out before that is known.
function needsMore(scanner: Scanner): boolean {
  if (scanner.head === scanner.tokens.length) return true;
  const at = scanner.simpleKeysByToken.get(scanner.handedOut);
  if (at === undefined) return false;
  const key = scanner.simpleKeys[at];
  if (!key) throw problemAt(scanner, 'kube-apiserver crashes here');
  return isStillPossible(scanner, key);
}

function fetchToken(scanner: Scanner): void {
  need(scanner, 1);
  if (!scanner.started) return fetchStreamStart(scanner);
  skipToToken(scanner);
  unrollIndent(scanner, scanner.column);
  need(scanner, 4);
  const code = codeAt(scanner);
  if (code === END) return fetchStreamEnd(scanner);
  if (scanner.column === 0 && code === codeOf('%')) return fetchDirective(scanner);
  const mark = documentMark(scanner);
  if (mark) return fetchDocumentMark(scanner, mark);
  return byFirstCharacter(scanner, code);
}

const RULES: Readonly<Record<string, FetchRule>> = {
  '[': (scanner) => fetchFlowStart(scanner, 'flow-sequence-start'),
  '{': (scanner) => fetchFlowStart(scanner, 'flow-mapping-start'),
  ']': (scanner) => fetchFlowEnd(scanner, 'flow-sequence-end'),
  '}': (scanner) => fetchFlowEnd(scanner, 'flow-mapping-end'),
  ',': fetchFlowEntry,
  '-': (scanner) => (isBlankOrEnd(codeAt(scanner, 1)) ? fetchBlockEntry(scanner) : fetchPlain(scanner)),
  '?': (scanner) => (endsIndicator(scanner) ? fetchKey(scanner) : fetchPlain(scanner)),
  ':': (scanner) => (endsIndicator(scanner) ? fetchValue(scanner) : fetchPlain(scanner)),
  '*': (scanner) => fetchAnchor(scanner, 'alias'),
  '&': (scanner) => fetchAnchor(scanner, 'anchor'),
  '!': fetchTag,
  '|': (scanner) => (scanner.flowLevel === 0 ? fetchBlockScalar(scanner, true) : noToken(scanner)),
  '>': (scanner) => (scanner.flowLevel === 0 ? fetchBlockScalar(scanner, false) : noToken(scanner)),
  "'": (scanner) => fetchQuoted(scanner, true),
  '"': (scanner) => fetchQuoted(scanner, false),
  '#': noToken,
  '%': noToken,
  '@': noToken,
  '`': noToken,
};

function byFirstCharacter(scanner: Scanner, code: number): void {
  const rule = code < 128 ? RULES[String.fromCharCode(code)] : undefined;
  if (rule) rule(scanner);
  else if (isBlank(code)) noToken(scanner);
  else fetchPlain(scanner);
}

// "?" and ":" are indicators before a blank, and anywhere inside brackets.
function endsIndicator(scanner: Scanner): boolean {
  return scanner.flowLevel > 0 || isBlankOrEnd(codeAt(scanner, 1));
}

function noToken(scanner: Scanner): never {
  throw problemAt(scanner, 'found character that cannot start any token');
}

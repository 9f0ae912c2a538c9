import { type Event, emptyScalar, event } from './event.ts';
import { type Parser, type State, back, drop, go, isOneOf, pass, peek, unexpected } from './parser.ts';
import type { Token, TokenType } from './token.ts';

/** The first item between `[` and `]`. These states are those of go-yaml's `parserc.go`, release 2.4.4. */
export function parseFlowSequenceStart(parser: Parser): Event {
  return parseItem(parser, pass(parser));
}

function parseNextItem(parser: Parser): Event {
  const token = peek(parser);
  if (token.type === 'flow-sequence-end') return close(parser, token, 'sequence-end');
  if (token.type !== 'flow-entry') throw unexpected(token, "did not find expected ',' or ']'");
  return parseItem(parser, pass(parser));
}

function parseItem(parser: Parser, token: Token): Event {
  if (token.type === 'flow-sequence-end') return close(parser, token, 'sequence-end');
  if (token.type !== 'key') return descend(parser, parseNextItem);
  drop(parser);
  return go(parser, parsePairKey, { ...event('mapping-start', token.start, token.end), style: 'flow' });
}

// A map of one pair, without braces.
function parsePairKey(parser: Parser): Event {
  const token = peek(parser);
  if (!isOneOf(token, 'value', 'flow-entry', 'flow-sequence-end')) return descend(parser, parsePairValue);
  drop(parser);
  return go(parser, parsePairValue, emptyScalar(token.end));
}

function parsePairValue(parser: Parser): Event {
  return parseValue(parser, parsePairEnd, 'flow-sequence-end');
}

function parsePairEnd(parser: Parser): Event {
  const { start } = peek(parser);
  return go(parser, parseNextItem, event('mapping-end', start, start));
}

/** The first key between `{` and `}`. */
export function parseFlowMappingStart(parser: Parser): Event {
  return parseKey(parser, pass(parser));
}

function parseNextKey(parser: Parser): Event {
  const token = peek(parser);
  if (token.type === 'flow-mapping-end') return close(parser, token, 'mapping-end');
  if (token.type !== 'flow-entry') throw unexpected(token, "did not find expected ',' or '}'");
  return parseKey(parser, pass(parser));
}

function parseKey(parser: Parser, token: Token): Event {
  if (token.type === 'flow-mapping-end') return close(parser, token, 'mapping-end');
  if (token.type !== 'key') return descend(parser, parseNoValue);
  const next = pass(parser);
  if (!isOneOf(next, 'value', 'flow-entry', 'flow-mapping-end')) return descend(parser, parseMappingValue);
  return go(parser, parseMappingValue, emptyScalar(next.start));
}

function parseMappingValue(parser: Parser): Event {
  return parseValue(parser, parseNextKey, 'flow-mapping-end');
}

function parseNoValue(parser: Parser): Event {
  return go(parser, parseNextKey, emptyScalar(peek(parser).start));
}

function parseValue(parser: Parser, next: State, ender: TokenType): Event {
  let token = peek(parser);
  if (token.type === 'value') {
    token = pass(parser);
    if (!isOneOf(token, 'flow-entry', ender)) return descend(parser, next);
  }
  return go(parser, next, emptyScalar(token.start));
}

function descend(parser: Parser, next: State): Event {
  parser.states.push(next);
  return parser.parseNode(parser, 'flow');
}

function close(parser: Parser, { start, end }: Token, type: Event['type']): Event {
  back(parser);
  drop(parser);
  return event(type, start, end);
}

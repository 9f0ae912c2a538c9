import { type Event, event } from './event.ts';
import { parseBlockMapping, parseBlockSequence, parseIndentlessSequence } from './parse-block.ts';
import { parseFlowMappingStart, parseFlowSequenceStart } from './parse-flow.ts';
import { type Parser, type State, back, drop, go, pass, peek, unexpected } from './parser.ts';
import type { Token, TokenType } from './token.ts';

/** Reads a node, as `yaml_parser_parse_node` of go-yaml's `parserc.go` does, release 2.4.4. */
export const parseNode: Parser['parseNode'] = (parser, where) => {
  const first = peek(parser);
  if (first.type === 'alias') return parseAlias(parser, first);
  const properties = parseProperties(parser, first);
  const token = peek(parser);
  if (token.type === 'scalar') return parseScalar(parser, token, properties);
  const found = collectionOf(token.type, where);
  if (found) {
    const [type, style, state] = found;
    return go(parser, state, { ...properties, type, style, valueStart: token.start, end: token.end });
  }
  if (properties.anchor === '' && properties.tag === '') throw unexpected(token, 'did not find expected node content');
  back(parser);
  return { ...properties, valueStart: properties.end, implicit: properties.tag === '' };
};

function parseAlias(parser: Parser, { start, end, value }: Token): Event {
  back(parser);
  drop(parser);
  return { ...event('alias', start, end), value };
}

// A tag and an anchor, in either order, each once; as the event of an empty scalar.
function parseProperties(parser: Parser, first: Token): Event {
  const found = event('scalar', first.start, first.start);
  let token = first;
  for (const seen = new Set<TokenType>(); isProperty(token, seen); token = pass(parser)) {
    seen.add(token.type);
    found.end = token.end;
    if (token.type === 'anchor') found.anchor = token.value;
    else found.tag = resolveTag(parser, token);
  }
  return found;
}

function isProperty({ type }: Token, seen: ReadonlySet<TokenType>): boolean {
  return (type === 'anchor' || type === 'tag') && !seen.has(type);
}

function resolveTag(parser: Parser, tag: Token): string {
  if (tag.value === '') return tag.suffix;
  const prefix = parser.tagPrefixes.get(tag.value);
  const name = prefix === undefined ? '' : prefix + tag.suffix;
  if (name === '') throw unexpected(tag, 'found undefined tag handle');
  return name;
}

function parseScalar(parser: Parser, token: Token, properties: Event): Event {
  back(parser);
  drop(parser);
  const { start: valueStart, end, value, style } = token;
  const implicit = properties.tag === '!' || (properties.tag === '' && style === 'plain');
  return { ...properties, end, valueStart, style, value, implicit };
}

function collectionOf(
  type: TokenType,
  where: 'block' | 'block-or-list' | 'flow',
): [Event['type'], 'block' | 'flow', State] | undefined {
  if (type === 'block-entry')
    return where === 'block-or-list' ? ['sequence-start', 'block', parseIndentlessSequence] : undefined;
  if (type === 'flow-sequence-start') return ['sequence-start', 'flow', parseFlowSequenceStart];
  if (type === 'flow-mapping-start') return ['mapping-start', 'flow', parseFlowMappingStart];
  if (type === 'block-sequence-start' && where !== 'flow') return ['sequence-start', 'block', parseBlockSequence];
  if (type === 'block-mapping-start' && where !== 'flow') return ['mapping-start', 'block', parseBlockMapping];
  return undefined;
}

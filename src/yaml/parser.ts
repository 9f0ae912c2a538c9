import type { Event } from './event.ts';
import { peekToken } from './fetch.ts';
import { YamlProblem } from './problem.ts';
import { type Scanner, shiftToken } from './scanner.ts';
import type { Token, TokenType } from './token.ts';

/** What go-yaml's parser knows (`parserc.go`, release 2.4.4): the next step, and those to come back to. */
export interface Parser {
  scanner: Scanner;
  state: State;
  states: State[];
  tagPrefixes: Map<string, string>;
  /** Reads a node: in block style, in block style or a list at the column of its key, inside brackets. */
  parseNode: (parser: Parser, where: 'block' | 'block-or-list' | 'flow') => Event;
}

/** Reads one event and sets the next state. Throws YamlProblem. */
export type State = (parser: Parser) => Event;

/** The next token, left where it is. */
export function peek({ scanner }: Parser): Token {
  return peekToken(scanner);
}

/** Passes over the next token; gives the one behind it. */
export function pass(parser: Parser): Token {
  shiftToken(parser.scanner);
  return peek(parser);
}

/** Passes over the next token without a look at what follows. */
export function drop({ scanner }: Parser): void {
  shiftToken(scanner);
}

/** Goes back to the state before. */
export function back(parser: Parser): void {
  parser.state = parser.states.pop() ?? ended;
}

function ended(): never {
  throw new TypeError('there is no state to go back to');
}

/** Gives an event and goes to a state. */
export function go(parser: Parser, state: State, event: Event): Event {
  parser.state = state;
  return event;
}

/** Whether a token is of one of the types. */
export function isOneOf({ type }: Token, ...types: TokenType[]): boolean {
  return types.includes(type);
}

/** The error of a token that does not fit. */
export function unexpected({ start }: Token, problem: string): YamlProblem {
  return new YamlProblem(problem, start);
}

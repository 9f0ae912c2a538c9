import { UserError } from '../../errors.ts';
import { isObject, type Json, type JsonObject } from '../../json.ts';
import { flowText, inlineScalar, isLeaf } from '../../yaml/write-value.ts';
import { loadPolicy } from '../load/load.ts';
import { withoutStamp } from '../render/stamp.ts';
import type { Policy, PolicyRule } from '../types.ts';
import { isBlockList, rangesOf, slotsOf } from './order-rules.ts';

/** A rule to be put into a policy. */
export interface AddedRule {
  rule: PolicyRule;
  /** In front of this one, counted from 1. */
  before: number;
  /** For the line above it. */
  comment: string;
}

/**
 * Puts rules into the text of a policy, each in front of another rule and of the comments above that one. All else stays byte for byte,
 * but for a stamp of kops-audit, which would be about another policy.
 *
 * @param text of a policy that kube-apiserver takes.
 * @param wanted the policy that the text is to hold then.
 * @throws UserError where the text cannot be edited so that it loads as that policy.
 */
export function insertRules(
  text: string,
  added: readonly AddedRule[],
  wanted: Policy,
  options: { kubernetesVersion?: string; file?: string } = {},
): string {
  if (added.length === 0) return text;
  const loaded = loadPolicy(text, options);
  const ranges = rangesOf(text, loaded, loaded.policy?.rules.length ?? 0);
  const isBlock = isBlockList(text, ranges);
  const slots = slotsOf(text, ranges, options.file);
  let edited = '';
  let at = 0;
  for (const [place, { from }] of slots.entries()) {
    const own = added.filter(({ before }) => before === place + 1);
    const write = isBlock ? blockText(text, ranges[place]?.start ?? 0) : inBrackets;
    edited += text.slice(at, from) + own.map(write).join('');
    at = from;
  }
  edited = withoutStamp(edited + text.slice(at));
  if (JSON.stringify(loadPolicy(edited, options).policy) === JSON.stringify(wanted)) return edited;
  throw new UserError('the rules cannot be put into this text without changing what it means', {
    hint: 'Write each rule of it on lines of its own, beginning with "- level:".',
    ...(options.file === undefined ? {} : { place: { file: options.file } }),
  });
}

const COLUMNS = 80;

/** Writes rules as the one that begins at an offset: its dash, its distance from that, its line ends. */
function blockText(text: string, start: number): (added: AddedRule) => string {
  const line = text.lastIndexOf('\n', start - 1) + 1;
  const dash = text.indexOf('-', line) - line;
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  return ({ rule, comment }) =>
    [`# ${comment}`, ...ruleLines(rule, COLUMNS - dash)].map((each) => `${' '.repeat(dash)}${each}${eol}`).join('');
}

function inBrackets({ rule }: AddedRule): string {
  return `${flowText(ruleValue(rule), 'json')}, `;
}

/** A rule as an item of a list: what fits on a line in brackets stands there so. */
export function ruleLines(rule: PolicyRule, columns: number): string[] {
  return itemLines(ruleValue(rule), columns);
}

function itemLines(item: Json, columns: number): string[] {
  if (isLeaf(item)) return [`- ${inlineScalar(item, 'block')}`];
  const lines = Object.entries(item).flatMap(([key, value]) => entryLines(key, value, columns - 2));
  return lines.map((line, at) => `${at === 0 ? '- ' : '  '}${line}`);
}

function entryLines(key: string, value: Json, columns: number): string[] {
  const short = `${key}: ${flowText(value, 'flow')}`;
  if (!Array.isArray(value) || (!value.some(isObject) && short.length <= columns)) return [short];
  return [`${key}:`, ...value.flatMap((item) => itemLines(item, columns))];
}

/** A rule as people write it: the core group is named, too. */
export function ruleValue(rule: PolicyRule): JsonObject {
  const entries = rule.resources?.map((entry) => ({ group: '', ...entry }));
  const value: JsonObject = JSON.parse(JSON.stringify({ ...rule, ...(entries ? { resources: entries } : {}) }));
  return value;
}

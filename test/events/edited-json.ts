import fc from 'fast-check';

/** Some that are JSON in the right place, and some that never are. */
const TOKENS: readonly string[] = [
  ' ',
  ...String.raw`{ } [ ] , : {} [] "a": "a":1 ,"b":{ " \ "a" "" "\"" "\\" "\u00e9" "\u00g9" "{,:" "]"`.split(' '),
  ...String.raw`0 -1.5e+3 01 - true null nul false 12345678901 1. \u0000`.split(' '),
];

/** A JSON value as the tokens it is made of. */
const VALUE: fc.Arbitrary<string[]> = fc.letrec<{ value: string[] }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'medium' },
    fc.constantFrom('"a"', '""', '0', '-1.5e+3', 'true', 'null', '"{"').map((word) => [word]),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => ['[', ...separated(items), ']']),
    fc
      .array(fc.tuple(fc.constantFrom('"a"', String.raw`"\""`, '"b"'), tie('value')), { maxLength: 3 })
      .map((members) => ['{', ...separated(members.map(([key, value]) => [key, ':', ...value])), '}']),
  ),
})).value;

function separated(items: readonly string[][]): string[] {
  return items.flatMap((item, at) => (at === 0 ? item : [',', ...item]));
}

interface Edit {
  at: number;
  drops: number;
  puts: string[];
}

const EDIT: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  drops: fc.integer({ min: 0, max: 1 }),
  puts: fc.array(fc.constantFrom(...TOKENS), { maxLength: 1 }),
});

function edited(tokens: string[], { at, drops, puts }: Edit): string[] {
  return tokens.toSpliced(Math.floor(at * tokens.length), drops, ...puts);
}

/** JSON, and what is nearly JSON: a token too many, too few, or another one, here or there. */
export const EDITED_JSON: fc.Arbitrary<string> = fc
  .tuple(VALUE, fc.array(EDIT, { maxLength: 2 }))
  .map(([tokens, edits]) => edits.reduce(edited, tokens).join(''));

/** A fault each. */
export const NO_JSON: readonly string[] = [
  '',
  '\t',
  '"\t"',
  ...textsIn(String.raw`
    [1,] ["a",] [[],] [,1] [,] {"a":1,} {"a":{},} {,"a":1} {,} [1,,2] {"a":1,,"b":2}
    [} {] [1} {"a":1] [[1}] {"a":[1}} {"a":{"b":1]} [{"a":1]] [{]} {"a":[}]
    {"a"} {"a":} {"a"::1} {:1} {"a":1:2} ["a":1] [:] [1:2] {"a":["b":1]} [{"a":1},"b":2]
    {1} {1:2} {true:1} {[]:1} {{}:1} {"a":1,2} {"a":1,2:3} {"a":1,"b"} {"a":1,[]} {"a":"b","c"}
    [{"a":1,"b":2},{"c"}] {"a":{"b":1},"c"} {"a":[1,2],3} {"a":"b""c":1} ["a""b"] ["a"1] [1"a"] [1[2]]
    [1{}] [[]1] [{}{}] [[][]] ["a"[]] ["a"{}] [[]"a"] [{}"a"] {"a":1{}} {"a":[]"b":1} {"a""b":1}
    """" "a"1 1"a" 1[] []1 {}{} [][] } ] { [ []] {}} [[] {"a":{} , :
    " "a \ "\" "\x" "\u12" "\u12g4" 01 - 1. .5 1e +1 tru True nul nulll
  `),
];

/** What looks like faults, and is none. */
export const JSON_TEXTS: readonly string[] = textsIn(String.raw`
  {} [] [[]] [{}] {"a":{}} {"a":[]} [[],[]] [{},{}] {"a":{"b":[{"c":[1,{"d":[]}]}]},"e":[{}]}
  "" "\"" "\\" "\\\"" "{[,:]}" {"{":"}","\"":","} ["]","[",":"] "\u00e9\n" {"":""}
  0 -0 -1.5e+3 12345678901234567890 1E5 true false null [1,true,null,"a",{"b":2},[3]] {"a":1,"b":"c"}
`);

function textsIn(table: string): string[] {
  return table.trim().split(/\s+/);
}

import { isCredentialKey, type TextRange } from '../credentials.ts';
import { type Place, PLACES } from './secret-places.ts';

/** Flags whose value is the next word or follows `=`, of any program. */
const FLAG =
  /^--?(?!-?no-)(?:[\w.-]*pass(?:word|wd|phrase)?|pwd|[\w.-]*token|[\w.-]*secret(?:[-_](?:key|string|value))?|[\w.-]*(?:api|auth|access|private)[-_]?key|credentials?|auth)(?:=|$)/i;

/** Variables and settings that are secret, beside the keys that are everywhere. */
const SETTING = /^(?:\w*pwd|(?:\w+_|db)?(?:pass|auth|credentials?)|secret_?id|_?authtoken)$/i;

/** A header, also behind its flag. */
const HEADER =
  /^(?:-H|--header=)?["']?(?:(?:proxy-)?authorization|(?:set-)?cookie|[\w-]*(?:token|api-?key|secret|password|auth-?key)):\s*(?:(?:bearer|basic|token|digest|negotiate|apikey)\s+)?(?=\S)/i;

/** What SQL says in front of a password. */
const SQL = /\b(?:identified\s+(?:with\s+\S{1,40}\s+)?(?:by|as)|password(?:\s+for\s+\S{1,80})?)[\s=(]+(?=["'])/gi;

/** What reads a password from what is piped into it. */
const READER = /^\| ?(?:sudo )?(?:ch)?passwd\b|-stdin\b|--with-token\b|\b(?:login|obscure) -(?: |$)/;

/** Values that are none. */
const NO_VALUE = /^(?:true|false|none|null)$/i;

/** How deep scripts in scripts are looked into. */
const DEEPEST = 4;

/**
 * Where in a command a secret stands: behind a flag such as `--password` or a word such as `vault login`, in a header, a variable, a
 * statement of SQL, or in any of these in a script that a word holds (`sh -c '…'`).
 *
 * @param words the program and its arguments.
 * @returns for each word the ranges that must not be shown, in order.
 */
export function commandSecrets(words: readonly string[], depth = 0): TextRange[][] {
  const found = words.map((word) => [...inWord(word), ...inScript(word, depth)]);
  const add = (at: number, start: number): void => {
    const word = words[at] ?? '';
    if (start < word.length && !NO_VALUE.test(word.slice(start))) found[at]?.push({ start, end: word.length });
  };
  afterNames(words, add);
  for (const place of PLACES) inPlace(words, place, add);
  return found;
}

type Add = (word: number, start: number) => void;

/** Flags and settings of any program. */
function afterNames(words: readonly string[], add: Add): void {
  for (const [at, word] of words.entries()) {
    const flag = FLAG.exec(word)?.[0];
    const isSet = /^set$/.test(words[at - 1] ?? '') && isSetting(word);
    if (flag?.endsWith('=')) add(at, flag.length);
    else if ((flag !== undefined || isSet) && !(words[at + 1] ?? '').startsWith('--')) add(at + 1, 0);
  }
}

function isSetting(name: string): boolean {
  const last = name.split(/[^\w-]/).at(-1) ?? '';
  return isCredentialKey(last) || SETTING.test(last);
}

function inPlace(words: readonly string[], place: Place, add: Add): void {
  const { program, word, flag, argument, shown } = place;
  const named = words.findIndex((each, at) => program.test(at === 0 ? baseName(each) : programName(each)));
  const from = named < 0 || !word ? named : words.findIndex((each, at) => at > named && word.test(each));
  if (from < 0) return;
  const secret: Add = (at, start) => {
    add(at, start + (shown?.exec(words[at]?.slice(start) ?? '')?.[0].length ?? 0));
  };
  if (flag) behindFlag(words, { flag, from }, secret);
  if (argument === undefined) return;
  const plain = [...words.keys()].filter((at) => at > from && !/^-./.test(words[at] ?? ''));
  for (const at of argument === 'last' ? plain.slice(-1) : plain.slice(argument)) secret(at, 0);
}

/** A path among the arguments is no program, unless it is where programs are. */
function programName(word: string): string {
  return /(?:^\.|bin)\/[^/]+$/.test(word) ? baseName(word) : word;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/^[\\"']+/, '');
}

function behindFlag(words: readonly string[], { flag, from }: { flag: RegExp; from: number }, add: Add): void {
  for (const [at, word] of words.entries()) {
    const length = at > from ? flag.exec(word)?.[0].length : undefined;
    if (length === undefined) continue;
    if (length < word.length) add(at, length);
    else add(at + 1, 0);
  }
}

/** What a word says by itself. */
function inWord(word: string): TextRange[] {
  const header = HEADER.exec(word)?.[0].length;
  const ranges = header === undefined ? [] : [{ start: header, end: word.length }];
  for (const { 0: said, index } of word.matchAll(SQL)) {
    const start = index + said.length + 1;
    const end = word.indexOf(word.charAt(start - 1), start);
    ranges.push({ start, end: end < 0 ? word.length : end });
  }
  if (/\s/.test(word)) return ranges;
  const settings = [...word.matchAll(/(?<![\w-])([\w-]+)=(?=.)(?!(?:true|false|none|null)(?:,|$))/gi)];
  const setting = settings.find(([, name = '']) => isSetting(name));
  return setting ? [...ranges, { start: setting.index + setting[0].length, end: word.length }] : ranges;
}

/** What ends a command of a script, where its output goes, or a word. */
const SHELL =
  /[|&;()`\n]+|\d*>{1,2}&?[ \t]*[^\s|&;()'"`\\]*|(?:'[^']*(?:'|$)|"(?:[^"\\]|\\[\s\S])*(?:"|\\?$)|\\[\s\S]?|[^\s|&;()'"`\\])+/g;

interface Piece {
  text: string;
  start: number;
}

function inScript(script: string, depth: number): TextRange[] {
  if (depth >= DEEPEST || !/\s/.test(script)) return [];
  const commands = commandsOf(script);
  const inCommands = commands.flatMap((pieces, at) => {
    const texts = pieces.map(({ text }) => text);
    const ranges = commandSecrets(texts, depth + 1).flatMap((each, word) => {
      const offset = pieces[word]?.start ?? 0;
      return each.map(({ start, end }) => ({ start: start + offset, end: end + offset }));
    });
    return [...ranges, ...pipedSecrets(pieces, commands[at + 1] ?? [])];
  });
  return [...inCommands, ...hereSecrets(script)];
}

/** The words of each command of a script; that into which another is piped begins with `|`. */
function commandsOf(script: string): Piece[][] {
  const commands: Piece[][] = [[]];
  for (const { 0: text, index: start } of script.matchAll(SHELL)) {
    if (/^\d*>/.test(text)) continue;
    if (/^[|&;()`\n]/.test(text)) commands.push(text === '|' ? [{ text, start }] : []);
    else commands.at(-1)?.push(unquoted(text, start));
  }
  return commands;
}

/** Without the quotes around all of it. */
function unquoted(text: string, start: number): Piece {
  const isQuoted = /^(?:'[^']*'|"(?:[^"\\]|\\[\s\S])*")$/.test(text);
  return isQuoted ? { text: text.slice(1, -1), start: start + 1 } : { text, start };
}

/** `echo X | chpasswd`. */
function pipedSecrets(from: readonly Piece[], to: readonly Piece[]): TextRange[] {
  const at = from.findIndex(({ text }) => /^(?:echo|printf)$/.test(text));
  if (at < 0 || to[0]?.text !== '|' || !READER.test(to.map(({ text }) => text).join(' '))) return [];
  const said = from.slice(at + 1).filter(({ text }) => !/^-\w$/.test(text));
  return said.map(({ text, start }) => ({ start, end: start + text.length }));
}

/** A text that a script gives to a command: up to a line of this word, or a word behind `<<<`. */
const HERE =
  /<<-?[ \t]*(["']?)(\w+)\1([^\n]*)\n([\s\S]*?)(?:\n[ \t]*\2[ \t]*(?=\n|$)|$(?![\s\S]))|<<<[ \t]*("[^"]*"?|'[^']*'?|\S+)/g;

/** A line of a text that sets something: its name, and what is between that and its value. */
const SETS = /^[ \t]*(?:-[ \t]+|export[ \t]+)?["']?([\w.-]+)["']?[ \t]*[:=][ \t]*(?=\S)/;

/** How far back a command begins, at most. */
const FAR = 200;

/** In what is given to a command: all where that reads a password, else the values of settings that are secret, and of a Secret. */
function hereSecrets(script: string): TextRange[] {
  return [...script.matchAll(HERE)].flatMap(({ 0: all, 3: rest = '', 4: lines, 5: word = '', index }) => {
    const before = script.slice(Math.max(0, index - FAR), index);
    const command = before.slice(before.lastIndexOf('\n') + 1).replace(/^.*[;&(]\s*/, '');
    const text = lines ?? word;
    const start = index + (lines === undefined ? all.length - word.length : all.indexOf('\n') + 1);
    if (READER.test(`| ${command.trim()} ${rest}`)) return [{ start, end: start + text.length }];
    return lines === undefined ? [] : settingsIn(lines, start);
  });
}

function settingsIn(text: string, offset: number): TextRange[] {
  const isSecret = /^[ \t]*kind:[ \t]*Secret[ \t]*$/m.test(text);
  let [at, isData] = [offset, false];
  return text.split('\n').flatMap((line) => {
    const [said = '', name = ''] = SETS.exec(line) ?? [];
    const [start, end] = [at + said.length, at + line.length];
    at = end + 1;
    if (/^\S/.test(line)) isData = /^(?:stringData|data):/.test(line);
    const isHidden = said !== '' && ((isSecret && isData) || isSetting(name));
    return isHidden && start < end ? [{ start, end }] : [];
  });
}

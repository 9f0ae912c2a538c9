import { isCredentialKey, type TextRange } from '../credentials.ts';

/** Where a program takes a secret from the words behind its name. */
interface Place {
  program: RegExp;
  /** A word that stands between: `login`. Arguments are counted from there. */
  word?: RegExp;
  /** A flag; its value is the next word, or follows at once. */
  flag?: RegExp;
  /** From the how manieth argument that is no flag, counted from 0, or only the last. */
  argument?: number | 'last';
  /** What of the value may be shown: the user in front of the password. */
  shown?: RegExp;
}

/** As the manuals of these programs say. */
const PLACES: readonly Place[] = [
  {
    program: /^(?:vault|bao)$/,
    word: /^(?:login|unseal|unwrap|lookup|revoke|renew)$/,
    argument: 0,
    shown: /^(?:(?:username|role|mount|path)=.*|[a-z_]+=|-$)/,
  },
  { program: /^(?:snyk|ngrok)$/, word: /^(?:auth|authtoken|add-authtoken)$/, argument: 0 },
  { program: /^bw$/, word: /^unlock$/, argument: 0 },
  { program: /^bw$/, word: /^login$/, argument: 1 },
  {
    program: /^(?:docker|podman|nerdctl|buildah|skopeo|helm|oras|crane|az|oc)$/,
    word: /^login$/,
    flag: /^-p=?/,
  },
  { program: /^(?:mysql|mariadb)[\w-]*$/, flag: /^-p(?=.)/ },
  { program: /^(?:mongo\w*|sshpass)$/, flag: /^-p/ },
  { program: /^ldap\w+$/, flag: /^-w/ },
  { program: /^(?:redis|valkey|keydb)-cli$/, flag: /^-a/ },
  { program: /^(?:redis|valkey|keydb)-cli$/, word: /^auth$/i, argument: 0 },
  { program: /^(?:redis|valkey|keydb)-cli$/, word: /^(?:requirepass|masterauth)$/i, argument: 0 },
  { program: /^(?:curl|wget)$/, flag: /^-[fgikLsSv]*[uU]/ },
  { program: /^(?:curl|wget|etcdctl)$/, flag: /^--(?:proxy-)?user(?:=|$)/, shown: /^[^:]*$/ },
  { program: /^curl$/, flag: /^--oauth2-bearer(?:=|$)/ },
  { program: /^(?:http|https|xh)$/, flag: /^-a/ },
  { program: /^smbclient$/, flag: /^-U/, shown: /^[^%]*%?/ },
  { program: /^openssl$/, flag: /^-(?:pass(?:in|out)?|[kK])$/, shown: /^(?:pass:|(?:env|file|fd):.*|stdin$)/ },
  { program: /^(?:kubectl|oc)$/, flag: /^--from-literal(?:=|$)/, shown: /^[^=]*=/ },
  { program: /^rabbitmqctl$/, word: /^(?:add_user|change_password|authenticate_user)$/, argument: 1 },
  { program: /^mc$/, word: /^(?:set|add)$/, argument: 3 },
  { program: /^htpasswd$/, word: /^-\w*b/, argument: 'last' },
  { program: /^sqlplus$/, argument: 0, shown: /^[^/]*\/?/ },
];

/** Flags whose value is the next word or follows `=`, of any program. */
const FLAG =
  /^--?(?!-?no-)(?:[\w-]*pass(?:word|wd|phrase)?|pwd|[\w-]*token|[\w-]*secret(?:-key)?|[\w-]*(?:api|auth|access|private)-?key|credentials?|auth)(?:=|$)/i;

/** Variables and settings that are secret, beside the keys that are everywhere. */
const SETTING = /^(?:\w*pwd|(?:\w+_|db)?(?:pass|auth|credentials?)|secret_?id|_?authtoken)$/i;

/** A header, also behind its flag. */
const HEADER =
  /^(?:-H|--header=)?["']?(?:(?:proxy-)?authorization|(?:set-)?cookie|[\w-]*(?:token|api-?key|secret|password|auth-?key)):\s*(?:(?:bearer|basic|token|digest|negotiate|apikey)\s+)?(?=\S)/i;

/** What SQL says in front of a password. */
const SQL = /\b(?:identified\s+(?:with\s+\S{1,40}\s+)?(?:by|as)|password(?:\s+for\s+\S{1,80})?)[\s=(]+(?=["'])/gi;

/** What reads a password from what is piped into it. */
const READER = /^\| ?(?:sudo )?(?:ch)?passwd\b|-stdin\b|--with-token\b|\blogin -(?: |$)/;

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
  return commands.flatMap((pieces, at) => {
    const texts = pieces.map(({ text }) => text);
    const ranges = commandSecrets(texts, depth + 1).flatMap((each, word) => {
      const offset = pieces[word]?.start ?? 0;
      return each.map(({ start, end }) => ({ start: start + offset, end: end + offset }));
    });
    return [...ranges, ...pipedSecrets(pieces, commands[at + 1] ?? [])];
  });
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

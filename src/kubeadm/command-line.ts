import type { Flag } from './api-server.ts';
import { type Part, type Place, sayingOf } from './parts.ts';
import { takesNextWord } from './server-flags.ts';

/** A word of a command line, and where it stands. */
export interface Word {
  text: string;
  place: Place;
}

/** The flags of a command line and the words that are none, as pflag reads them: each in its order. */
export interface CommandLine {
  flags: Flag[];
  words: Word[];
}

/** Reads the words behind the program's name as pflag 1.0.9 does (`parseArgs`): what follows `--` are no flags. */
export function readCommandLine(words: readonly Word[]): CommandLine {
  const line: CommandLine = { flags: [], words: [] };
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (!word) break;
    if (word.text === '--') {
      line.words.push(...words.slice(at + 1));
      break;
    }
    if (!word.text.startsWith('-') || word.text === '-') {
      line.words.push(word);
      continue;
    }
    const flag = flagOfWord(word);
    const next = words[at + 1];
    if (flag.value === null && word.text.startsWith('--') && takesNextWord(flag.name) && next && isValue(flag, next)) {
      line.flags.push({ ...flag, value: next.text, valuePlace: next.place });
      at += 1;
    } else line.flags.push(flag.value === null && !takesNextWord(flag.name) ? { ...flag, value: 'true' } : flag);
  }
  return line;
}

/** A flag that is known takes the next word whatever it is; of another one it is only likely. */
function isValue({ name }: Flag, { text }: Word): boolean {
  return name.startsWith('audit') || !text.startsWith('-') || text === '-';
}

/** A flag from one word of a command line. */
export function flagOfWord({ text, place }: Word, valuePlace: Place = place): Flag {
  const [, name = '', value = null] = /^--?([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
  return { word: text, name, value, place, valuePlace };
}

/** The words of a list; what is neither a list nor made of scalars has none. */
export function wordsOf(parts: readonly Part[]): Word[] {
  return parts.flatMap((part) => {
    const text = sayingOf(part);
    return text === undefined ? [] : [{ text, place: part.place }];
  });
}

/** The words of a text that a shell is given, roughly: quotes are taken off, nothing is filled in. */
export function shellWords({ text, place }: Word): Word[] {
  const found = text.matchAll(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\\n|\\.|[^\s"'\\;&|<>])+/gs);
  const texts = [...found].map(([word]) => word.replaceAll(/\\\n/g, '').replaceAll(/["']/g, ''));
  return texts.filter((word) => word !== '').map((word) => ({ text: word, place }));
}

/** Undoes escapes one level: those of YAML, JSON, Go, shells. Written apart from the program's own, as it must not share its faults. */
function unescaped(text: string): string {
  return text.replaceAll(
    /\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|u\{[\da-fA-F]+\}|[\s\S])/g,
    (_, code: string) => {
      const hex = /^[xuU]\{?([\da-fA-F]+)/.exec(code)?.[1];
      return hex === undefined || code.length === 1
        ? /[nrtabefv0NLP_\n]/.test(code)
          ? ' '
          : code
        : String.fromCodePoint(Math.min(0x10ffff, Number.parseInt(hex, 16)));
    },
  );
}

function unpercented(text: string): string {
  return text.replaceAll(/(?:%[\da-fA-F]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString());
}

function unentitied(text: string): string {
  return text.replaceAll(/&#(x?)([\da-fA-F]+);/g, (_, isHex: string, code: string) =>
    String.fromCodePoint(Number.parseInt(code, isHex ? 16 : 10)),
  );
}

/** What base64 there is says, wherever it begins, also wrapped and behind the marks of a diff. */
function unbased(text: string): string {
  const runs = [text, text.replaceAll(/\s*\n[\s+-]*/g, '')].flatMap((each) => each.match(/[\w+/-]{16,}/g) ?? []);
  return runs
    .flatMap((run) => [0, 1, 2, 3].map((skip) => Buffer.from(run.slice(skip), 'base64').toString('latin1')))
    .join('\n');
}

const letters = (text: string): string => text.replaceAll(/[^A-Za-z\d]/g, '');

/** The marks that are in a text, whatever way they are written there. */
export function leaked(text: string, marks: readonly string[]): string[] {
  const once = unescaped(text);
  const twice = unescaped(once);
  const based = unbased(text);
  const read = [
    text,
    once,
    twice,
    unescaped(twice),
    unpercented(text),
    unentitied(text),
    based,
    unbased(based),
    unbased(once.replaceAll(/\s/g, '')),
    unbased(once),
  ].map(letters);
  return marks.filter((mark) => read.some((each) => each.includes(mark)));
}

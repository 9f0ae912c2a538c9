/** The part of a container that its command line is in (core/v1 Container). */
export interface CommandLine {
  command?: unknown;
  args?: unknown;
}

/**
 * The `--audit-…` flags of a kube-apiserver's container. kOps puts `/go-runner` before it, one flag an element
 * (`nodeup/pkg/model/kube_apiserver.go`, 1.23 to 1.36), and up to 1.22 all in one text for `/bin/sh -c` (`WithTee`,
 * `pkg/util/exec`). Of a flag that is there twice the last one counts, as in pflag.
 */
export function auditFlags({ command, args }: CommandLine): Record<string, string> {
  const words = [...texts(command), ...texts(args)].flatMap(wordsOf);
  const flags: Record<string, string> = {};
  words.forEach((word, at) => {
    const match = /^(--audit-[a-z-]+)(?:=(.*))?$/s.exec(word);
    if (match?.[1] !== undefined) flags[match[1]] = match[2] ?? valueAfter(words[at + 1]);
  });
  return flags;
}

/** Whether a container runs kube-apiserver. */
export function runsKubeApiserver(container: CommandLine): boolean {
  return [...texts(container.command), ...texts(container.args)]
    .flatMap(wordsOf)
    .some((word) => /(^|\/)kube-apiserver$/.test(word));
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** A flag may hold blanks; a script is what has blanks and is no flag. */
function wordsOf(text: string): string[] {
  if (text.startsWith('-') || !/\s/.test(text)) return [text];
  return text.split(/[\s;|&()]+/).map((word) => word.replaceAll(/["']/g, ''));
}

/** `--flag value`; a flag without one is a switch that is on. */
function valueAfter(next: string | undefined): string {
  return next === undefined || next.startsWith('-') ? 'true' : next;
}

import type { CommandWords, FlagWords, Values } from './words.ts';

/** The script for fish: one line a flag, each with the command it belongs to. */
export function fishScript(commands: readonly CommandWords[]): string {
  return `# Completion of kops-audit for fish.
# Load it: kops-audit completion fish | source

${helpers(commands)}
complete -c kops-audit -f
${commands.flatMap(linesOf).join('\n')}
`;
}

function helpers(commands: readonly CommandWords[]): string {
  const takes = new Set(commands.flatMap(({ flags }) => flags.flatMap((flag) => (flag.values ? flag.names : []))));
  const paths = commands.filter(({ path }) => path.length > 0).map(({ path }) => quoted(path.join(' ')));
  return `# Prints the command on the line, and how many arguments stand behind it.
function __kops_audit_place
  set -l at
  set -l count 0
  set -l skip 0
  set -l typed (commandline -opc)
  for word in $typed[2..-1]
    if test $skip = 1
      set skip 0
      continue
    end
    switch $word
      case '--*=*'
      case '-?*'
        contains -- $word ${[...takes].join(' ')}
        and set skip 1
      case '*'
        if test $count = 0; and contains -- (string join ' ' $at $word) ${paths.join(' ')}
          set -a at $word
        else
          set count (math $count + 1)
        end
    end
  end
  echo "$at"
  echo $count
end

# Whether that command is $argv[1], and, where it is given, the number of arguments $argv[2].
function __kops_audit_at
  set -l place (__kops_audit_place)
  test "$place[1]" = "$argv[1]"
  and begin
    not set -q argv[2]
    or test "$place[2]" = "$argv[2]"
  end
end

function __kops_audit_clusters
  set -l typed (commandline -opc)
  set -l state
  for i in (seq (count $typed))
    switch $typed[$i]
      case '--state=*'
        set state (string replace -- --state= '' $typed[$i])
      case --state
        set -q typed[(math $i + 1)]
        and set state $typed[(math $i + 1)]
    end
  end
  if test -z "$state"
    kops-audit __complete clusters 2>/dev/null </dev/null
  else if not string match -qr '[$~"\\'\\\\\\\\]' -- $state
    kops-audit __complete clusters --state $state 2>/dev/null </dev/null
  end
end
`;
}

function linesOf(command: CommandWords): string[] {
  const at = command.path.join(' ');
  const commands = command.commands.map(
    ({ name, description }) => `${line(at, 0)} -a ${name} -d ${quoted(description)}`,
  );
  const last = command.arguments.length - 1;
  const places = command.arguments.flatMap((values, index) => {
    const offered = argumentOptions(values);
    return offered === '' ? [] : [`${line(at, command.isVariadic && index === last ? null : index)} ${offered}`];
  });
  return [...commands, ...command.flags.map((flag) => `${line(at, null)} ${flagOptions(flag)}`), ...places];
}

function line(at: string, count: number | null): string {
  return `complete -c kops-audit -n "__kops_audit_at '${at}'${count === null ? '' : ` ${count}`}"`;
}

function flagOptions({ names, description, values }: FlagWords): string {
  const each = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const value = values === null ? [] : [valueOptions(values)];
  return [...each, ...value, `-d ${quoted(description)}`].join(' ');
}

function valueOptions(values: Values): string {
  return values.files ? `-r ${argumentOptions(values)}` : `-x ${argumentOptions(values)}`.trimEnd();
}

function argumentOptions({ words = [], clusters, files, folders }: Values): string {
  if (clusters) return "-k -a '(__kops_audit_clusters)'";
  if (folders) return "-a '(__fish_complete_directories (commandline -ct))'";
  const offered = words.length > 0 ? `-a '${words.join(' ')}'` : '';
  return files ? `-F ${offered}`.trimEnd() : offered;
}

function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
}

import type { CommandWords, Values } from './words.ts';

/**
 * The script for bash, from 3.2 on (macOS). Words are read off the line itself, as bash cuts `s3://x` and `--state=x` into pieces.
 * Names of clusters are never handed to `compgen -W`, which would run what stands in them.
 */
export function bashScript(commands: readonly CommandWords[]): string {
  return `# Completion of kops-audit for bash.
# Load it: source <(kops-audit completion bash)

# Sets commands and flags for the command $1.
_kops_audit_words() {
  case $1 in
${commands.map(wordsCase).join('\n')}
  esac
}

# Sets words and kind for "COMMAND FLAG" or "COMMAND NUMBER"; false where no value belongs there.
_kops_audit_values() {
  words= kind=
  case $1 in
${valuesCases(commands).join('\n')}
  *) return 1 ;;
  esac
}
${ENGINE}`;
}

function wordsCase({ path, commands, flags }: CommandWords): string {
  const names = commands.map(({ name }) => name).join(' ');
  return `  '${path.join(' ')}') commands='${names}' flags='${flags.flatMap((flag) => flag.names).join(' ')}' ;;`;
}

/** One branch for all places where the same is offered. */
function valuesCases(commands: readonly CommandWords[]): string[] {
  const byBody = new Map<string, string[]>();
  for (const [place, values] of commands.flatMap(placesOf)) {
    const body = bodyOf(values);
    byBody.set(body, [...(byBody.get(body) ?? []), `'${place}'`]);
  }
  return [...byBody].map(([body, places]) => `  ${places.join(' | ')}) ${body} ;;`);
}

function placesOf(command: CommandWords): [string, Values][] {
  const at = command.path.join(' ');
  const ofFlags = command.flags.flatMap(({ names, values }) => (values ? names.map(pairWith(at, values)) : []));
  const last = command.arguments.length - 1;
  const ofArguments = command.arguments.map((values, index): [string, Values] => {
    return [`${at} ${command.isVariadic && index === last ? 'rest' : index}`, values];
  });
  return [...ofFlags, ...ofArguments];
}

function pairWith(at: string, values: Values): (name: string) => [string, Values] {
  return (name) => [`${at} ${name}`, values];
}

function bodyOf({ words = [], clusters, files, folders }: Values): string {
  const kind = clusters ? 'clusters' : folders ? 'folders' : files ? 'files' : 'words';
  return words.length === 0 ? `kind=${kind}` : `kind=${kind} words='${words.join(' ')}'`;
}

const ENGINE = `
# Adds those of the words on stdin that begin with $cur.
_kops_audit_add() {
  local word
  while read -r word; do
    if [[ -n $word && $word == "$cur"* ]]; then COMPREPLY+=("$prefix$word"); fi
  done
}

# Words with quotes or variables are as they were typed: a store that is not known is not asked.
_kops_audit_clusters() {
  case $state in
  '') kops-audit __complete clusters 2>/dev/null </dev/null ;;
  *[\\$\\'\\"\\\\~]* | *$'\\x60'*) ;;
  *) kops-audit __complete clusters --state "$state" 2>/dev/null </dev/null ;;
  esac
}

_kops_audit_offer() {
  case $kind in
  clusters) _kops_audit_add < <(_kops_audit_clusters) ;;
  folders) compopt -o plusdirs 2>/dev/null || return ;;
  esac
  _kops_audit_add < <(printf '%s\\n' $words)
  if [[ $kind != files ]]; then compopt +o default 2>/dev/null; fi
}

_kops_audit() {
  local IFS=$' \\t\\n' line=\${COMP_LINE:0:COMP_POINT} typed word i last cur
  local at= state= flag= prefix= count=0 commands= flags= words= kind=
  COMPREPLY=()
  read -r -d '' -a typed <<<"$line"
  if [[ $line == *[[:space:]] ]]; then typed+=(''); fi
  last=$((\${#typed[@]} - 1))
  if ((last < 1)); then return; fi
  cur=\${typed[last]}
  for ((i = 1; i < last; i++)); do
    word=\${typed[i]}
    _kops_audit_words "$at"
    if [[ -n $flag ]]; then
      if [[ $flag == --state ]]; then state=$word; fi
      flag=
    elif [[ $word == --state=* ]]; then state=\${word#*=}
    elif [[ $word == -?* ]]; then
      if _kops_audit_values "$at $word"; then flag=$word; fi
    elif ((count == 0)) && [[ " $commands " == *" $word "* ]]; then at=\${at:+$at }$word
    else count=$((count + 1)); fi
  done
  if [[ -z $flag && $cur == --*=* ]]; then
    flag=\${cur%%=*}
    cur=\${cur#*=}
    if [[ $COMP_WORDBREAKS != *=* ]]; then prefix=$flag=; fi
  fi
  _kops_audit_words "$at"
  if [[ -n $flag ]]; then
    if _kops_audit_values "$at $flag"; then _kops_audit_offer; fi
  elif [[ $cur == -* ]]; then
    words=$flags
    _kops_audit_offer
  else
    _kops_audit_values "$at $count" || _kops_audit_values "$at rest"
    if ((count == 0)); then words="$commands $words"; fi
    _kops_audit_offer
  fi
}

complete -o bashdefault -o default -F _kops_audit kops-audit
`;

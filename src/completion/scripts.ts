import type { Context } from '../context.ts';

/** `completion`: prints the script that makes a shell complete what is typed. Gives the exit status. */
export async function completion(shell: string, { io }: Pick<Context, 'io'>): Promise<number> {
  await io.stdout(shell === 'zsh' ? ZSH : shell === 'fish' ? FISH : BASH);
  return 0;
}

/*
 * Each script hands what is typed to `kops-audit __offer`, word by word as arguments, so that nothing of it is ever run, and shows what
 * that prints: on the first line whether files or folders belong there too and whether a blank comes after the word; then an offer a
 * line, behind a tab what it is.
 */

/**
 * For bash from 3.2 on (macOS). Words are read off the line itself, as bash cuts `s3://x` and `--state=x` into pieces; of what is offered
 * it wants only the last piece.
 */
const BASH = String.raw`# Completion of kops-audit for bash.
# Load it: source <(kops-audit completion bash)

_kops_audit() {
  local IFS=$' \t\n' line=${'$'}{COMP_LINE:0:COMP_POINT} typed cur value kind= lead=
  COMPREPLY=()
  read -r -d '' -a typed <<<"$line"
  if [[ $line == *[[:space:]] ]]; then typed+=(''); fi
  if ((${'$'}{#typed[@]} < 2)); then return; fi
  cur=${'$'}{typed[${'$'}{#typed[@]} - 1]}
  if [[ $cur == *=* && $COMP_WORDBREAKS == *=* ]]; then lead=${'$'}{cur%"${'$'}{cur##*=}"}; fi
  while IFS=$'\t' read -r value _; do
    if [[ -z $kind ]]; then kind=$value
    else COMPREPLY+=("${'$'}{value#"$lead"}"); fi
  done < <(kops-audit __offer "${'$'}{typed[@]:1}" 2>/dev/null </dev/null)
  case $kind in
  files*) ;;
  folders*) compopt +o default -o plusdirs 2>/dev/null ;;
  *) compopt +o default +o bashdefault 2>/dev/null ;;
  esac
  if [[ $kind == *nospace ]]; then compopt -o nospace 2>/dev/null; fi
}

complete -o bashdefault -o default -F _kops_audit kops-audit
`;

/** It can be sourced, or lie in a folder of `$fpath` as `_kops-audit`. */
const ZSH = String.raw`#compdef kops-audit
# Completion of kops-audit for zsh.
# Load it after compinit: source <(kops-audit completion zsh)

_kops_audit() {
  local -a typed lines offers
  local line value text
  typed=("${'$'}{(@Q)words[2,CURRENT-1]}" "${'$'}{(Q)PREFIX}")
  lines=("${'$'}{(@f)$(kops-audit __offer "${'$'}{typed[@]}" 2>/dev/null </dev/null)}")
  for line in "${'$'}{(@)lines[2,-1]}"; do
    value=${'$'}{line%%$'\t'*}
    text=${'$'}{${'$'}{line#$value}#$'\t'}
    offers+=("${'$'}{value//:/\\:}:$text")
  done
  if (($#offers)); then
    if [[ $lines[1] == *nospace ]]; then _describe -V 'kops-audit' offers -S ''
    else _describe -V 'kops-audit' offers; fi
  fi
  case $lines[1] in
  (files*) if [[ $PREFIX == --*=* ]]; then compset -P '*='; fi; _files ;;
  (folders*) if [[ $PREFIX == --*=* ]]; then compset -P '*='; fi; _files -/ ;;
  esac
}

if [[ $funcstack[1] == _kops-audit ]]; then _kops_audit "$@"; else compdef _kops_audit kops-audit; fi
`;

const FISH = String.raw`# Completion of kops-audit for fish.
# Load it: kops-audit completion fish | source

function __kops_audit_offers
  set -l typed (commandline -opc)
  set -l current (commandline -ct)
  set -l lines (kops-audit __offer $typed[2..-1] "$current" 2>/dev/null </dev/null)
  printf '%s\n' $lines[2..-1]
  set -l flag (string match -r -- '^--[^=]*=' $current)
  set -l path (string replace -r -- '^--[^=]*=' '' $current)
  switch "$lines[1]"
    case 'files*'
      printf '%s\n' $flag(__fish_complete_path "$path")
    case 'folders*'
      printf '%s\n' $flag(__fish_complete_directories "$path")
  end
end

complete -c kops-audit -f -a '(__kops_audit_offers)'
`;

import type { CommandWords, FlagWords, Named, Values } from './words.ts';

/** The script for zsh: one function a command. It can be sourced, or lie in a folder of `$fpath` as `_kops-audit`. */
export function zshScript(commands: readonly CommandWords[]): string {
  return `#compdef kops-audit
# Completion of kops-audit for zsh.
# Load it after compinit: source <(kops-audit completion zsh)
${HELPERS}
${commands.map(commandFunction).join('\n\n')}

if [[ $funcstack[1] == _kops-audit ]]; then _kops_audit "$@"; else compdef _kops_audit kops-audit; fi
`;
}

const HELPERS = `
_kops_audit_clusters() {
  local state=\${(Q)opt_args[--state]}
  local -a names
  case $state in
  ('') names=(\${(f)"$(kops-audit __complete clusters 2>/dev/null </dev/null)"}) ;;
  (*[\\$\\~\\\`]*) ;;
  (*) names=(\${(f)"$(kops-audit __complete clusters --state "$state" 2>/dev/null </dev/null)"}) ;;
  esac
  compadd "$@" -a names
}

_kops_audit_or_files() {
  _alternative "words:word:($*)" 'files:file:_files'
}
`;

function commandFunction(command: CommandWords): string {
  const name = functionName(command.path);
  const flags = command.flags.map(flagSpec);
  const isGroup = command.commands.length > 0;
  const specs = [...flags, ...(isGroup ? ["'1: :->command'", "'*:: :->rest'"] : argumentSpecs(command))];
  const body = `  _arguments${isGroup ? ' -C' : ''} \\\n    ${specs.join(' \\\n    ')}`;
  const head = '  local curcontext="$curcontext" state state_descr line\n  typeset -A opt_args';
  return `${name}() {\n${head}\n${body}\n${isGroup ? `${groupCases(command)}\n` : ''}}`;
}

function functionName(path: readonly string[]): string {
  return ['_kops_audit', ...path].join('_');
}

function groupCases({ path, commands }: CommandWords): string {
  const each = commands.map(({ name }) => `    (${name}) ${functionName([...path, name])} ;;`);
  return `  case $state in
  (command)
    local -a commands=(
      ${commands.map(described).join('\n      ')}
    )
    _describe -t commands command commands ;;
  (rest)
    case $words[1] in
${each.join('\n')}
    esac ;;
  esac`;
}

function described({ name, description }: Named): string {
  return quoted(`${name}:${description.replaceAll('\\', '\\\\').replaceAll(':', '\\:')}`);
}

/** `'(-o --output)'{-o+,--output=}'[what it is]:output:(text json)'`, as zsh's `_arguments` reads it. */
function flagSpec({ names, description, values, repeats }: FlagWords): string {
  const [short, long = short] = names;
  const text = `[${escaped(description)}]`;
  const value = values === null ? '' : `:${(long ?? '').replace(/^-+/, '')}:${action(values)}`;
  const end = quoted(`${text}${value}`);
  const others = repeats ? "'*'" : names.length > 1 ? quoted(`(${names.join(' ')})`) : '';
  const marked = names.map((name) => `${name}${values === null ? '' : name.startsWith('--') ? '=' : '+'}`);
  return `${others}${marked.length > 1 ? `{${marked.join(',')}}` : (marked[0] ?? '')}${end}`;
}

function argumentSpecs({ arguments: places, isVariadic }: CommandWords): string[] {
  return places.map((values, index) => {
    const place = isVariadic && index === places.length - 1 ? '*' : `${index + 1}`;
    return quoted(`${place}: :${action(values)}`);
  });
}

function action({ words = [], clusters, files, folders }: Values): string {
  if (clusters) return '_kops_audit_clusters';
  if (folders) return '_files -/';
  if (files) return words.length > 0 ? ` _kops_audit_or_files ${words.join(' ')}` : '_files';
  return words.length > 0 ? `(${words.join(' ')})` : ' ';
}

function escaped(text: string): string {
  return text.replaceAll(/[\\[\]:]/g, '\\$&');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

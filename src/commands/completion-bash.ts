import { type CommandGrammar, type Expected, type FlagGrammar, type Grammar, quoted } from './completion-grammar.ts'

const FUNCTIONS = `
_rtbench_words() {
  COMPREPLY=($(compgen -W "$1" -- "$cur"))
}

# The last of several that are separated by commas, without those that are there already.
_rtbench_list() {
  local before= word rest=()
  [[ $cur == *,* ]] && before=\${cur%,*},
  for word in $1; do
    [[ ,$before == *,$word,* ]] || rest+=("$before$word")
  done
  COMPREPLY=($(compgen -W "\${rest[*]}" -- "$cur"))
  compopt -o nospace 2>/dev/null
}

# Folders, files with one of the endings (any, where none is given), and words.
_rtbench_files() {
  local file ending endings=\${1:-.}
  COMPREPLY=($(compgen -W "$2" -- "$cur"))
  while IFS= read -r file; do
    if [[ -d $file || -z $1 ]]; then
      COMPREPLY+=("$file")
    else
      for ending in $endings; do
        [[ $file == *"$ending" ]] && COMPREPLY+=("$file")
      done
    fi
  done < <(compgen -f -- "$cur")
  compopt -o filenames 2>/dev/null
}

_rtbench_folders() {
  local file
  while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -d -- "$cur")
  compopt -o filenames 2>/dev/null
}
`

export function bashCompletion({ flags, commands }: Grammar): string {
  const names = commands.map(({ name }) => name)
  return `# rtbench completion for bash. In ~/.bashrc: eval "$(rtbench completion bash)"
${FUNCTIONS}
_rtbench() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command= at
  COMPREPLY=()
  # bash takes --flag=value apart.
  if [[ $cur == = ]]; then
    cur=
  elif [[ $prev == = ]]; then
    prev=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((at = 1; at < COMP_CWORD; at++)); do
    if [[ \${COMP_WORDS[at]} != -* ]]; then
      command=\${COMP_WORDS[at]}
      break
    fi
  done
  case $command in
    '') _rtbench_words ${quoted([...names, ...flags.map(({ long }) => long)].join(' '))} ;;
${commands.map(caseOf).join('\n')}
  esac
}

complete -F _rtbench rtbench
`
}

function caseOf({ name, flags, argument }: CommandGrammar): string {
  const values = flags.flatMap(({ value, ...flag }) =>
    value ? [`        ${spellings(flag)}) ${call(value)}; return ;;`] : [],
  )
  const inner = values.length > 0 ? `      case $prev in\n${values.join('\n')}\n      esac\n` : ''
  const all = quoted(flags.map(({ long }) => long).join(' '))
  return `    ${name})
${inner}      case $cur in
        -*) _rtbench_words ${all} ;;
        *) ${argument ? call(argument) : ':'} ;;
      esac
      ;;`
}

function spellings({ long, short }: Pick<FlagGrammar, 'long' | 'short'>): string {
  return short ? `${short}|${long}` : long
}

function call(expected: Expected): string {
  switch (expected.kind) {
    case 'words':
      return `${expected.list ? '_rtbench_list' : '_rtbench_words'} ${quoted(expected.words.join(' '))}`
    case 'files':
      return `_rtbench_files ${quoted(expected.endings.join(' '))} ${quoted(expected.words.join(' '))}`
    case 'folders':
      return '_rtbench_folders'
    case 'text':
      return ':'
  }
}

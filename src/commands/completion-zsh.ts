import { type CommandGrammar, type Expected, type FlagGrammar, type Grammar, quoted } from './completion-grammar.ts'

export function zshCompletion({ flags, commands }: Grammar): string {
  const described = commands.map(({ name, text }) => `    ${quoted(`${name}:${text.replaceAll(':', '\\:')}`)}`)
  return `#compdef rtbench
# rtbench completion for zsh. In ~/.zshrc, behind compinit: eval "$(rtbench completion zsh)"

_rtbench() {
  local context state state_descr line curcontext=$curcontext
  typeset -A opt_args
  local -a commands=(
${described.join('\n')}
  )
  _arguments -C \\
${flags.map((flag) => `    ${flagSpec(flag)} \\`).join('\n')}
    '1: :->command' \\
    '*:: :->rest'
  case $state in
    command) _describe -t commands command commands ;;
    rest)
      case $words[1] in
${commands.map(caseOf).join('\n')}
      esac
      ;;
  esac
}

if [[ $funcstack[1] == _rtbench ]]; then
  _rtbench "$@"
else
  compdef _rtbench rtbench
fi
`
}

function caseOf({ name, flags, argument }: CommandGrammar): string {
  const specs = flags.map(flagSpec)
  if (argument) specs.push(quoted(`*:${argument.placeholder}:${actionOf(argument)}`))
  return `        ${name})\n          _arguments \\\n${specs.map((spec) => `            ${spec}`).join(' \\\n')}\n          ;;`
}

/** `'(-o --output)'{-o,--output}'[where the file goes]:folder:_files -/'` */
function flagSpec({ long, short, text, value, placeholder, repeatable }: FlagGrammar): string {
  const told = `[${text.replace(/[\\[\]]/g, '\\$&')}]`
  const tail = value ? `${told}:${placeholder}:${actionOf(value)}` : told
  if (short) return `'(${short} ${long})'{${short},${long}}${quoted(tail)}`
  return quoted(`${repeatable ? '*' : ''}${long}${tail}`)
}

function actionOf(expected: Expected): string {
  switch (expected.kind) {
    case 'words':
      return expected.list ? `_values -s , name ${expected.words.join(' ')}` : `(${expected.words.join(' ')})`
    case 'files': {
      const endings = expected.endings.map((ending) => ending.slice(1)).join('|')
      const files = endings ? `_files -g "*.(${endings})(-.)"` : '_files'
      if (expected.words.length === 0) return files
      return ` _alternative "names:name:(${expected.words.join(' ')})" ${quoted(`files:file:${files}`)}`
    }
    case 'folders':
      return '_files -/'
    case 'text':
      return ' '
  }
}

import type { CommandGrammar, Expected, FlagGrammar, Grammar } from './completion-grammar.ts'

const FUNCTIONS = String.raw`
# Whether the command is the one named; without a name, whether there is none yet.
function __rtbench_command
  set -l words (commandline -opc)
  set -e words[1]
  for word in $words
    string match -q -- '-*' $word; and continue
    set -q argv[1]; and test "$word" = "$argv[1]"
    return
  end
  not set -q argv[1]
end

# What is typed of a value, be it in --flag=value.
function __rtbench_typed
  commandline -ct | string replace -r -- '^--[^=]*=' ''
end

# The last of several that are separated by commas, without those that are there already.
function __rtbench_list
  set -l typed (__rtbench_typed)
  set -l before (string match -r -- '^.*,' $typed)
  for word in $argv
    contains -- $word (string split -- , $typed); or echo "$before$word"
  end
end

# Folders, and files with one of the endings.
function __rtbench_files
  __fish_complete_path (__rtbench_typed) | string match -r -- '^[^\t]*(?:/|'(string join -- '|' (string escape --style=regex -- $argv))')(?:\t.*)?$'
end
`

export function fishCompletion({ flags, commands }: Grammar): string {
  const none = 'complete -c rtbench -n __rtbench_command'
  return `# rtbench completion for fish. In ~/.config/fish/config.fish: rtbench completion fish | source
${FUNCTIONS}
complete -c rtbench -f
${flags.map((flag) => `${none} ${flagWords(flag)}`).join('\n')}
${commands.map(({ name, text }) => `${none} -a ${name} -d ${fishQuoted(text)}`).join('\n')}
${commands.flatMap(linesOf).join('\n')}
`
}

function linesOf({ name, flags, argument }: CommandGrammar): string[] {
  const here = `complete -c rtbench -n '__rtbench_command ${name}'`
  const lines = flags.map((flag) => `${here} ${flagWords(flag)}`)
  if (!argument || argument.kind === 'text') return lines
  return [...lines, ...wordsFor(argument).map((words) => `${here} ${words}`)]
}

function flagWords({ long, short, text, value }: FlagGrammar): string {
  const name = `-l ${long.slice(2)}${short ? ` -s ${short.slice(1)}` : ''}`
  const words = value ? ` -x ${wordsFor(value).join(' ')}` : ''
  return `${name}${words} -d ${fishQuoted(text)}`
}

function wordsFor(expected: Expected): string[] {
  switch (expected.kind) {
    case 'words':
      return [
        `-a ${fishQuoted(expected.list ? `(__rtbench_list ${expected.words.join(' ')})` : expected.words.join(' '))}`,
      ]
    case 'files': {
      const files =
        expected.endings.length > 0
          ? `__rtbench_files ${expected.endings.join(' ')}`
          : '__fish_complete_path (__rtbench_typed)'
      return [`-a ${fishQuoted([...expected.words, `(${files})`].join(' '))}`]
    }
    case 'folders':
      return ["-a '(__fish_complete_directories (__rtbench_typed))'"]
    case 'text':
      return []
  }
}

function fishQuoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}

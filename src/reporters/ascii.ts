/** Text for a terminal that bears ASCII only: what reports draw and abbreviate with, each by one character of the same width. */
const OWN: Readonly<Record<string, string>> = {
  '─': '-',
  '┼': '+',
  '│': '|',
  '–': '-',
  µ: 'u',
  '×': 'x',
  '±': '~',
  '…': '~',
}

const ANY = new RegExp(`[${Object.keys(OWN).join('')}]`, 'g')

export function inAscii(text: string): string {
  return text.replace(ANY, (character) => OWN[character] ?? character)
}

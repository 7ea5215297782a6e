import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import test from 'node:test'
import { screenOn } from './screen.ts'

/** As much of a terminal as the screen uses: rows of text, a cursor, long lines broken anew when it gets narrower. */
class Terminal extends Writable {
  readonly isTTY = true
  columns = 40
  rows = 10
  /** Lines as they were written, however many rows each takes. */
  lines: string[] = ['$ rtbench run']
  writes = 0

  constructor() {
    super({ decodeStrings: false })
    this.lines.push('')
  }

  override _write(text: string, _encoding: BufferEncoding, done: () => void): void {
    this.writes++
    const up = String.fromCharCode(27)
    const parts = text.split(new RegExp(`(${up}\\[\\d*[AJ]|\\r|\\n)`))
    /** The cursor, in rows from the end of the last line. */
    let row = 0
    let isAtStart = false
    for (const part of parts) {
      if (part === '') continue
      if (part === '\r') isAtStart = true
      else if (part.endsWith('A')) row += Number(part.slice(2, -1))
      else if (part.endsWith('J')) {
        assert.ok(isAtStart, 'only whole rows are cleared')
        this.clearRows(row + 1)
        row = 0
      } else if (part === '\n') this.lines.push('')
      else this.lines.push((this.lines.pop() ?? '') + part)
    }
    done()
  }

  private clearRows(count: number): void {
    let left = count
    while (left > 0) {
      const line = this.lines.pop() ?? assert.fail('cleared more than there is')
      left -= Math.max(1, Math.ceil(line.length / this.columns))
    }
    assert.equal(left, 0, 'half of a line was cleared')
    this.lines.push('')
  }
}

function screen() {
  const terminal = new Terminal()
  return { terminal, on: screenOn(terminal as unknown as NodeJS.WriteStream) }
}

test('lines are written over, what is printed stays above them, and in the end nothing of them is left', () => {
  const { terminal, on } = screen()
  on.show(['one', 'two', 'three'])
  on.show(['ONE', 'TWO'])
  assert.deepEqual(terminal.lines, ['$ rtbench run', 'ONE', 'TWO'])
  on.print('a doubt')
  assert.deepEqual(terminal.lines, ['$ rtbench run', 'a doubt', 'ONE', 'TWO'])
  on.show([])
  on.show(['again'])
  on.clear()
  assert.deepEqual(terminal.lines, ['$ rtbench run', 'a doubt', ''])
  assert.equal(terminal.writes, 6, 'one write each')
  on.clear()
  assert.equal(terminal.writes, 6, 'and none for nothing')
})

test('a terminal that becomes narrower, or wider, is cleaned all the same', () => {
  const { terminal, on } = screen()
  on.show(['a line of thirty-nine characters, no more', 'second'])
  terminal.columns = 15
  on.show(['short', 'second'])
  assert.deepEqual(terminal.lines, ['$ rtbench run', 'short', 'second'])
  terminal.columns = 80
  on.clear()
  assert.deepEqual(terminal.lines, ['$ rtbench run', ''])
})

test('after somebody else had the terminal, nothing of theirs is cleared', () => {
  const { terminal, on } = screen()
  on.show(['one', 'two'])
  terminal.lines = ['$ fg']
  on.forget()
  on.show(['three'])
  on.clear()
  assert.deepEqual(terminal.lines, ['$ fg', ''])
})

/** The decision page from the command line and in a real browser, which is skipped where there is none. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { inFolder, rtbench } from './cli-rig.ts'
import { ladderRun, runOf } from './decision-fixture.ts'

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
const skip = existsSync(executablePath) ? false : `no browser at ${executablePath}; CHROMIUM_PATH says where one is`

const HOSTILE = '</style><script>alert(1)</script>'

test('the page is made of stored results, as text and as files, and other forms are refused', { timeout: 60_000 }, () =>
  inFolder(async (folder) => {
    writeFileSync(join(folder, 'echo.json'), JSON.stringify(runOf('', { tcp: 1e5, ws: 2e5 }, 6).result))
    const shown = await rtbench(['report', 'echo.json', '--decision'], folder)
    assert.deepEqual([shown.code, shown.stderr], [0, ''])
    assert.match(shown.stdout, /100 µs best/)
    const files = ['--html', 'page.html', '--markdown', 'page.md']
    const written = await rtbench(['report', 'echo.json', '--decision', ...files], folder)
    assert.deepEqual([written.code, written.stdout], [0, ''])
    assert.match(readFileSync(join(folder, 'page.html'), 'utf8'), /^<!doctype html>/)
    assert.match(readFileSync(join(folder, 'page.md'), 'utf8'), /^## Which transport for what/)
    const refused = await rtbench(['report', 'echo.json', '--decision', '--csv', 'page.csv'], folder)
    assert.equal(refused.code, 2)
    assert.match(refused.stderr, /^rtbench: --csv page\.csv: the decision page has no such form; [^\n]+\n$/)
  }),
)

test('in a browser it asks for nothing, does nothing, and fits a phone', { skip, timeout: 60_000 }, () =>
  inFolder(async (folder) => {
    const subjects = ['ws', HOSTILE]
    const results = [ladderRun(subjects, [50, 200], 8, (subject) => (subject === 'ws' ? 1e5 : 1.01e5))]
    results.push(runOf('', { [HOSTILE]: 1e5, tcp: 2e5, ['x'.repeat(10_000)]: 3e5, שלום: 4e5 }, 6))
    const names = results.map(({ result }, index) => {
      writeFileSync(join(folder, `${index}.json`), JSON.stringify(result))
      return `${index}.json`
    })
    const made = await rtbench(['report', ...names, '--decision', '--html', 'page.html'], folder)
    assert.equal(made.code, 0, made.stderr)
    const args = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking']
    const browser = await chromium.launch({ executablePath, args })
    try {
      const page = await browser.newPage({ viewport: { width: 360, height: 800 } })
      const complaints: string[] = []
      const url = pathToFileURL(join(folder, 'page.html')).href
      page.on('console', (message) => complaints.push(message.text()))
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('dialog', (dialog) => complaints.push(dialog.message()))
      page.on('request', (request) => {
        if (request.url() !== url) complaints.push(request.url())
      })
      await page.goto(url)
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360)
      assert.equal(await page.locator('script, img').count(), 0)
      const heads = await page.locator('thead th').allInnerTexts()
      assert.ok(heads.includes(HOSTILE), heads.join('\n'))
      assert.match(await page.locator('#turns + ul').innerText(), /is within 5 % of ws at every level measured/)
      assert.deepEqual(complaints, [])
    } finally {
      await browser.close()
    }
  }),
)

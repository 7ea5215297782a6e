/** The HTML report in a real browser. One is started for all tests; without any they are skipped. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import type { Chapter } from '../src/reporter.ts'
import { htmlReporter } from '../src/reporters/html.ts'
import type { Result } from '../src/result.ts'
import { everyEnding } from './capacity-fixture.ts'
import { chaptersOf, drawnResult, drawnTrial } from './report-fixture.ts'
import { crowdedResult, resultOf, slopedResult, trialOf } from './result-fixture.ts'

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
const skip = existsSync(executablePath) ? false : `no browser at ${executablePath}; CHROMIUM_PATH says where one is`
const options = { skip, timeout: 60_000 }

const QUIET = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const folder = mkdtempSync(join(tmpdir(), 'rtbench-html-'))
let context: BrowserContext

before(async () => {
  if (skip) return
  const userData = join(folder, 'user')
  context = await chromium.launchPersistentContext(userData, { executablePath, args: QUIET, viewport: null })
})

after(async () => {
  await context?.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Opened {
  readonly page: Page
  /** Errors, refusals of the policy, dialogs, and every request but the one for the page itself. */
  readonly complaints: string[]
}

/** Opens a report and scrolls through it, so that every chart is drawn. */
async function open(chapters: readonly Chapter[], act: (opened: Opened) => Promise<void>, width = 1100): Promise<void> {
  const file = join(folder, 'report.html')
  writeFileSync(file, htmlReporter.render(chapters))
  const page = await context.newPage()
  const complaints: string[] = []
  try {
    await page.setViewportSize({ width, height: 800 })
    page.on('console', (message) => complaints.push(`console: ${message.text()}`))
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
    page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`))
    page.on('request', (request) => {
      if (request.url() !== pathToFileURL(file).href) complaints.push(`request: ${request.url().slice(0, 100)}`)
    })
    await page.goto(pathToFileURL(file).href)
    for (const chart of await page.locator('[data-chart]:visible').all()) {
      await chart.scrollIntoViewIfNeeded()
      await chart.locator('canvas').waitFor()
    }
    await act({ page, complaints })
  } finally {
    await page.close()
  }
}

/** What there is to scroll through, and what is seen of it. */
const WIDTHS = '[document.documentElement.scrollWidth, document.documentElement.clientWidth]'

/** As if of another scenario than the others. */
function apart(result: Result, resolved: number): Result {
  return { ...result, scenario: { ...result.scenario, resolved: { resolved } } }
}

/** Whether some pixel of each canvas has been painted. */
const painted = (page: Page) =>
  page.locator('canvas').evaluateAll((all) =>
    all.map((one) => {
      const canvas = one as unknown as {
        width: number
        height: number
        getContext(kind: '2d'): {
          getImageData(x: number, y: number, w: number, h: number): { data: Uint8ClampedArray }
        }
      }
      return canvas
        .getContext('2d')
        .getImageData(0, 0, canvas.width, canvas.height)
        .data.some((value) => value > 0)
    }),
  )

test('charts are drawn without errors and without the network', options, async () => {
  const chapters = chaptersOf(drawnResult(['tcp', 'ws', 'grpc']), apart(slopedResult, 1), apart(await everyEnding(), 2))
  await open(chapters, async ({ page, complaints }) => {
    const drawn = await painted(page)
    assert.ok(drawn.length >= 6, `${drawn.length} charts`)
    assert.ok(drawn.every(Boolean))
    assert.ok((await page.locator('.shapes path.area').count()) >= 3)
    assert.ok((await page.locator('.bars rect').count()) >= 3)
    assert.deepEqual(complaints, [])
  })
})

test('a legend hides and shows its line, by keyboard too', options, async () => {
  await open(chaptersOf(drawnResult(['tcp', 'ws'])), async ({ page, complaints }) => {
    const chart = page.locator('figure', { has: page.locator('[data-chart$="percentiles"]') })
    const button = chart.getByRole('button', { name: 'ws' })
    const picture = () =>
      chart.locator('canvas').evaluate((one) => (one as unknown as { toDataURL(): string }).toDataURL())
    const before = await picture()
    await button.focus()
    await page.keyboard.press('Enter')
    assert.equal(await button.getAttribute('aria-pressed'), 'false')
    // The chart is painted in the next frame.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    assert.notEqual(await picture(), before)
    await button.click()
    assert.equal(await button.getAttribute('aria-pressed'), 'true')
    assert.deepEqual(complaints, [])
  })
})

const HOSTILE = [
  '<script>alert(1)</script>',
  '"onmouseover="alert(1)',
  "'><img src=x onerror=alert(1)>",
  '</script><script>alert(1)</script><!--',
  `long ${'x'.repeat(10_000)} end`,
  'control\u0000\u001b[31m\u2028\u202egnissim',
  'שלום עולם',
  '{{constructor.constructor("alert(1)")()}}',
]

test('names and texts of a result do nothing, and stay readable', options, async () => {
  const trials = HOSTILE.flatMap((subject) => [
    drawnTrial({
      subject,
      notes: [subject],
      warnings: [{ code: 'undelivered', message: subject }],
      verdict: 'suspect',
    }),
    trialOf({
      subject,
      point: { [subject]: subject },
      verdict: 'invalid',
      reasons: [{ code: 'corrupt', message: subject }],
    }),
  ])
  const hostile = resultOf(trials)
  const scenario = {
    ...hostile.scenario,
    name: HOSTILE[0] ?? '',
    resolved: { text: HOSTILE },
    latencyMeaning: HOSTILE[3],
  }
  await open(chaptersOf({ ...hostile, scenario }), async ({ page, complaints }) => {
    await page.locator('main').hover()
    for (const row of await page.locator('.shapes th').all()) await row.hover()
    assert.deepEqual(complaints, [])
    assert.equal(await page.locator('img').count(), 0)
    assert.equal(await page.locator('script:not([type="application/json"])').count(), 2)
    const names = await page.locator('.shapes tbody th').allInnerTexts()
    assert.ok(names.includes(HOSTILE[0] ?? ''))
    assert.ok(
      names.some((name) => /^long x+….*x end$/.test(name)),
      names.join('\n'),
    )
    assert.equal(await page.title(), `${HOSTILE[0]} – rtbench`)
    const [scrollWidth = 0, clientWidth = 0] = await page.evaluate<number[]>(WIDTHS)
    assert.ok(scrollWidth <= clientWidth, `${scrollWidth} wide in ${clientWidth}`)
  })
})

test('on a phone nothing is wider than the screen', options, async () => {
  await open(
    chaptersOf(crowdedResult, drawnResult(['tcp', 'ws'])),
    async ({ page, complaints }) => {
      const [scrollWidth] = await page.evaluate<number[]>(WIDTHS)
      assert.equal(scrollWidth, 360)
      assert.deepEqual(complaints, [])
    },
    360,
  )
})

test('the record comes back byte for byte, and the colours follow the choice', options, async () => {
  const chapters = chaptersOf(drawnResult(['tcp', 'ws']))
  await open(chapters, async ({ page, complaints }) => {
    const waiting = page.waitForEvent('download')
    await page.getByText('Download the record').click()
    const download = await waiting
    assert.equal(download.suggestedFilename(), 'run-1.json')
    assert.equal(readFileSync(await download.path(), 'utf8'), chapters[0]?.runs[0]?.text)

    const paper = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor')
    const before = await paper()
    await page.locator('.theme').click()
    assert.notEqual(await paper(), before)
    assert.deepEqual(
      complaints.filter((one) => !one.startsWith('request: blob:')),
      [],
    )
  })
})

test('empty results, invalid ones and single trials say what is missing', options, async () => {
  const none = resultOf([], [], { code: 'interrupted', message: 'interrupted by SIGINT' })
  const broken = resultOf([
    trialOf({ subject: 'ws', verdict: 'invalid', reasons: [{ code: 'corrupt', message: 'bytes' }] }),
  ])
  const chapters = chaptersOf(apart(none, 1), apart(broken, 2), resultOf([trialOf({ subject: 'ws' })]))
  await open(chapters, async ({ page, complaints }) => {
    const text = await page.locator('main').innerText()
    assert.match(text, /No trial was measured/)
    assert.match(text, /interrupted by SIGINT/)
    assert.match(text, /No valid trial here/)
    assert.match(text, /No histogram that can be read: ws/)
    assert.deepEqual(complaints, [])
  })
})

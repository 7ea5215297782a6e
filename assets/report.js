// @ts-check
/**
 * Makes a report answer: charts that follow the pointer, zoom and hide lines, a choice of light or dark, the record as plain
 * JSON. Without it the report shows the same figures. It stands inline in the page, after the chart library.
 */

/** @typedef {'ns' | 'bytes' | 'bytes/s' | 'messages/s' | 'connections/s' | 'count' | 'share' | 'ratio' | 'percentile' | 'seconds' | 'number'} Scale */
/** @typedef {{ label: string, scale: Scale, log: boolean, range: [number, number], ticks: number[] }} AxisData */
/** @typedef {{ name: string, colour: string, dash: string, values: (number | null)[] }} LineData */
/** @typedef {{ x: AxisData, y: AxisData, dots: boolean, together: string | null, spanGaps: boolean, places: number[], lines: LineData[] }} ChartData */

/** @type {typeof import('uplot')} */
const Plot = /** @type {any} */ (globalThis).uPlot

/** @type {Record<string, [number, string][]>} */
const STEPS = {
  ns: [
    [1e9, 's'],
    [1e6, 'ms'],
    [1e3, 'µs'],
    [1, 'ns'],
  ],
  bytes: [
    [2 ** 30, 'GiB'],
    [2 ** 20, 'MiB'],
    [2 ** 10, 'KiB'],
    [1, 'B'],
  ],
}

/** @param {number} value */
const digits = (value) => {
  const short = Number(value.toPrecision(value >= 1000 ? 6 : 3))
  return short.toLocaleString('en-US', { maximumFractionDigits: 6 })
}

/** @param {number | null | undefined} value @param {Scale} scale */
const text = (value, scale) => {
  if (value === null || value === undefined) return '–'
  if (scale === 'percentile') return `${Number((100 - 100 / value).toFixed(value > 50 ? 4 : 1))} %`
  if (scale === 'seconds') return `${digits(value)} s`
  if (scale === 'share') return `${digits(value * 100)} %`
  const [unit, per] = scale.split('/')
  const steps = STEPS[unit ?? '']
  if (!steps) return `${digits(value)}${scale.endsWith('/s') ? '/s' : ''}`
  const [factor, name] = steps.find(([size]) => Math.abs(value) >= size) ?? steps[steps.length - 1] ?? [1, '']
  return `${digits(value / factor)} ${name}${per ? '/s' : ''}`
}

const DASHES = { d0: [], d1: [9, 4], d2: [2, 3], d3: [10, 3, 2, 3], d4: [5, 5] }

/** Figures beside an axis where the chart was zoomed. @param {AxisData} axis @param {number} low @param {number} high */
const ticksWithin = ({ log, ticks }, low, high) => {
  const known = ticks.filter((tick) => tick >= low && tick <= high)
  if (known.length > 1) return known
  if (log && high / low > 3) {
    const fine = Array.from({ length: 40 }, (_, exponent) => 10 ** (exponent - 12))
    return fine.flatMap((one) => [one, 2 * one, 5 * one]).filter((tick) => tick >= low && tick <= high)
  }
  const power = 10 ** Math.floor(Math.log10((high - low) / 4 || 1))
  const step = power * ((high - low) / power > 20 ? 5 : (high - low) / power > 8 ? 2 : 1)
  const first = Math.ceil(low / step)
  return Array.from({ length: 30 }, (_, index) => (first + index) * step).filter((tick) => tick <= high)
}

/** Where the chart is narrow. @param {AxisData} axis @param {number} tick @param {number} index */
const isKept = ({ scale }, tick, index) => (scale === 'percentile' ? tick !== 2 && tick !== 4 : index % 2 === 0)

/** @type {Set<import('uplot')>} */
const drawn = new Set()

/** @param {HTMLElement} place */
const draw = (place) => {
  const figure = place.closest('figure')
  const block = document.getElementById(`${place.dataset.chart}-data`)
  if (!figure || !block) return
  /** @type {ChartData} */
  const data = JSON.parse(block.textContent ?? '')
  const { x, y, lines, places } = data
  const legend = /** @type {HTMLElement[]} */ ([...figure.querySelectorAll('.legend li')])
  /** Colours as the style sheet has them now, light or dark. @param {string} selector */
  const colour = (selector) => {
    const element = place.querySelector(selector)
    return element ? getComputedStyle(element).stroke : '#888'
  }
  const live = document.createElement('div')
  live.className = 'live'
  place.append(live)
  const ink = () => getComputedStyle(place).color
  const isWhole = (/** @type {import('uplot')} */ plot) => {
    const { min, max } = plot.scales.x ?? {}
    return min == null || max == null || (min <= x.range[0] && max >= x.range[1])
  }
  /** @param {AxisData} axis @returns {import('uplot').Axis} */
  const axisOf = (axis) => ({
    stroke: ink,
    size: 34,
    gap: 8,
    font: '12px system-ui, sans-serif',
    grid: { stroke: () => colour('.grid'), width: 1 },
    ticks: { show: false },
    splits: (_, __, low, high) =>
      ticksWithin(axis, low, high).filter(
        (tick, index) => axis !== x || live.clientWidth > 480 || isKept(axis, tick, index),
      ),
    values: (_, splits) => splits.map((value) => text(value, axis.scale)),
    // Every tick was chosen: none is left out again.
    filter: (_, splits) => splits,
  })
  const height = () => (live.clientWidth < 480 ? 240 : 300)
  const plot = new Plot(
    {
      width: Math.max(120, live.clientWidth),
      height: height(),
      padding: [10, 24, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        ...(data.together ? { sync: { key: data.together, setSeries: false } } : {}),
      },
      scales: {
        x: {
          time: false,
          distr: x.log ? 3 : 1,
          range: (_, low, high) =>
            low <= (places[0] ?? 0) && high >= (places[places.length - 1] ?? 0) ? x.range : [low, high],
        },
        y: {
          distr: y.log ? 3 : 1,
          range: (self, low, high) => {
            if (isWhole(self) || low === null || high === null) return y.range
            return y.log ? [low * 0.8, high * 1.25] : [Math.min(0, low), high * 1.08 || 1]
          },
        },
      },
      axes: [axisOf(x), { ...axisOf(y), size: 76 }],
      series: [
        {},
        ...lines.map((line) => ({
          label: line.name,
          stroke: () => colour(`.line.${line.colour}`),
          width: 2,
          dash: DASHES[/** @type {keyof typeof DASHES} */ (line.dash)] ?? [],
          spanGaps: data.spanGaps,
          points: { show: data.dots || places.length === 1, size: 7 },
        })),
      ],
      hooks: {
        setCursor: [
          (self) => {
            const index = self.cursor.idx
            const where = index == null ? '' : text(places[index], x.scale)
            legend.forEach((item, line) => {
              const reading = item.querySelector('.reading')
              if (!reading) return
              reading.textContent = where && ` ${text(lines[line]?.values[Number(index)], y.scale)} at ${where}`
            })
          },
        ],
      },
    },
    /** @type {import('uplot').AlignedData} */ ([places, ...lines.map(({ values }) => values)]),
    live,
  )
  drawn.add(plot)
  place.classList.add('answers')
  legend.forEach((item, line) => {
    const button = document.createElement('button')
    button.type = 'button'
    button.append(...item.childNodes)
    button.setAttribute('aria-pressed', 'true')
    button.addEventListener('click', () => {
      const isShown = button.getAttribute('aria-pressed') !== 'true'
      button.setAttribute('aria-pressed', String(isShown))
      plot.setSeries(line + 1, { show: isShown })
    })
    const reading = document.createElement('span')
    reading.className = 'reading'
    item.append(button, reading)
  })
  new ResizeObserver(() => {
    const width = live.clientWidth
    if (width > 0 && width !== plot.width) plot.setSize({ width, height: height() })
  }).observe(place)
}

const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue
      near.unobserve(target)
      draw(/** @type {HTMLElement} */ (target))
    }
  },
  { rootMargin: '800px' },
)
for (const place of document.querySelectorAll('[data-chart]')) near.observe(place)

const redraw = () => {
  for (const plot of drawn) plot.redraw(false)
}

/** Light, dark, or as the system has it; kept nowhere. */
const dark = matchMedia('(prefers-color-scheme: dark)')
dark.addEventListener('change', redraw)
const toggle = document.createElement('button')
toggle.type = 'button'
toggle.className = 'button theme'
const isDark = () => (document.documentElement.dataset.theme ?? (dark.matches ? 'dark' : 'light')) === 'dark'
const name = () => {
  toggle.textContent = isDark() ? 'Light colours' : 'Dark colours'
}
toggle.addEventListener('click', () => {
  document.documentElement.dataset.theme = isDark() ? 'light' : 'dark'
  name()
  redraw()
})
name()
document.querySelector('.tools')?.append(toggle)

for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll('a[data-plain]'))) {
  link.addEventListener('click', async (event) => {
    if (link.href.startsWith('blob:') || typeof DecompressionStream === 'undefined') return
    event.preventDefault()
    const packed = Uint8Array.from(atob(link.href.slice(link.href.indexOf(',') + 1)), (one) => one.charCodeAt(0))
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))
    const plain = await new Response(stream).blob()
    link.download = link.dataset.plain ?? 'result.json'
    link.href = URL.createObjectURL(new Blob([plain], { type: 'application/json' }))
    link.click()
  })
}

/** On paper nothing can be opened any more. */
addEventListener('beforeprint', () => {
  for (const part of /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll('details.point')))
    part.open = true
})

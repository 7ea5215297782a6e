import assert from 'node:assert/strict'
import test from 'node:test'
import { type Bottleneck, bottleneckOf, type LoadTaken } from './bottleneck.ts'

/** Shares of a window of a second. */
interface Sketch {
  readonly loop: number | null
  /** On a core; as long as the event loop was at work, unless given. */
  readonly core?: number
  readonly spin?: number
}

function processOf(role: 'server' | 'client', { loop, core = loop ?? 0, spin = 0 }: Sketch) {
  return { role, cpuUserNs: core * 1e9, cpuSystemNs: 0, spinNs: spin * 1e9, eventLoopUtilization: loop }
}

function found(server: Sketch, clients: readonly Sketch[], load: Partial<LoadTaken> = {}): Bottleneck {
  const processes = [processOf('server', server), ...clients.map((client) => processOf('client', client))]
  return bottleneckOf(processes, { model: 'closed', durationNs: 1e9, missed: null, crowded: null, ...load })
}

const open = { model: 'open' } as const
const late = { ...open, missed: 'send lag p99 is 9.0 ms' }

const rows: ReadonlyArray<
  readonly [name: string, Sketch, readonly Sketch[], Partial<LoadTaken>, Bottleneck['who'], RegExp]
> = [
  [
    'a client without time to spare',
    { loop: 0.61 },
    [{ loop: 0.99 }],
    {},
    'client',
    /^the client was the limit \(its event loop was 99 % busy, the server's 61 %\): the server could do more$/,
  ],
  ['a server without time to spare', { loop: 0.97 }, [{ loop: 0.5 }], {}, 'server', /^the server .* 97 % .* 50 %\)/],
  ['one of several clients', { loop: 0.3 }, [{ loop: 0.2 }, { loop: 0.95 }], {}, 'client', /95 % busy/],
  ['both', { loop: 0.85 }, [{ loop: 0.99 }], {}, 'both', /both at their limit/],
  ['time to spare in a closed loop', { loop: 0.5 }, [{ loop: 0.89 }], {}, 'neither', /messages in flight/],
  [
    'time to spare while others have the cores',
    { loop: 0.5 },
    [{ loop: 0.6 }],
    { crowded: 'other programs used 70 %' },
    'unknown',
    /^who was the limit is not known: other programs used 70 %/,
  ],
  [
    'a busy client while others have the cores',
    { loop: 0.3 },
    [{ loop: 1 }],
    { crowded: 'x' },
    'client',
    /^the client/,
  ],
  [
    'time to spare at a rate, whoever has the cores',
    { loop: 0.1 },
    [{ loop: 0.3 }],
    { ...open, crowded: 'x' },
    'neither',
    /spare/,
  ],
  ['time to spare under saturation', { loop: 0.5 }, [{ loop: 0.8 }], { model: 'saturate' }, 'neither', /back-pressure/],
  ['time to spare at a rate', { loop: 0.1 }, [{ loop: 0.3 }], open, 'neither', /both had time to spare/],
  [
    'a client that waits busily',
    { loop: 0.1 },
    [{ loop: 1, core: 0.98, spin: 0.8 }],
    open,
    'neither',
    /10 % busy on the server, 18 % on the client/,
  ],
  [
    'a client that waits busily and is kept from a core while it does',
    { loop: 0.1 },
    [{ loop: 1, core: 0.5, spin: 0.4 }],
    open,
    'neither',
    /10 % on the client/,
  ],
  ['a rate that a busy server missed', { loop: 0.99 }, [{ loop: 0.5 }], late, 'server', /^the server was the limit/],
  ['a rate that nobody busy missed', { loop: 0.2 }, [{ loop: 0.3 }], late, 'unknown', /^send lag .* neither was busy/],
  [
    'a rate missed for want of a core',
    { loop: 0.6, core: 0.2 },
    [{ loop: 0.3 }],
    late,
    'unknown',
    /other work of the machine kept them from a core/,
  ],
  [
    'a client that was busy for want of a core',
    { loop: 0.3 },
    [{ loop: 1, core: 0.4 }],
    {},
    'client',
    /the server's 30 %, though it had a core for 40 % only\)/,
  ],
  ['a side that nobody looked into', { loop: null }, [{ loop: 0.99 }], {}, 'unknown', /how busy the server was/],
  ['no client left', { loop: 0.5 }, [], {}, 'unknown', /how busy the client was/],
]

for (const [name, server, clients, load, who, because] of rows) {
  test(`${name}: ${who}`, () => {
    const bottleneck = found(server, clients, load)
    assert.equal(bottleneck.who, who)
    assert.match(bottleneck.because, because)
  })
}

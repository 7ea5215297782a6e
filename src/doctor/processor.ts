/** How much processor there is, and how steady its pace is. */
import { finePercent } from '../percent.ts'
import { bad, doubtful, type Finding, good, unknown } from './condition.ts'
import { groupTexts, type Machine, optionalText } from './machine.ts'

/** A server, a client, and room for what the system does beside them. */
const ENOUGH_CORES = 4

export function cores({ cores: usable, installedCores }: Machine): Finding {
  const found = usable === installedCores ? `${usable}` : `${usable} of ${installedCores}`
  if (usable >= ENOUGH_CORES) return good(found)
  const remedy = `measure on ${ENOUGH_CORES} cores or more: with fewer, server, clients and system take them from each other`
  return usable > 1 ? doubtful(found, remedy) : bad(found, remedy)
}

/** A processor that saves power answers a rare message later than a frequent one. */
export function frequency(machine: Machine): Finding {
  const folder = '/sys/devices/system/cpu/cpu0/cpufreq'
  const governor = optionalText(machine, `${folder}/scaling_governor`)
  if (governor === undefined) return unknown(`cannot be told: no ${folder}, as in most virtual machines`)
  const ghz = (file: string) => {
    const khz = Number(optionalText(machine, `${folder}/${file}`))
    return khz > 0 ? khz / 1e6 : undefined
  }
  const now = ghz('scaling_cur_freq')
  const most = ghz('cpuinfo_max_freq')
  const pace = now && most ? `, ${now.toFixed(2)} of ${most.toFixed(2)} GHz just now` : ''
  const found = `governor ${governor}${pace}`
  if (governor === 'performance') return good(found)
  return doubtful(found, 'set the governor: "cpupower frequency-set -g performance" (as root)')
}

/** A quota is no slower core: it lets a process run at full speed, and then not at all until the next period. */
export function quota(machine: Machine): Finding {
  const shares = groupTexts(machine, 'cpu.max', ['cpu', 'cpu.cfs_quota_us']).flatMap((text) => {
    const [most = '', period = '100000'] = text.split(/\s+/)
    const granted = Number(most) / Number(period)
    return granted > 0 && Number.isFinite(granted) ? [granted] : []
  })
  if (shares.length === 0) return good('no limit')
  const granted = Math.min(...shares)
  const found = `limited to the time of ${granted.toFixed(2)} cores`
  if (granted >= machine.cores) return good(found)
  const remedy = `take the limit away (docker: without --cpus; Kubernetes: no CPU limit), or give it ${machine.cores} cores`
  return granted < 2 ? bad(found, remedy) : doubtful(found, remedy)
}

/** Others on the same host are not seen from inside, and yet take from it. */
export function virtualization(machine: Machine): Finding {
  const info = machine.text('/proc/cpuinfo')
  const product = optionalText(machine, '/sys/class/dmi/id/product_name')
  const container = isContainer(machine) ? 'a container' : undefined
  const guest = /^flags\s*:.*\bhypervisor\b/m.test(info)
    ? `a virtual machine${product ? ` (${product})` : ''}`
    : undefined
  const found = [container, guest].filter((part) => part !== undefined).join(' in ')
  if (!guest) return good(found || 'none seen')
  return doubtful(
    found,
    'measure on a machine of its own; else at several times of the day, because neighbours are not seen',
  )
}

function isContainer(machine: Machine): boolean {
  if (['/.dockerenv', '/run/.containerenv'].some((path) => optionalText(machine, path) !== undefined)) return true
  return /docker|kubepods|containerd|lxc/.test(optionalText(machine, '/proc/1/cgroup') ?? '')
}

export function battery(machine: Machine): Finding {
  const folder = '/sys/class/power_supply'
  const supplies = machine.names(folder).map((name) => {
    const of = (file: string) => optionalText(machine, `${folder}/${name}/${file}`)
    return { type: of('type'), status: of('status'), capacity: Number(of('capacity')) }
  })
  const batteries = supplies.filter(({ type }) => type === 'Battery')
  if (batteries.length === 0) return good('none')
  const empties = batteries.find(({ status }) => status === 'Discharging')
  if (!empties) return good('not in use')
  const left = Number.isFinite(empties.capacity) ? `, ${finePercent(empties.capacity / 100)} left` : ''
  return doubtful(`in use${left}`, 'plug it in: on a battery the processor saves power')
}

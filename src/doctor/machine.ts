import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'

/** What conditions are read from: the files in which Linux tells of itself. Other systems have none of them. */
export interface Machine {
  /** That this process may use. */
  readonly cores: number
  readonly installedCores: number
  readonly memoryBytes: number
  /** @throws Error when there is no such file, or it may not be read */
  text(path: string): string
  /** Entries of a folder. @throws Error like `text` */
  names(folder: string): string[]
}

export function thisMachine(): Machine {
  return {
    cores: availableParallelism(),
    installedCores: cpus().length,
    memoryBytes: totalmem(),
    text: (path) => readFileSync(path, 'utf8'),
    names: (folder) => readdirSync(folder),
  }
}

/** For what many machines do not have. */
export function optionalText(machine: Machine, path: string): string | undefined {
  try {
    return machine.text(path).trim()
  } catch {
    return undefined
  }
}

/**
 * What the control groups of this process say, from its own up to the root: a limit of any of them holds.
 * @param v2 the file's name in the unified hierarchy
 * @param v1 its controller and name in the older one
 * @returns the text of each that is there; none at the root, which has no limits
 * @throws Error where control groups, or all files of one below the root, cannot be read
 */
export function groupTexts(machine: Machine, v2: string, v1: readonly [controller: string, file: string]): string[] {
  const lines = machine.text('/proc/self/cgroup').trim().split('\n')
  const groups = lines.map((line) => line.match(/^\d+:([^:]*):(\/.*)$/)).filter((match) => match !== null)
  const texts: string[] = []
  let below = false
  for (const [, controllers = '', path = '/'] of groups) {
    const unified = controllers === ''
    if (!unified && !controllers.split(',').includes(v1[0])) continue
    const base = unified ? '/sys/fs/cgroup' : `/sys/fs/cgroup/${v1[0]}`
    below ||= path !== '/'
    for (let at = path; ; at = at.slice(0, at.lastIndexOf('/'))) {
      const text = optionalText(machine, `${base}${at === '/' ? '' : at}/${unified ? v2 : v1[1]}`)
      if (text !== undefined) texts.push(text)
      if (at === '/' || at === '') break
    }
  }
  if (below && texts.length === 0) throw new Error(`no ${v2} of the control group can be read`)
  return texts
}

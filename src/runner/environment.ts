import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'
import type { Environment } from '../result.ts'
import { descriptorLimit } from './limits.ts'

interface PackageFile {
  readonly name: string
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
}

const packageFile = new URL('../../../package.json', import.meta.url)

function readPackage(): PackageFile {
  return JSON.parse(readFileSync(packageFile, 'utf8')) as PackageFile
}

/** Name and version of rtbench itself. */
export function describeTool(): { name: string; version: string; commit: string | null } {
  const { name, version } = readPackage()
  return { name, version, commit: commitOf() }
}

/** The commit of a clone, read without running git; null in an installed package. */
function commitOf(): string | null {
  try {
    const head = readFileSync(new URL('.git/HEAD', packageFile), 'utf8').trim()
    if (!head.startsWith('ref: ')) return head
    return readFileSync(new URL(`.git/${head.slice(5)}`, packageFile), 'utf8').trim()
  } catch {
    return null
  }
}

/** What the figures of a run depend on beside the scenario. */
export function describeEnvironment(): Environment {
  return {
    node: process.versions.node,
    v8: process.versions.v8,
    os: type(),
    kernel: release(),
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    fdLimit: Number.isFinite(descriptorLimit()) ? descriptorLimit() : null,
    ci: Boolean(process.env.CI),
    packages: installedVersions(),
  }
}

/** The versions that are really installed, not the ranges that were asked for. */
function installedVersions(): Record<string, string> {
  const require = createRequire(import.meta.url)
  const versions: Record<string, string> = {}
  for (const name of Object.keys(readPackage().dependencies ?? {})) {
    for (const folder of require.resolve.paths(name) ?? []) {
      try {
        versions[name] = (JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8')) as PackageFile).version
        break
      } catch {
        // Not in this folder: the next one up may have it.
      }
    }
  }
  return versions
}

/** What `npm pack` would pack: everything that is needed where it is installed, and nothing else. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const IMPORT =
  /^\s*(?:import|export)\b[^'"]*?\bfrom\s*['"]([^'"]+)['"]|^import ['"]([^'"]+)['"]|\bimport\(['"]([^'"]+)['"]\)/gm

function packed(): Set<string> {
  // Without scripts: they would build anew under the tests that run beside this one.
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts']
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd: root, encoding: 'utf8', timeout: 120_000 })
  assert.equal(status, 0, stderr)
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }]
  return new Set(files.map(({ path }) => path))
}

test('the package has all that it needs, and nothing that is only for those who work on it', () => {
  const files = packed()
  const description = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

  const shipped = (folder: string) => readdirSync(join(root, folder)).map((file) => `${folder}/${file}`)
  const entries = [description.bin.rtbench, ...Object.values(description.exports).flatMap(pathsOf)]
  const wanted = [...entries, ...shipped('scenarios'), ...shipped('proto'), 'LICENSE', 'README.md', 'CHANGELOG.md']
  for (const file of wanted) assert.ok(files.has(file.replace(/^\.\//, '')), `${file} is missing`)
  for (const file of files) {
    assert.match(file, /^(dist\/src|docs|scenarios|proto|assets)\/|^[^/]+\.(md|json)$|^LICENSE$/)
    assert.doesNotMatch(file, /\.test\.|\.map$|\.tgz$/)
  }

  let checked = 0
  for (const file of files) {
    if (!/\.(js|d\.ts)$/.test(file) || !file.startsWith('dist/')) continue
    for (const [, ...found] of readFileSync(join(root, file), 'utf8').matchAll(IMPORT)) {
      const name = found.find((one) => one !== undefined) ?? ''
      checked++
      if (name.startsWith('.')) {
        const path = join(dirname(file), name).replace(/(?<!\.d)\.ts$/, '.d.ts')
        assert.ok(files.has(path), `${file} imports ${name}, which is not packed`)
      } else if (!name.startsWith('node:') && !builtinModules.includes(name)) {
        const dependency = name.split('/', name.startsWith('@') ? 2 : 1).join('/')
        assert.ok(dependency in description.dependencies, `${file} imports ${name}, which is no dependency`)
      }
    }
  }
  assert.ok(checked > files.size, 'imports were found at all')
})

/** An entry of `exports` is a path, or one for each condition. */
function pathsOf(entry: unknown): string[] {
  return typeof entry === 'string' ? [entry] : Object.values(entry as object).flatMap(pathsOf)
}

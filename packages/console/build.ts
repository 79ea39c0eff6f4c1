/** Builds the console into dist, with a compressed copy beside each file. `--if-possible`: after an installation without it, nodes serve no console. */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const mayFail = process.argv.includes('--if-possible')
try {
  const { build } = await import('vite')
  const { default: config } = await import('./vite.config.ts')
  await build({ ...config, configFile: false, logLevel: mayFail ? 'warn' : 'info' })
  for (const file of globSync('dist/assets/*.{js,css,svg}', { cwd: import.meta.dirname })) {
    const path = `${import.meta.dirname}/${file}`
    writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }))
  }
} catch (error) {
  console.error('The console could not be built:', error)
  if (!mayFail) process.exitCode = 1
}

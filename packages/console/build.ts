/** Builds the console into dist. `--if-possible`: after an installation without it, nodes serve no console. */
const mayFail = process.argv.includes('--if-possible')
try {
  const { build } = await import('vite')
  const { default: config } = await import('./vite.config.ts')
  await build({ ...config, configFile: false, logLevel: mayFail ? 'warn' : 'info' })
} catch (error) {
  console.error('The console could not be built:', error)
  if (!mayFail) process.exitCode = 1
}

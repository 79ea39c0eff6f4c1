#!/usr/bin/env node
// Plain JavaScript on purpose, and nothing else is loaded before: an older Node.js must be able to say why it is refused.
if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(
    `secureflow needs Node.js 24 or newer; this is ${process.version}. 需要 Node.js 24 或更高版本；当前为 ${process.version}。`,
  )
  process.exitCode = 2
} else {
  await import('../src/main.ts')
}

/** After a run: which tests were skipped, by name, since a name says what it needs. */
import type { Reporter, TestModule } from 'vitest/node'

export default class implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap((module) =>
      [...module.children.allTests('skipped')].map((test) => `  ${module.relativeModuleId}: ${test.fullName}`),
    )
    if (skipped.length > 0) console.log(`\nSkipped, each says in its name what it needs:\n${skipped.join('\n')}`)
  }
}

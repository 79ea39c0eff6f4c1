/**
 * Who may import whom (docs/architecture.md, section 2), as `npm run check` enforces it on packages/<room>/src. Tests
 * (`*.test.ts`, `*.suite.ts`, `test/`, `testing`, `fixture.ts`, the package `tests`) import anything.
 */
export interface Room {
  /** Rooms that it may import, or import paths with `*`; `@secureflow/` left out. */
  mayImport: readonly string[]
  /** Runs in Node and in a browser alike: no `node:` imports, no Buffer, no process. */
  isomorphic?: true
}

export const rooms: Readonly<Record<string, Room>> = {
  base: { mayImport: [], isomorphic: true },
  platform: { mayImport: ['base'] },
  kernels: { mayImport: ['base'], isomorphic: true },
  crypto: { mayImport: ['base', 'kernels'], isomorphic: true },
  channel: { mayImport: ['base'], isomorphic: true },
  tables: { mayImport: ['base'], isomorphic: true },
  dp: { mayImport: ['base', 'crypto'], isomorphic: true },
  protocols: { mayImport: ['base', 'kernels', 'crypto', 'channel', 'tables'], isomorphic: true },
  data: { mayImport: ['base', 'tables'] },
  learning: { mayImport: ['base', 'kernels', 'tables', 'dp', 'protocols'], isomorphic: true },
  flow: { mayImport: ['base', 'tables'], isomorphic: true },
  // Two rooms in one package: what a declaration reaches is read by everybody, what only a run reaches works in a task.
  // Of learning and protocols only the cost modules: what an algorithm costs is counted where it stands (docs/decisions/0002);
  // and the rules of keys, which a flow agrees on.
  'components/declare': {
    mayImport: ['base', 'tables', 'flow', 'learning/**/cost', 'protocols/**/cost', 'protocols/psi/key-rules'],
    isomorphic: true,
  },
  'components/run': { mayImport: ['base', 'tables', 'flow', 'dp', 'protocols', 'data', 'learning'] },
  audit: { mayImport: ['base', 'crypto'], isomorphic: true },
  ledger: { mayImport: ['base', 'crypto', 'audit'] },
  api: { mayImport: ['base', 'flow'], isomorphic: true },
  node: {
    mayImport: [
      ...[
        'base',
        'platform',
        'crypto',
        'channel',
        'tables',
        'dp',
        'protocols',
        'data',
        'flow',
        'audit',
        'ledger',
        'api',
      ],
      ...['components/declare', 'components/run'],
    ],
  },
  sdk: { mayImport: ['base', 'crypto', 'flow', 'components/declare', 'api'], isomorphic: true },
  // The command starts the daemon, so it alone may import it; `demo` writes its invented tables with `data`; `explain`
  // reads every catalog of errors, and those are data.
  cli: {
    mayImport: ['base', 'data', 'flow', 'components/declare', 'audit', 'ledger', 'api', 'sdk', 'node', '**/*errors'],
  },
  console: { mayImport: ['base', 'flow', 'components/declare', 'audit', 'api', 'sdk'], isomorphic: true },
}

/** The room of a file; `declares` says whether a declaration reaches it. */
export function roomOf(pkg: string, declares: boolean): string {
  return pkg === 'components' ? `components/${declares ? 'declare' : 'run'}` : pkg
}

/** Where the declarations of components begin: what these import, without waiting for a run, is the room of declarations. */
export const declarationRoots = /^(index|declarations|.*\/declare)\.ts$/

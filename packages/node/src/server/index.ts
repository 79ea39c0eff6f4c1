export { EventStream } from './events.ts'
export type { Handlers } from './handlers.ts'
export { NodeMetrics } from './metrics.ts'
export { type PeopleServer, type ServerDependencies, type ServerOptions, startServer } from './server.ts'

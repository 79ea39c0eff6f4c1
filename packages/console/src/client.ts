/** The node's API, in the name of whoever is signed in in this browser. */
import { createClient } from '@secureflow/sdk'

/** Below `/demo` the same pages show the simulated node. */
export const simulated = location.pathname.startsWith('/demo/')
export const root = simulated ? '/demo' : ''
/** The header tells the node that its own page asks: another site cannot send it. */
export const client = createClient({ url: location.origin + root, headers: { 'x-secureflow-console': '1' } })

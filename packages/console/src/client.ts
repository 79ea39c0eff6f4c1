/** The node's API, in the name of whoever is signed in in this browser. */
import { createClient } from '@secureflow/sdk'

/** The header tells the node that its own page asks: another site cannot send it. */
export const client = createClient({ url: location.origin, headers: { 'x-secureflow-console': '1' } })

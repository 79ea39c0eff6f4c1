/** An intersection by @openmined/psi.js (P-256 in WASM), client and server in this process: `psi-js.ts <rows>`. */
import { createRequire } from 'node:module'

interface Message {
  serializeBinary(): Uint8Array
}
interface Psi {
  server: {
    createWithNewKey(reveal: boolean): {
      createSetupMessage(rate: number, clientRows: number, ids: readonly string[], structure: unknown): Message
      processRequest(request: Message): Message
    }
  }
  client: {
    createWithNewKey(reveal: boolean): {
      createRequest(ids: readonly string[]): Message
      getIntersection(setup: Message, response: Message): number[]
    }
  }
  dataStructure: { Raw: unknown }
}

const load = createRequire(import.meta.url)('@openmined/psi.js') as () => Promise<Psi>
const rows = Number(process.argv[2])
const ids = (from: number): string[] => Array.from({ length: rows }, (_, i) => `customer-${from + i}`)
const psi = await load()
const [left, right] = [ids(0), ids(rows / 4)]

const cpu = process.cpuUsage()
const start = performance.now()
const server = psi.server.createWithNewKey(true)
const client = psi.client.createWithNewKey(true)
// Exact: every masked row of the server is sent, as ours are.
const setup = server.createSetupMessage(0.001, rows, right, psi.dataStructure.Raw)
const response = server.processRequest(client.createRequest(left))
const matches = client.getIntersection(setup, response).length
const seconds = (performance.now() - start) / 1000
const { user, system } = process.cpuUsage(cpu)
process.send!({ seconds, cpuSeconds: (user + system) / 1e6, matches })

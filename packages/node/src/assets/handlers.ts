/** Datasets and assets, as the routes have them. */
import { apiErrors, type Routes } from '@secureflow/api'
import type { MemberId } from '@secureflow/base'
import type { Handlers } from '../server/index.ts'
import type { AssetService } from './create.ts'

function found<T>(name: string, value: T | undefined): T {
  if (value === undefined) throw apiErrors.API_NOT_FOUND({ name })
  return value
}

/** @param isMember whether the ledger names this member @throws NETWORK_NONE */
export function assetHandlers(
  { datasets, market, lineage }: AssetService,
  isMember: (member: string) => Promise<boolean>,
): Pick<Handlers<Routes>, 'assets'> & { data: Omit<Handlers<Routes>['data'], 'profile' | 'computeProfile' | 'rows'> } {
  return {
    data: {
      add: (request) => datasets.add(request),
      version: async (request) => found(request.name, await datasets.version(request)),
      setTerms: async ({ name, terms }) => found(name, await datasets.setTerms(name, terms)),
      setRoles: async ({ name, roles }) => found(name, await datasets.setRoles(name, roles)),
      list: () => datasets.list(),
      offered: async ({ member }) => {
        if (!(await isMember(member))) throw apiErrors.API_NOT_FOUND({ name: member })
        return datasets.offered(member as MemberId)
      },
      show: async ({ name }) => found(name, await datasets.show(name)),
    },
    assets: {
      list: (query) => market.list(query),
      show: ({ asset }) => market.show(asset),
      waiting: () => market.waiting(),
      publish: (request) => market.publish(request),
      change: (request) => market.change(request),
      retire: async ({ asset }) => {
        await market.retire(asset)
        return {}
      },
      offer: async ({ asset, to }) => {
        await market.offer(asset, to)
        return {}
      },
      accept: (request) => market.accept(request),
      grantChild: ({ asset, child }) => market.grantChild(asset, child),
      revokeChild: ({ asset, child }) => market.revokeChild(asset, child),
      lineage: ({ asset, direction }) => lineage.graph(asset, direction),
      prov: ({ asset }) => lineage.prov(asset),
    },
  }
}

/** What `secureflow asset`, and of `secureflow data` what concerns versions, says in English. */
export const asset = {
  commands: {
    asset: { about: 'The directory of all members: find, publish, compose, hand over, trace' },
    assetList: {
      about: 'The assets of all members, as far as they show them',
      examples: `secureflow asset list
secureflow asset list credit --kind dataset --owner bank-b
secureflow asset list --tag risk --all --json`,
      tag: 'only those with this tag',
      kind: 'dataset, flow, model or compute',
      owner: 'only those of this member',
      all: 'former versions, retired and hidden ones too',
      limit: 'how many at most',
    },
    assetShow: {
      about: 'One asset: description, versions, parts, terms, demand',
      examples: `secureflow asset show bank-b/payments
secureflow asset show 3fa9c1 --json`,
    },
    assetWaiting: {
      about: 'What waits for this member: composites that want its assets, assets that are offered to it',
    },
    assetPublish: {
      about: 'Publish a flow as an algorithm, with the hash of each step and what data it touches',
      examples: `secureflow asset publish flows/joint-credit.yaml --name joint-credit --tags credit,risk
secureflow asset publish flow.yaml --name scoring --hide-text --grantees bank-b`,
      hideText: 'only grantees may read the flow itself',
    },
    assetModel: {
      about: 'Publish a model that a run left at this node; the weights stay where they are',
      examples: 'secureflow asset model 5c1d --step model --name credit-model',
      step: 'which model, where the run made several',
    },
    assetCompute: {
      about: 'Publish computing power',
      examples: 'secureflow asset compute --name cluster --cores 64 --memory 256e9',
      cores: 'number of cores',
      memory: 'bytes of memory',
      components: 'components that run there, separated by commas (default: all)',
    },
    assetCompose: {
      about: "Publish what is made of other assets; it is active once every part's owner has granted",
      examples: 'secureflow asset compose --name bundle --kind dataset --of bank-b/payments,loans',
      kind: 'dataset, flow, model or compute',
      of: 'its parts, separated by commas',
    },
    assetGrant: {
      about: 'Let a composite use an own asset',
      examples: 'secureflow asset grant bank-c/bundle payments',
    },
    assetRevoke: {
      about: 'Take an own asset out of a composite, which can no longer be used from then on',
      examples: 'secureflow asset revoke bank-c/bundle payments',
    },
    assetSettings: {
      about: 'Who may see an own asset, who may read its private fields, whether its terms are told',
      examples: `secureflow asset settings loans --visible network --tell-terms yes
secureflow asset settings loans --visible bank-b,bank-c --grantees bank-b`,
    },
    assetRetire: { about: 'End an own asset for good' },
    assetOffer: {
      about: 'Offer an own asset to another member; without one: to nobody any more',
      examples: 'secureflow asset offer loans bank-b',
    },
    assetAccept: {
      about: 'Take over an asset that is offered to this member',
      examples: 'secureflow asset accept bank-a/loans --path data/loans.csv',
      path: 'of a dataset: where this member has the same file',
      terms: 'YAML or JSON file with the conditions of use (default: every use is denied)',
    },
    assetLineage: {
      about: 'What an asset or a run came from, and every run, model and report made with it',
      examples: `secureflow asset lineage loans
secureflow asset lineage bank-b/payments --direction into
secureflow asset lineage loans --prov > loans.prov.json`,
      direction: 'from (whence it came), into (what was made with it), or both',
      prov: 'print W3C PROV-JSON',
    },
    dataVersion: {
      about: 'Register other content of a dataset as its next version; what is not given stays',
      examples: `secureflow data version loans
secureflow data version loans --path loans-2026q4.csv --retire-previous`,
      path: 'the new file (default: the same file, as it is now)',
      retirePrevious: 'also end the version that it replaces',
    },
    dataTerms: {
      about: 'Other terms for a dataset, from now on',
      examples: 'secureflow data terms loans --terms terms.yaml',
    },
  },
  options: {
    title: 'one line that says what it is',
    description: 'what its users should know',
    tags: 'words to find it by, separated by commas',
    licence: 'licence, such as CC-BY-4.0',
    parameters: 'JSON file with further facts',
    private: 'JSON file with fields that only grantees may read',
    visible: 'who sees it: network, self, terms (whom its terms name), or members separated by commas',
    grantees: 'members that may read the private fields, separated by commas',
    tellTerms: 'whether whoever sees it is told its terms: yes or no',
    name: 'short name of the asset',
    previous: 'own asset that this is a new version of',
    endpoint: 'where it is served, if not by the own node',
    children: 'further assets that it is made of, separated by commas',
  },
  say: {
    none: 'No asset matches.',
    found: (shown: number, total: number) => `${shown} of ${total}`,
    published: (name: string, token: string) => `Published ${name}: ${token}`,
    waits: (missing: number) => `It waits for ${missing} grants of other owners.`,
    nothingWaits: 'Nothing waits for this member.',
    wants: (composite: string, owner: string, child: string) => `${owner} wants ${child} for ${composite}`,
    offered: (name: string, owner: string) => `${owner} offers ${name}`,
    retired: (name: string) => `${name} has ended.`,
    offeredTo: (name: string, to: string) => `${name} is offered to ${to}.`,
    withdrawn: (name: string) => `${name} is offered to nobody any more.`,
    accepted: (name: string) => `${name} belongs to this member now.`,
    denied: 'Its terms deny every use. Give terms with secureflow data terms.',
    version: (name: string, version: string) => `Registered ${name} as version ${version}.`,
    termsChanged: (name: string) => `${name} has other terms from now on.`,
    demand: (asked: number, granted: number, refused: number, used: number) =>
      `asked ${asked}, granted ${granted}, refused ${refused}, used ${used}`,
    facts: {
      token: 'token',
      kind: 'kind',
      owner: 'owner',
      title: 'title',
      tags: 'tags',
      licence: 'licence',
      version: 'version',
      state: 'state',
      known: 'known',
      rows: 'rows',
      columns: 'columns',
      price: 'price',
      demand: 'demand',
      visible: 'visible to',
      grantees: 'private for',
      private: 'private',
      parts: 'parts',
      containedIn: 'part of',
      name: 'name',
      what: 'what',
      from: 'from',
      to: 'to',
    },
    kinds: { dataset: 'dataset', flow: 'flow', model: 'model', compute: 'compute' },
    nodes: {
      ...{ dataset: 'dataset', flow: 'flow', model: 'model', compute: 'compute' },
      ...{ run: 'run', report: 'report', scores: 'scores', table: 'table' },
    },
    edges: {
      used: 'went into',
      made: 'gave',
      contained: 'is part of',
      replaced: 'was replaced by',
      planned: 'was carried out as',
    },
    states: { local: 'not on the ledger', pending: 'waits for grants', active: 'active', retired: 'ended' },
    unusable: 'cannot be used now',
    granted: 'granted',
    notGranted: 'not granted',
    availability: {
      own: 'own',
      live: 'from its owner, who is linked',
      cached: 'as last seen, its owner is away',
      hidden: 'not shown to this member',
      refused: 'what its owner shows is not what the ledger holds',
    },
  },
}

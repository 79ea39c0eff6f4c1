/** What `secureflow member` says in English. */
export const member = {
  commands: {
    member: { about: 'Look at the members, propose, vote, and renew what is your own' },
    memberList: {
      about: 'Every member with its state and roles, the suspended and removed ones too',
      examples: 'secureflow member list --json',
    },
    memberShow: { about: 'One member: account, keys, certificate, link', examples: 'secureflow member show bank-b' },
    memberCandidates: { about: 'Who has applied and is not yet admitted' },
    memberProposals: {
      about: 'What the members decide or decided: who voted, what is needed, until when',
      examples: `secureflow member proposals
secureflow member proposals --open --json`,
      open: 'only those that are open',
    },
    memberPropose: {
      about: 'Put a question to the members; this member has thereby agreed',
      examples: `secureflow member propose admit bank-c
secureflow member propose suspend bank-b --days 3
secureflow member propose readmit bank-b
secureflow member propose remove bank-b
secureflow member propose set-roles bank-b member,auditor
secureflow member propose set-quorum 3`,
      days: 'how long it can be voted on',
      roles: 'of an admission: roles, separated by commas',
    },
    memberRenew: {
      about: 'Renew the own certificate with the same key; in force once the ledger names it',
      examples: 'secureflow member renew --days 365',
      days: 'how long it is valid (default: three years)',
    },
    memberRotate: {
      about: 'Exchange the own key: every member refuses the old one from then on',
      examples: 'secureflow member rotate',
      days: 'how long its certificate is valid (default: three years)',
    },
    memberSetAddress: {
      about: 'State on the ledger where partners reach this node; "-" for wherever it listens',
      examples: 'secureflow member set-address bank-a.example:7441',
    },
    memberChangeAccount: {
      about: 'Move to a new ledger account, drawn here; then start the node again',
      examples: 'secureflow member change-account',
    },
    memberVote: { about: 'Agree to a proposal', examples: 'secureflow member vote 4' },
  },
  say: {
    quorum: (needed: number, quorum: number) => `Votes that carry a proposal: ${needed} (quorum ${quorum})`,
    noProposals: 'No proposals.',
    noCandidates: 'No candidates.',
    carried: (id: number) => `Proposal ${id} is carried.`,
    open: (id: number, votes: number, needed: number, until: string) =>
      `Proposal ${id} has ${votes} of ${needed} votes and is open until ${until}.`,
    admits: (name: string, fingerprint: string) =>
      `${name} applied with the key ${fingerprint}. Compare it with its owner.`,
    columns: {
      id: 'no.',
      what: 'proposal',
      state: 'state',
      votes: 'votes',
      voted: 'agreed',
      until: 'until',
      own: 'your vote',
      roles: 'roles',
      certificate: 'certificate',
      expires: 'certificate until',
      problem: 'no link because',
    },
    states: { active: 'active', suspended: 'suspended', removed: 'removed' },
    proposalStates: { open: 'open', carried: 'carried', expired: 'expired' },
    actions: {
      admit: 'admit',
      suspend: 'suspend',
      readmit: 'readmit',
      remove: 'remove',
      'set-roles': 'set the roles of',
      'set-quorum': 'set the quorum to',
    },
    awaited: 'awaited',
    renewed: (until: string) => `The ledger names the new certificate; it is valid until ${until}.`,
    rotated: (fingerprint: string, until: string) =>
      `The ledger names the new key ${fingerprint}; its certificate is valid until ${until}. The old key is refused.`,
    addressed: (address: string) => `Partners reach this node at ${address}.`,
    accountChanged: (account: string) =>
      `The account of this member is ${account}. Start the node again to act under it.`,
    waits: (founder: string) =>
      `The members vote on this application. It was brought to them through ${founder}; the node goes on by itself, so you may interrupt this command and take it up again with the same invitation.`,
    votesOf: (proposal: string, votes: number, needed: number, voted: string, until: string) =>
      `Proposal ${proposal}: ${votes} of ${needed} votes (${voted || 'nobody yet'}), open until ${until}.`,
    notActive: (state: string, by: string) =>
      `This member is ${state}, as ${by} says. Nobody links to it and it takes part in nothing until the members vote to readmit it.`,
    expiresSoon: (until: string) => `The certificate expires on ${until}: secureflow member renew`,
  },
}

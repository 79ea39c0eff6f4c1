/** What `secureflow space` says in English. */
export const space = {
  commands: {
    space: { about: 'Spaces: members, what each gives, flows and terms, signed by all' },
    spaceList: { about: 'The spaces of this member, newest first', examples: 'secureflow space list --json' },
    spaceShow: {
      about: 'One space: what each side gives, what leaves this house, who has signed',
      examples: 'secureflow space show 3f9c',
    },
    spaceCreate: {
      about: 'Sign a charter from a file and invite its members; with --change, one that replaces a charter',
      examples: `secureflow space create space.yaml
secureflow space create space.yaml --change 3f9c      all have to sign again

space.yaml:
title: Credit risk with bank B
goal: credit-risk
purpose: credit-risk
members: [bank-a, bank-b, centre]
gives:
  bank-a: [loans]
  bank-b: { payments: [customer_id, late_payments] }
flows: [joint-credit.yaml]
terms: { until: 2027-06-30, runs: 20 }`,
      change: 'the space whose charter this one replaces',
    },
    spaceAccept: {
      about: 'Sign the charter that waits',
      examples: 'secureflow space accept 3f9c',
      charter: 'beginning of the hash of the charter that was read: no other one is signed',
    },
    spaceRefuse: {
      about: 'Decline the charter that waits',
      examples: 'secureflow space refuse 3f9c --reason "only for credit risk"',
      reason: 'told to all members',
    },
    spaceChange: {
      about: 'Ask whoever proposed the charter to change it',
      examples: 'secureflow space change 3f9c --text "Five runs are enough."',
      text: 'told to all members',
    },
    spaceWithdraw: { about: 'Take an own charter back that not all have signed' },
    spaceLeave: { about: 'Leave a space: nothing runs in it with this member any more' },
    spaceClose: { about: 'End a space for all; its founder alone' },
  },
  say: {
    none: 'No spaces.',
    awaits: 'a change waits for a signature',
    proposed: (id: string) => `Signed and sent. "secureflow space show ${id}" tells who has signed.`,
    accepted: 'Signed.',
    refused: 'Refused.',
    asked: 'Sent.',
    withdrawn: 'Taken back.',
    left: 'Left.',
    closed: 'Closed.',
    leaves: 'What leaves this house:',
    learns: 'What this house learns:',
    nothing: 'nothing',
    at: {
      title: 'title',
      goal: 'goal',
      purpose: 'purpose',
      charter: 'charter',
      members: 'members',
      period: 'period',
      runs: 'runs',
      until: 'until',
      flows: 'flows',
      word: 'signed',
      delivered: 'has it',
      gives: 'gives',
      sees: 'may learn',
    },
    goals: {
      'credit-risk': 'credit risk',
      'joint-marketing': 'joint marketing',
      'sales-forecast': 'sales forecast',
      'audience-overlap': 'audience overlap',
      statistics: 'statistics',
      custom: 'custom',
    },
    statuses: {
      invited: 'waits for this member',
      waiting: 'waits for others',
      active: 'in force',
      refused: 'refused',
      withdrawn: 'taken back',
      left: 'left',
      closed: 'closed',
      ended: 'over',
    },
    states: { open: 'waits', force: 'in force', refused: 'refused', withdrawn: 'taken back', replaced: 'replaced' },
    words: { waiting: 'not yet', accept: 'signed', refuse: 'refused', change: 'asks for a change' },
    said: {
      accept: 'signed',
      refuse: 'refused',
      change: 'asked for a change',
      withdraw: 'took it back',
      leave: 'left',
      close: 'closed the space',
    },
    flowRules: { 'as-drawn': 'as drawn', alike: 'others of the same steps too' },
  },
}

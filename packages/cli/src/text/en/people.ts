/** What `secureflow people` and `secureflow token` say in English. */
export const people = {
  commands: {
    people: { about: 'Who may use this node; help for whoever is locked out' },
    peopleList: { about: 'Everybody who has an account', examples: 'secureflow people list --json' },
    peopleUnlock: { about: 'Lift a lock after wrong passwords', examples: 'secureflow people unlock "Ada Admin"' },
    peopleReset: {
      about: 'A new password that is printed once; a second factor is taken away, sessions end',
      examples: 'secureflow people reset "Ada Admin"',
    },
    token: { about: 'Tokens with which programs act for a person' },
    tokenCreate: {
      about: "Make a token in a person's name; it is printed once",
      examples: `secureflow token create --for "Ada Admin" --name ci --scope run --role analyst --days 30
curl --cacert certificate.pem -H "Authorization: Bearer $TOKEN" https://localhost:7440/runs
SECUREFLOW_URL=https://bank-a.example:7440 SECUREFLOW_FINGERPRINT=... SECUREFLOW_TOKEN=... secureflow run list`,
      for: 'name of the person',
      name: 'what it is for',
      scope: 'read, run or all',
      role: "role of the token: at most the person's (default: the person's)",
      days: 'days until it ends (1 to 366)',
    },
    tokenList: { about: 'Tokens of everybody; never their secrets', examples: 'secureflow token list --json' },
    tokenRevoke: { about: 'End a token at once', examples: 'secureflow token revoke 3f0a9c…' },
  },
  say: {
    none: 'Nobody has an account.',
    noTokens: 'No token.',
    unlocked: 'The lock is lifted.',
    resetTo: 'Signs in with this password, to be changed at the first sign-in:',
    once: 'The token, shown this once:',
    revoked: 'The token is revoked.',
    never: 'never',
    columns: {
      role: 'role',
      last: 'last seen',
      status: 'status',
      owner: 'whose',
      scope: 'may',
      expires: 'ends',
      used: 'last used',
    },
    states: {
      disabled: 'disabled',
      locked: 'locked',
      second: 'second factor',
      provider: 'provider',
    },
  },
}

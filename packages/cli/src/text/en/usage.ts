/** What `secureflow usage`, `data uses` and `audit uses` say in English. */
export const usage = {
  commands: {
    usage: {
      about: 'What runs took: time, bytes, memory, rows, uses; and who measured it',
      examples: `secureflow usage
secureflow usage --by asset --since 2026-01-01
secureflow usage --by partner --json`,
      by: 'run, asset or partner (default: run)',
      since: 'runs that began on this day or later: 2026-01-31, or a time',
    },
    dataUses: {
      about: 'What was done with a dataset: by whom, for which purpose, what was released, with proofs; no row of it',
      examples: `secureflow data uses payments
secureflow data uses payments --export payments.json      to be checked with "audit uses"
secureflow --locale zh data uses payments --export payments.html`,
      export: 'write it to this file: .json with the proofs, .md or .html to be read',
    },
    auditUses: {
      about: 'Check a document from "data uses": signatures, and the roots to compare with the ledger',
      examples: 'secureflow audit uses payments.json',
    },
  },
  say: {
    none: 'No runs.',
    unreadable: (n: number) => `${n} run(s) were written by another version and are missing here.`,
    here: 'here',
    receipts: 'by its receipts',
    measured: `Time and memory are measured by each party itself: here for this node, in the signed receipts for partners. Bytes are
equal at both ends by digest. What partners compute alone, and attempts without a receipt, nobody else measures.`,
    unseen: (n: number) => `${n} task(s) without a receipt here`,
    failedAttempts: (n: number) => `${n} attempt(s) without a receipt`,
    written: (file: string) => `Written to ${file}.`,
    columns: {
      by: 'measured',
      tasks: 'tasks',
      cpu: 'processor s',
      memory: 'memory',
      dataset: 'dataset',
      asked: 'asked',
      refused: 'refused',
      uses: 'uses',
      failed: 'failed',
      releases: 'releases',
      epsilon: 'epsilon',
      askers: 'by',
      last: 'last used',
      runs: 'runs',
      partner: 'partner',
      note: 'not known',
    },
    audit: {
      ok: (releases: number) => `${releases} release(s), each signed before it left. Nothing differs.`,
      unanchored: (n: number) => `${n} of them are signed and not yet under a root on the ledger.`,
      root: (root: string, size: number, run: string) =>
        `The ledger must hold for run ${run}: root ${root} over ${size} entries.`,
      form: 'Not a document of "data uses --export FILE.json".',
    },
    page: {
      title: (name: string) => `What was done with the dataset "${name}"`,
      intro: (owner: string, date: string) =>
        `Told by ${owner}, who holds the data, on ${date}, from its signed log. The data itself stays with its owner; what others were told of it is listed below. This page contains no row of the data.`,
      none: 'Nothing was done with it together with others.',
      unreadable: (n: number) => `${n} use(s) were recorded by another version of the program and are not listed.`,
      run: (n: number, flow: string) => `Use ${n}: ${flow}`,
      facts: {
        purpose: 'Purpose',
        initiator: 'Asked for by',
        parties: 'Took part',
        when: 'When',
        status: 'How it ended',
        rows: 'Rows of the dataset',
        terms: "Owner's terms (hash)",
        grant: "Owner's leave on the ledger (grant)",
        run: 'Number of the agreement on the ledger',
      },
      none_: '(none stated)',
      status: { proposed: 'agreed, not begun', running: 'running', succeeded: 'finished', failed: 'ended early' },
      until: (from: string, to: string) => `${from} to ${to}`,
      steps: 'What it went through',
      step: (step: string, component: string, parties: string) => `${step} (${component}) at ${parties}`,
      columns: (said: string, names: string) => `${said}; columns: ${names}`,
      agreed: 'What others were allowed to learn',
      learns: (to: string, what: string) => `${to}: ${what}`,
      nothing: 'Nothing.',
      released: 'What left, each signed by the owner before',
      release: (at: string, to: string, what: string, count: number, entry: number) =>
        `${at}: ${what} to ${to}, ${count} element(s), entry ${entry} of the log`,
      receipts: (n: number) => `${n} signed receipts are kept for it.`,
      proofs: 'How this can be proven',
      proof: (account: string, network: string) =>
        `Every entry is signed by the ledger account ${account} of the owner in the network ${network}. The file with the proofs (JSON) holds the signed entries and their way to a root that stands on the ledger; "secureflow audit uses FILE" checks it, and every member of the network can compare the roots.`,
      roots: (run: string, root: string, size: number) => `Run ${run}: root ${root} over ${size} entries`,
    },
  },
}

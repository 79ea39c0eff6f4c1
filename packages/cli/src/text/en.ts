/** Everything the command says in English, errors aside: they carry their own sentences. */
import { asset } from './en/asset.ts'
import { backup } from './en/backup.ts'
import { member } from './en/member.ts'
import { people } from './en/people.ts'
import { request } from './en/request.ts'
import { space } from './en/space.ts'
import { usage } from './en/usage.ts'

export const en = {
  tagline: 'Organisations compute together on data that must not leave them.',
  examples: `secureflow demo                                 three nodes on this machine train one model
secureflow init --name bank-a                   make a member
secureflow node start                           run its node
secureflow network join sf1-...                 join a network
secureflow data add loans.csv --name loans --id id --label default
secureflow flow check flow.yaml                 what would be disclosed, before anything is sent
secureflow flow run flow.yaml`,
  help: {
    examples: 'Examples:',
    option: 'show this help',
    codes: `Exit codes: 0 done, 2 input, 3 not allowed, 4 a partner deviated, 5 connection, 6 time ran out,
            7 cancelled, 70 a fault of this program`,
    titles: {
      'Usage:': 'Usage:',
      'Options:': 'Options:',
      'Global Options:': 'Options everywhere:',
      'Arguments:': 'Arguments:',
      'Commands:': 'Commands:',
    },
  },
  options: {
    home: 'home folder of the member (default: SECUREFLOW_HOME, then ~/.secureflow)',
    locale: 'language of the output, en or zh (default: from LC_ALL or LANG)',
    json: 'print JSON',
    version: 'show the version',
  },
  people: people.say,
  backup: backup.say,
  error: { party: 'who', fix: 'do', class: 'class', exit: 'exit code' },
  commands: {
    ...asset.commands,
    ...member.commands,
    ...usage.commands,
    ...space.commands,
    ...request.commands,
    ...people.commands,
    ...backup.commands,
    init: {
      about: 'Make a member: keys, certificate and configuration in its home folder',
      examples: `secureflow init --name bank-a
SECUREFLOW_PASSPHRASE=... secureflow init --name bank-b --peers 0.0.0.0:7441 --advertise bank-b.example:7441`,
      name: 'short name of the member: lower-case letters, digits, dashes',
      people: 'where people reach the node, host:port (port 0: the system chooses)',
      peers: 'where partners reach the node, host:port, or "none" to only dial out',
      advertise: 'host:port that partners use, where it differs from --peers',
    },
    node: { about: 'Run the node of a member, look at it, end it' },
    nodeStart: {
      about: 'Run the node in the foreground until it is told to end',
      examples: `secureflow node start
secureflow --home ~/bank-a node start --json      one line of JSON once it is ready`,
    },
    nodeStatus: {
      about: 'Who the node is and whom it is linked to',
      examples: 'secureflow node status --json',
    },
    nodeStop: { about: 'End the running node in good order' },
    nodeRenew: { about: 'Renew the certificate with the same key, whether the node runs or not' },
    network: { about: 'Found a network, invite members, join one' },
    networkCreate: {
      about: 'Found a network: this node hosts its ledger',
      examples: `secureflow network create
secureflow network create --quorum 2               two members must agree to whoever joins or leaves`,
      quorum: 'votes that carry a proposal; with 1 the founder decides alone',
    },
    networkInvite: {
      about: 'Issue an invitation: for one member, once, for a while',
      examples: 'secureflow network invite --hours 4',
      hours: 'how long it is valid',
    },
    networkJoin: {
      about: 'Join the network that an invitation comes from',
      examples: 'secureflow network join sf1-...',
      noWait: 'where the members vote: do not wait for them; the node goes on by itself',
    },
    networkMembers: {
      about: 'The members of the network and their links',
      examples: 'secureflow network members --json',
    },
    data: { about: 'Register datasets and look at them; the data stays where it is' },
    dataAdd: {
      about: 'Register a CSV or Parquet file; without terms every use is denied',
      examples: `secureflow data add loans.csv --name loans --id id --label default --terms terms.yaml
secureflow data add payments.parquet --name payments --id id --allow bank-a,centre

terms.yaml, what it does not name is denied:
members: [bank-a, centre]
purposes: [credit]
components: any
disclosures: { row-count: [bank-a], matched-rows: [bank-a] }
minimumRows: 1000
expires: 2027-12-31`,
      name: 'short name of the dataset',
      id: 'column that identifies a row',
      label: 'column that a model would predict',
      terms: 'YAML or JSON file with the conditions of use',
      allow: 'members that may use it for anything, separated by commas, for one year',
    },
    dataList: {
      about: 'The datasets of this member, or what another member offers to it',
      examples: `secureflow data list
secureflow data list --of bank-b`,
      of: 'another member',
    },
    dataShow: { about: 'One dataset with its terms' },
    flow: { about: 'Check and run flows' },
    flowCheck: {
      about: 'What a flow would disclose and cost, and whether every owner allows it',
      examples: 'secureflow flow check flows/joint-credit.yaml',
    },
    flowRun: {
      about: 'Propose a flow, run it once everybody has signed, and follow it',
      examples: `secureflow flow run flows/joint-credit.yaml
secureflow flow run flows/joint-credit.yaml --detach`,
      detach: 'return as soon as the run has its id',
      wait: 'where people have to agree first, wait for them and follow the run',
    },
    run: { about: 'Look at runs, follow them, end them' },
    runList: { about: 'The runs that this node takes or took part in' },
    runWatch: {
      about: 'Follow a run until it ends',
      examples: `secureflow run watch 0x3f...
secureflow run watch 0x3f... --json               one event a line`,
    },
    runShow: { about: 'One run: tasks, results, what was disclosed' },
    runCancel: { about: 'End a run for everybody' },
    audit: { about: 'Prove what happened' },
    auditVerify: {
      about: "Check this node's records against the ledger: signatures, digests, order, completeness",
      examples: 'secureflow audit verify --json',
    },
    console: {
      about: 'Where people use this node in a browser; a link for the first account while there is none',
      examples: 'secureflow console',
    },
    explain: {
      about: 'What an error code means and what to do',
      examples: 'secureflow explain HOME_LOCKED',
    },
  },
  asset,
  init: {
    made: (name: string) => `Made member ${name}.`,
    passphrase: (file: string) =>
      `The keys are encrypted with a passphrase drawn into ${file}.
Whoever reads that file can use the keys. For production set SECUREFLOW_PASSPHRASE at init and at every start instead.`,
  },
  node: {
    up: (name: string) => `${name} is up.`,
    ending: 'Ending …',
    stopped: 'The node ends.',
    renewed: (until: string) => `The certificate is valid until ${until}. Start the node again to use it.`,
    noNetwork: 'none yet: network create, or network join',
  },
  network: {
    created: (id: string) => `Founded network ${id}.`,
    joined: (id: string) => `Joined network ${id}.`,
    invitation: (until: string) => `For one member, once, until ${until}:`,
  },
  data: {
    added: (name: string, rows: string, columns: number) => `Registered ${name}: ${rows} rows, ${columns} columns.`,
    denied: 'Its terms deny every use. Give terms with --terms or --allow.',
    noneOffered: 'That member offers no dataset to this one.',
    none: 'No dataset yet: secureflow data add FILE --name NAME --id COLUMN',
  },
  flow: {
    problems: 'The flow cannot run as it is:',
    step: 'step',
    line: (n: number) => `line ${n}`,
    rule: 'rule',
    denies: (owner: string) => `${owner} does not allow this flow`,
    wouldPass: 'would pass',
    allows: (owner: string, asset: string) => `${owner} allows it (${asset})`,
    asksPeople: (owner: string, asset: string) => `${owner} would ask people first (${asset})`,
    nothingSent: 'Nothing was sent except the proposal.',
    scratch: (size: string) => `and at most ${size} of scratch disk, while it runs`,
    costs: (time: string, rounds: string, memory: string) =>
      `Costs about ${time}, ${rounds} rounds, at most ${memory} of memory on one side`,
    started: (run: string) => `Run ${run}`,
  },
  run: {
    none: 'No run yet: secureflow flow run FILE',
    proposed: (flow: string, parties: string) => `${flow}: proposed to ${parties}`,
    signed: (party: string) => `${party} signed`,
    agreed: 'everybody signed',
    registered: (height: number) => `registered on the ledger at height ${height}`,
    anchored: 'receipts are on the ledger',
    succeeded: (time: string) => `The run succeeded in ${time}.`,
    failed: (code: string, party: string, step: string) => `The run failed: ${code}, ${party}, step ${step}.`,
    attempt: (n: number) => `attempt ${n}`,
    cancelled: 'The run ends for everybody.',
    done: 'done',
    attemptFailed: 'attempt failed',
    status: { proposed: 'proposed', running: 'running', succeeded: 'succeeded', failed: 'failed' },
    task: { waiting: 'waiting', running: 'running', finished: 'finished', failed: 'failed' },
  },
  console: {
    open: (f: string) =>
      `Open this address in a browser. The certificate is the node's own; the SHA-256 of its public key is
${f}`,
    first: (u: string) => `Make the first account with this link, once, until ${u}:`,
  },
  audit: {
    ok: (entries: string, receipts: string, runs: string) =>
      `Everything holds (entries: ${entries}, receipts: ${receipts}, runs: ${runs}).`,
    bad: (n: number) => `${n} findings:`,
  },
  member: member.say,
  usage: usage.say,
  space: space.say,
  request: request.say,
  columns: {
    member: 'member',
    account: 'account',
    key: 'key',
    address: 'address',
    link: 'link',
    name: 'name',
    rows: 'rows',
    columns: 'columns',
    id: 'id',
    label: 'label',
    ledger: 'ledger',
    run: 'run',
    flow: 'flow',
    status: 'status',
    started: 'started',
    parties: 'parties',
    people: 'people',
    peers: 'peers',
    network: 'network',
    height: 'height',
    certificate: 'certificate until',
    file: 'file',
    digest: 'digest',
    terms: 'terms',
    step: 'step',
    component: 'component',
    seconds: 'seconds',
    output: 'output',
    yes: 'yes',
    no: 'no',
    self: 'this node',
    up: 'up',
    down: 'down',
    founder: 'founder',
  },
}

/** What steps do, what they disclose, what is known against them; words. */
import type { DisclosureKind, SecurityModel } from '@secureflow/flow'

const attacks: Record<DisclosureKind, string> = {
  'row-count':
    'A number alone says little. With the matches, the receiver knows how many customers the other has that it lacks.',
  'matched-rows':
    'Whoever puts chosen identifiers into its table looks them up at the other. Repeated intersections narrow down who is in the other’s table (AnonPSI, NDSS 2024). Terms limit this by the number of uses and by a minimum of rows.',
  'matched-values':
    'The named columns of every matched row leave in clear, and stay with the receiver for good: whatever it puts into its table to be matched, it reads the values of. Terms allow this column by column.',
  'value-range':
    'It tells within a factor of two how extreme the most extreme value is, not whose it is. Asked again on slightly other rows it may point to one of them: the owner’s node refuses releases that isolate too few rows.',
  'model-weights':
    'Weights tell how strongly each own column goes with the label of the other. With many scores they give equations for the other’s weights. Models also keep traces of the rows they were trained on: membership inference (Shokri and others, S&P 2017).',
  score:
    'A score less the own part is the sum of the other’s part. Whoever knows rows of the other can solve for its weights, and with the weights, for values (feature inference on vertical models: Luo and others, ICDE 2021).',
  'training-epochs': 'One small number for a whole training; no attack on rows is known from it alone.',
  metric:
    'Exact figures on few rows can tell single labels (labels from AUC: Matthews and Harel, 2013). Reports count ten rows or more.',
  shape: 'Sizes only. They tell how large a business is, and nothing of any row.',
}
const models: Record<SecurityModel, string> = {
  local: 'Nothing leaves the member: there is nobody to protect it against but its own people.',
  'semi-honest':
    'A partner that runs changed software may learn more than is stated, and is not always noticed. Receipts and audits say afterwards what was sent.',
  'semi-honest-with-dealer':
    'As semi-honest; and a dealer that colludes with a member opens everything to it. Choose a dealer that nobody can buy.',
  malicious: 'A partner that deviates is noticed or learns no more. It may still lie about its own data, or stop.',
}

export const help = {
  title: 'Help',
  about: 'What each step does, who takes part in it, and what it needs.',
  search: 'Search steps and words',
  none: 'Nothing is called like that.',
  steps: 'Steps',
  parts: 'Who takes part',
  inputs: 'Inputs',
  outputs: 'Outputs',
  settings: 'Settings',
  discloses: 'What it discloses',
  disclosesNothing: 'Nothing: what it makes stays with whoever made it.',
  learns: (part: string, what: string) => `${part} learns ${what}`,
  example: 'As in the ready flow for credit risk; the statement of your flow says it with your numbers.',
  attacks: 'What is known against it',
  back: 'All steps',
  glossary: 'Glossary',
  attackOf: attacks,
  modelOf: models,
  words: {
    node: 'The program that an organisation runs: keeps its data, decides, computes.',
    network: 'The members that trust one ledger.',
    member: 'An organisation, known by its certificate and its ledger account.',
    ledger: 'What all members hold in common: who belongs, grants, agreements, receipts’ roots. No data stands on it.',
    asset: 'A dataset, flow, model or computing power that a member published.',
    flow: 'Steps and what goes from one to the next: plain text that everybody reads alike.',
    step: 'One thing that a flow does, by a component, with settings.',
    purpose: 'What a flow is for. Terms can allow a dataset for some purposes only.',
    statement: 'The page with everything that a flow would disclose, to whom. All parties sign it.',
    disclosure: 'One thing that one party learns beyond its own data.',
    consequence: 'What follows from several disclosures together.',
    terms: "An owner's conditions for the use of a dataset, checked by its own node.",
    grant:
      'The owner’s leave for one flow on one dataset, as often and as long as it says; on the ledger, and revocable.',
    agreement: 'What every party of a run signs; its hash is the number of the run.',
    run: 'One execution of a flow.',
    attempt: 'One try of a step. What breaks off is tried again with fresh randomness, three times at most.',
    gate: 'The place in the owner’s node that every opening passes; it counts against the statement and writes it down first.',
    receipt: 'What each party signs about each step: digests of what was sent, received and opened.',
    dealer: 'A member without data that hands out correlated randomness; it must collude with nobody.',
    share: 'One half of a number that says nothing without the other half.',
    alignment: 'Finding the rows that two tables have in common (PSI), without showing the others.',
    'semi-honest': 'Members follow the protocol and look at what they get; who deviates may learn more.',
    malicious: 'Holds against members that deviate.',
    AUC: 'The probability that a random 1 has a higher score than a random 0; 0.5 is chance.',
    KS: 'The largest distance between the score distributions of 1 and 0.',
    calibration: 'Whether of those with a score of 30 % about 30 % come true.',
    lift: 'How many times the average of 1 is found among the highest scores.',
    'weight of evidence':
      'How much a range of a column speaks for 1 or 0; their sum over a column is its information value.',
  },
}

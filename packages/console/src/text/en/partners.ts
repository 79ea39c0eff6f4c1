/** Partners: how each stands, and the check of the whole way. */
export const partners = {
  certificate: 'Certificate until',
  version: 'Release',
  roundTrip: 'Round trip',
  milliseconds: (n: string) => `${n} ms`,
  perSecond: (bytes: string) => `${bytes} a second`,
  unknown: 'not known yet',
  problem: 'Why there is no link',
  check: 'Check the whole way',
  checkAbout: 'Asks the partner’s node through the same link that runs use, to the end and back.',
  allWell: 'Everything holds: runs can go this way.',
  notWell: 'Something is in the way.',
  step: {
    active: 'may act in the network',
    certificate: 'has a certificate that is valid',
    answers: 'answers',
    'same-network': 'is on the same network',
    'same-release': 'runs the same release',
    speed: 'takes data',
  },
  expiring: 'expires soon',
}

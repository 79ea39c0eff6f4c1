export { checkCard } from './card.ts'
export { type CertificateFacts, readCertificate } from './certificate.ts'
export { type NodeConfig, runningFile } from './config.ts'
export {
  advertise,
  beginAccountChange,
  certificateDays,
  finishAccountChange,
  finishRenewal,
  forgetPrevious,
  nextCertificate,
  prepareRenewal,
  renewCertificate,
} from './credentials.ts'
export {
  type Identity,
  type Initialised,
  type InitOptions,
  initHome,
  loadIdentity,
} from './home.ts'

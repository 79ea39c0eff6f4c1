export { checkCard } from './card.ts'
export { type CertificateFacts, readCertificate } from './certificate.ts'
export { type NodeConfig, runningFile } from './config.ts'
export {
  type Identity,
  type Initialised,
  type InitOptions,
  initHome,
  loadIdentity,
  renewCertificate,
} from './home.ts'

export { type Meeting, meet } from './session/handshake.ts'
export * from './session/session.ts'

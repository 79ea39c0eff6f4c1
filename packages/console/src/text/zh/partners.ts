/** 合作方：各方状态与端到端检查。 */
import type { partners as en } from '../en/partners.ts'

export const partners: typeof en = {
  certificate: '证书有效期至',
  version: '版本',
  roundTrip: '往返时延',
  milliseconds: (n) => `${n} 毫秒`,
  perSecond: (bytes) => `每秒 ${bytes}`,
  unknown: '尚未知晓',
  problem: '未连接的原因',
  check: '端到端检查',
  checkAbout: '经由运行所用的同一链路询问合作方节点，往返到底。',
  allWell: '一切正常：可以进行运行。',
  notWell: '存在阻碍。',
  step: {
    active: '在网络中有效',
    certificate: '证书有效',
    answers: '有应答',
    'same-network': '属于同一网络',
    'same-release': '运行同一版本',
    speed: '可接收数据',
  },
  expiring: '即将到期',
}

import { errorCatalog } from '@secureflow/base'

export const channelErrors = errorCatalog({
  CHANNEL_UNEXPECTED_TAG: {
    class: 'peer',
    en: 'Expected message "{expected}", received another.',
    zh: '应收到消息“{expected}”，却收到另一种。',
    fix: {
      en: 'The partner runs another version or protocol; compare versions.',
      zh: '合作方运行了不同的版本或协议；请比对版本。',
    },
  },
  CHANNEL_TOO_LARGE: {
    class: 'peer',
    en: 'Message "{label}" has {received} bytes, at most {allowed} are allowed.',
    zh: '消息“{label}”有 {received} 字节，最多允许 {allowed} 字节。',
    fix: {
      en: 'The partner deviates from the agreed sizes; do not retry before asking them.',
      zh: '合作方偏离了约定的大小；重试前请先联系对方。',
    },
  },
  CHANNEL_WRONG_LENGTH: {
    class: 'peer',
    en: 'Message "{label}" expected {expected} items, received {received}.',
    zh: '消息“{label}”应有 {expected} 项，收到 {received} 项。',
    fix: { en: 'The partner deviates from the protocol; compare versions.', zh: '合作方偏离了协议；请比对版本。' },
  },
  CHANNEL_TIMEOUT: {
    class: 'timeout',
    en: 'No "{label}" came within {seconds} s.',
    zh: '{seconds} 秒内未收到“{label}”。',
    fix: {
      en: 'See whether the partner and the link are up, then run again.',
      zh: '请检查合作方与链路是否正常，然后重新运行。',
    },
  },
  CHANNEL_STALLED: {
    class: 'timeout',
    en: 'The partner took no "{label}" within {seconds} s.',
    zh: '合作方在 {seconds} 秒内未接收“{label}”。',
    fix: {
      en: 'See whether the partner and the link are up, then run again.',
      zh: '请检查合作方与链路是否正常，然后重新运行。',
    },
  },
  CHANNEL_CLOSED: {
    class: 'transport',
    en: 'The channel was closed while "{label}" was expected.',
    zh: '等待“{label}”时通道已关闭。',
    fix: {
      en: 'The attempt is over; the run starts the next one by itself.',
      zh: '本次尝试已结束；运行会自动开始下一次尝试。',
    },
  },
})

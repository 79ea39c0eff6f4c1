import { errorCatalog } from '@secureflow/base'

export const peerErrors = errorCatalog({
  LINK_UNREACHABLE: {
    class: 'transport',
    en: 'There is no connection to {member}.',
    zh: '与 {member} 没有连接。',
    fix: {
      en: "See whether {member}'s node runs and its peer port is reachable from here; the node keeps trying.",
      zh: '请检查 {member} 的节点是否在运行、其对端端口能否从本机访问；节点会持续重试。',
    },
  },
  LINK_LOST: {
    class: 'transport',
    en: 'The connection to {member} stayed broken for {seconds} s.',
    zh: '与 {member} 的连接中断了 {seconds} 秒仍未恢复。',
    fix: {
      en: 'The attempt is over; the run starts the next one when the link is back.',
      zh: '本次尝试已结束；链路恢复后运行会开始下一次尝试。',
    },
  },
  LINK_RESTARTED: {
    class: 'transport',
    en: "{member}'s node was restarted.",
    zh: '{member} 的节点已重新启动。',
    fix: {
      en: 'What was under way with it is over; the run starts its next attempt by itself.',
      zh: '与其进行中的工作已结束；运行会自动开始下一次尝试。',
    },
  },
  LINK_CLOSED: {
    class: 'transport',
    en: 'The link to {member} was closed here.',
    zh: '本方已关闭与 {member} 的链路。',
    fix: { en: 'Start the node again if it is still wanted.', zh: '如仍需要，请重新启动节点。' },
  },
  LINK_WRONG_KEY: {
    class: 'peer',
    en: '{member} showed a key that is not the one pinned for it.',
    zh: '{member} 出示的密钥与所固定的密钥不符。',
    fix: {
      en: 'Ask {member} through another way whether it changed its key; until it is confirmed nothing is sent.',
      zh: '请通过其他途径向 {member} 核实是否更换了密钥；确认之前不会发送任何数据。',
    },
  },
  LINK_NO_PIN: {
    class: 'policy',
    en: 'No key is pinned for {member}.',
    zh: '尚未固定 {member} 的密钥。',
    fix: { en: 'Let {member} join the network first.', zh: '请先让 {member} 加入网络。' },
  },
  LINK_CERTIFICATE_EXPIRED: {
    class: 'peer',
    en: 'The certificate of {member} is valid from {from} to {to} only.',
    zh: '{member} 的证书仅在 {from} 至 {to} 期间有效。',
    fix: {
      en: '{member} must renew its certificate (with the same key), or one of the two clocks is wrong.',
      zh: '{member} 需要更新证书（保持密钥不变），或者某一方的时钟有误。',
    },
  },
  LINK_OWN_CERTIFICATE_EXPIRED: {
    class: 'input',
    en: "This node's own certificate is valid from {from} to {to} only.",
    zh: '本节点自己的证书仅在 {from} 至 {to} 期间有效。',
    fix: {
      en: 'Renew the certificate of this node (with the same key), or correct the clock.',
      zh: '请更新本节点的证书（保持密钥不变），或校正时钟。',
    },
  },
  LINK_VERSION: {
    class: 'peer',
    en: '{member} speaks peer protocol {theirs}, this node {ours}.',
    zh: '{member} 使用对端协议 {theirs}，本节点使用 {ours}。',
    fix: {
      en: 'Bring both nodes to the same release.',
      zh: '请将双方节点升级到同一发行版本。',
    },
  },
  LINK_REFUSED: {
    class: 'peer',
    en: '{member} refused the connection: {code}.',
    zh: '{member} 拒绝了连接：{code}。',
    fix: {
      en: 'Ask {member} to look into its log; its node names the reason there.',
      zh: '请让 {member} 查看其日志，其节点在日志中写明了原因。',
    },
  },
  LINK_NOT_MEMBER: {
    class: 'policy',
    en: '{member} refuses this node: the members have it {state}.',
    zh: '{member} 拒绝本节点：经成员表决，本成员状态为 {state}。',
    fix: {
      en: 'Ask the members; a suspended member may act again once they vote to readmit it.',
      zh: '请联系其他成员；被停用的成员经表决恢复后即可继续。',
    },
  },
  LINK_MALFORMED: {
    class: 'peer',
    en: '{member} sent a {what} that the link does not allow.',
    zh: '{member} 发送了链路不允许的内容：{what}。',
    fix: {
      en: '{member} runs other software or deviates; compare versions.',
      zh: '{member} 运行的软件不同或有偏离行为；请比对版本。',
    },
  },
  LINK_HELLO_TIMEOUT: {
    class: 'timeout',
    en: '{member} did not introduce itself within {seconds} s.',
    zh: '{member} 在 {seconds} 秒内未完成握手。',
    fix: { en: 'The node tries again by itself.', zh: '节点会自动重试。' },
  },
  LINK_CHANNEL_CLOSED: {
    class: 'transport',
    en: '{member} closed the channel: {code}.',
    zh: '{member} 关闭了通道：{code}。',
    fix: {
      en: 'The attempt is over; the run starts the next one by itself.',
      zh: '本次尝试已结束；运行会自动开始下一次尝试。',
    },
  },
  LINK_NO_CREDIT: {
    class: 'internal',
    en: 'A channel was written to before the partner made room.',
    zh: '在合作方腾出空间之前向通道写入了数据。',
    fix: { en: 'Report it; nothing was lost.', zh: '请报告此问题；没有数据丢失。' },
  },
  LINK_TOO_LARGE: {
    class: 'input',
    en: 'A message of {bytes} bytes does not fit; at most {allowed} are allowed.',
    zh: '消息有 {bytes} 字节，超出上限 {allowed} 字节。',
    fix: { en: 'Send it in parts.', zh: '请分段发送。' },
  },
  PEER_TIMEOUT: {
    class: 'timeout',
    en: '{member} did not answer "{kind}" within {seconds} s.',
    zh: '{member} 在 {seconds} 秒内未回应“{kind}”。',
    fix: {
      en: "See whether {member}'s node runs and the link is up, then try again.",
      zh: '请检查 {member} 的节点与链路是否正常，然后重试。',
    },
  },
  PEER_ANSWERED: {
    class: 'peer',
    en: '{member} answered "{kind}" with {answer}.',
    zh: '{member} 对“{kind}”的回应是 {answer}。',
    fix: {
      en: "{member}'s own log names the reason.",
      zh: '具体原因见 {member} 自己的日志。',
    },
  },
})

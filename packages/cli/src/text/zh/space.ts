/** `secureflow space` 的中文文案。 */
import type { space as en } from '../en/space.ts'

export const space: typeof en = {
  commands: {
    space: { about: '协作空间：成员、各方提供的数据、流程与条款，由各方签署' },
    spaceList: { about: '本成员的协作空间，最新在前', examples: 'secureflow space list --json' },
    spaceShow: { about: '单个协作空间：各方提供什么、本方送出什么、谁已签署', examples: 'secureflow space show 3f9c' },
    spaceCreate: {
      about: '按文件签署章程并邀请成员；加 --change 表示替换现有章程',
      examples: `secureflow space create space.yaml
secureflow space create space.yaml --change 3f9c      须由各方重新签署

space.yaml:
title: 与 B 银行的信用风险合作
goal: credit-risk
purpose: credit-risk
members: [bank-a, bank-b, centre]
gives:
  bank-a: [loans]
  bank-b: { payments: [customer_id, late_payments] }
flows: [joint-credit.yaml]
terms: { until: 2027-06-30, runs: 20 }`,
      change: '被替换章程所属的协作空间',
    },
    spaceAccept: {
      about: '签署待签章程',
      examples: 'secureflow space accept 3f9c',
      charter: '已阅章程哈希的开头：不会签署其他章程',
    },
    spaceRefuse: {
      about: '拒绝待签章程',
      examples: 'secureflow space refuse 3f9c --reason "仅限信用风险用途"',
      reason: '告知所有成员',
    },
    spaceChange: {
      about: '请提出方修改章程',
      examples: 'secureflow space change 3f9c --text "五次运行即可。"',
      text: '告知所有成员',
    },
    spaceWithdraw: { about: '撤回本方提出且未全部签署的章程' },
    spaceLeave: { about: '退出空间：本成员不再参与其中的任何运行' },
    spaceClose: { about: '为所有成员关闭空间；仅创建方可为' },
  },
  say: {
    none: '没有协作空间。',
    awaits: '有更改待签署',
    proposed: (id: string) => `已签署并发送。“secureflow space show ${id}”可查看签署情况。`,
    accepted: '已签署。',
    refused: '已拒绝。',
    asked: '已发送。',
    withdrawn: '已撤回。',
    left: '已退出。',
    closed: '已关闭。',
    leaves: '本方送出：',
    learns: '本方得知：',
    nothing: '无',
    at: {
      title: '名称',
      goal: '目标',
      purpose: '用途',
      charter: '章程',
      members: '成员',
      period: '期限',
      runs: '运行次数',
      until: '截止',
      flows: '流程',
      word: '签署',
      delivered: '已送达',
      gives: '提供',
      sees: '可得知',
    },
    goals: {
      'credit-risk': '信用风险',
      'joint-marketing': '联合营销',
      'sales-forecast': '销售预测',
      'audience-overlap': '受众重合',
      statistics: '统计',
      custom: '自定义',
    },
    statuses: {
      invited: '等待本成员',
      waiting: '等待其他成员',
      active: '已生效',
      refused: '已拒绝',
      withdrawn: '已撤回',
      left: '已退出',
      closed: '已关闭',
      ended: '已到期',
    },
    states: { open: '待签', force: '已生效', refused: '已拒绝', withdrawn: '已撤回', replaced: '已替换' },
    words: { waiting: '尚未', accept: '已签署', refuse: '已拒绝', change: '要求修改' },
    said: {
      accept: '签署',
      refuse: '拒绝',
      change: '要求修改',
      withdraw: '撤回',
      leave: '退出',
      close: '关闭空间',
    },
    flowRules: { 'as-drawn': '按约定原样', alike: '亦可为相同步骤组成的其他流程' },
  },
}

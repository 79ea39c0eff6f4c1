/** `secureflow people` 与 `secureflow token` 的中文文案。 */
import type { people as en } from '../en/people.ts'

export const people: typeof en = {
  commands: {
    people: { about: '谁可使用本节点；帮助被锁定者' },
    peopleList: { about: '所有账户', examples: 'secureflow people list --json' },
    peopleUnlock: { about: '解除因密码错误造成的锁定', examples: 'secureflow people unlock "Ada Admin"' },
    peopleReset: {
      about: '生成仅显示一次的新密码；移除第二因素并结束会话',
      examples: 'secureflow people reset "Ada Admin"',
    },
    token: { about: '供程序代人操作的令牌' },
    tokenCreate: {
      about: '以某人名义创建令牌；仅显示一次',
      examples: `secureflow token create --for "Ada Admin" --name ci --scope run --role analyst --days 30
curl --cacert certificate.pem -H "Authorization: Bearer $TOKEN" https://localhost:7440/runs
SECUREFLOW_URL=https://bank-a.example:7440 SECUREFLOW_FINGERPRINT=... SECUREFLOW_TOKEN=... secureflow run list`,
      for: '所属人的用户名',
      name: '用途',
      scope: 'read、run 或 all',
      role: '令牌的角色：不超过所属人的角色（默认相同）',
      days: '有效天数（1 至 366）',
    },
    tokenList: { about: '所有人的令牌；不含密钥', examples: 'secureflow token list --json' },
    tokenRevoke: { about: '立即吊销令牌', examples: 'secureflow token revoke 3f0a9c…' },
  },
  say: {
    none: '没有账户。',
    noTokens: '没有令牌。',
    unlocked: '锁定已解除。',
    resetTo: '用以下密码登录，首次登录后请修改：',
    once: '令牌，仅显示这一次：',
    revoked: '令牌已吊销。',
    never: '从未',
    columns: {
      role: '角色',
      last: '最近使用',
      status: '状态',
      owner: '所属人',
      scope: '可以',
      expires: '到期',
      used: '上次使用',
    },
    states: {
      disabled: '已停用',
      locked: '已锁定',
      second: '第二因素',
      provider: '身份提供方',
    },
  },
}

import { errorCatalog } from '@secureflow/base'

export const peopleErrors = errorCatalog({
  PEOPLE_SET_UP: {
    class: 'input',
    en: 'This node has accounts already.',
    zh: '本节点已有账户。',
    fix: { en: 'Sign in, or ask an admin for an account.', zh: '请登录，或请管理员开设账户。' },
  },
  PEOPLE_CODE: {
    class: 'policy',
    en: 'The set-up code is not valid any more.',
    zh: '设置代码已失效。',
    fix: { en: 'Run secureflow console for a new one.', zh: '请运行 secureflow console 获取新代码。' },
  },
  PEOPLE_SIGN_IN: {
    class: 'policy',
    en: 'Name and password do not belong together.',
    zh: '用户名与密码不匹配。',
    fix: {
      en: 'Try again; an admin can set a new password.',
      zh: '请重试；管理员可以设置新密码。',
    },
  },
  PEOPLE_LOCKED: {
    class: 'policy',
    en: 'Too many wrong passwords: signing in is closed for {minutes} minutes.',
    zh: '密码错误次数过多：{minutes} 分钟内无法登录。',
    fix: { en: 'Wait, or ask an admin to set a new password.', zh: '请稍候，或请管理员设置新密码。' },
  },
  PEOPLE_BUSY: {
    class: 'timeout',
    en: 'Too many people sign in at the same time.',
    zh: '同时登录的人过多。',
    fix: { en: 'Try again in a moment.', zh: '请稍后重试。' },
  },
  PEOPLE_NAME_TAKEN: {
    class: 'input',
    en: 'There is an account with the name {name}.',
    zh: '已有名为 {name} 的账户。',
    fix: { en: 'Choose another name.', zh: '请换一个名称。' },
  },
  PEOPLE_LAST_ADMIN: {
    class: 'input',
    en: 'This is the last admin: without one nobody could manage the node.',
    zh: '这是最后一名管理员：没有管理员将无人能管理节点。',
    fix: { en: 'Make somebody else an admin first.', zh: '请先让其他人成为管理员。' },
  },
  PEOPLE_SECOND_FACTOR: {
    class: 'policy',
    en: 'This account signs in with a code from an authenticator too.',
    zh: '该账户登录时还需要验证器中的代码。',
    fix: { en: 'Give the six digits that it shows, or a recovery code.', zh: '请输入其显示的六位数字，或恢复码。' },
  },
  PEOPLE_WRONG_CODE: {
    class: 'policy',
    en: 'The code is wrong, was used already, or its time is over.',
    zh: '代码错误、已使用过或已过期。',
    fix: {
      en: 'Wait for the next code and look at the clock of the device; an admin can take a lost second factor away.',
      zh: '请等待下一个代码并核对设备时间；第二因素丢失时可请管理员移除。',
    },
  },
  PEOPLE_SECOND_FACTOR_SET: {
    class: 'input',
    en: 'This account has a second factor already.',
    zh: '该账户已设置第二因素。',
    fix: { en: 'Take it away first.', zh: '请先将其移除。' },
  },
  PEOPLE_MUST_ENROL: {
    class: 'policy',
    en: 'An admin of this node requires a second factor of everybody.',
    zh: '本节点管理员要求所有人设置第二因素。',
    fix: { en: 'Set one up on the page of your account.', zh: '请在“我的账户”页面设置。' },
  },
  PEOPLE_SESSION_ONLY: {
    class: 'policy',
    en: 'Only a person who is signed in in a browser may do this, to the own account.',
    zh: '仅限在浏览器中登录的本人对自己的账户执行。',
    fix: { en: 'Sign in to the console.', zh: '请登录控制台。' },
  },
  PEOPLE_OPERATOR_ONLY: {
    class: 'policy',
    en: "Only whoever holds the home folder's access token makes tokens in somebody else's name.",
    zh: '仅持有主目录访问令牌者可以他人名义创建令牌。',
    fix: { en: 'Make one for yourself on the page of your account.', zh: '请在“我的账户”页面为自己创建。' },
  },
  PEOPLE_NO_PASSWORD: {
    class: 'policy',
    en: 'This account has no password here: it signs in through a provider.',
    zh: '该账户在此没有密码：通过身份提供方登录。',
    fix: {
      en: 'Change it at the provider, or ask an admin for a password.',
      zh: '请在身份提供方处更改，或请管理员设置密码。',
    },
  },
  PEOPLE_TOKEN_ROLE: {
    class: 'policy',
    en: 'A token may not have the role {role}: it would allow more than {own} does.',
    zh: '令牌不能拥有角色 {role}：其权限会超过 {own}。',
    fix: { en: 'Choose your own role for it.', zh: '请为其选择您自己的角色。' },
  },
  PEOPLE_INVITATION: {
    class: 'policy',
    en: 'The invitation is not valid: it was used or withdrawn, or its time is over.',
    zh: '邀请无效：已使用、已撤销或已过期。',
    fix: { en: 'Ask an admin for a new one.', zh: '请向管理员索取新的邀请。' },
  },
  PEOPLE_PROVIDER_NONE: {
    class: 'input',
    en: 'Nobody signs in to this node through a provider.',
    zh: '本节点未启用通过身份提供方登录。',
    fix: { en: 'Sign in with name and password.', zh: '请使用用户名和密码登录。' },
  },
  PEOPLE_PROVIDER_AWAY: {
    class: 'transport',
    en: 'The provider of identities at {issuer} does not answer as one: {reason}.',
    zh: '{issuer} 上的身份提供方未正常应答：{reason}。',
    fix: {
      en: 'Try again; an admin checks the issuer, and that this node reaches it and trusts its certificate.',
      zh: '请重试；管理员应检查签发者地址，以及本节点能否连接并信任其证书。',
    },
  },
  PEOPLE_PROVIDER_ISSUER: {
    class: 'input',
    en: 'The address {url} is not allowed here: expected https, or http on this machine.',
    zh: '此处不允许地址 {url}：应为 https，或本机的 http。',
    fix: { en: 'Correct the address.', zh: '请更正地址。' },
  },
  PEOPLE_PROVIDER_OVER: {
    class: 'policy',
    en: 'This sign-in was not begun in this browser, was finished already, or took too long.',
    zh: '此次登录并非在本浏览器中发起，或已完成，或已超时。',
    fix: { en: 'Sign in again.', zh: '请重新登录。' },
  },
  PEOPLE_PROVIDER_ANSWER: {
    class: 'policy',
    en: 'What the provider of identities answered does not hold: {reason}.',
    zh: '身份提供方的应答未通过验证：{reason}。',
    fix: {
      en: 'Sign in again; where it stays so, an admin compares the settings at the provider and here.',
      zh: '请重新登录；若仍如此，管理员应核对提供方与此处的设置。',
    },
  },
  PEOPLE_PROVIDER_NOBODY: {
    class: 'policy',
    en: 'The provider knows you, but gives you no role at this node.',
    zh: '身份提供方认识您，但未授予您在本节点的任何角色。',
    fix: { en: 'Ask an admin of this node for a role.', zh: '请向本节点管理员申请角色。' },
  },
})

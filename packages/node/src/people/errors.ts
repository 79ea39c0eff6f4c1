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
})

import { errorCatalog } from '@secureflow/base'

export const taskErrors = errorCatalog({
  TASK_UNKNOWN_COMPONENT: {
    class: 'input',
    en: 'This node has no component "{component}" in version {version}.',
    zh: '本节点没有版本 {version} 的组件“{component}”。',
    fix: { en: 'Install the version that the agreement names.', zh: '请安装约定书所列的版本。' },
  },
  TASK_INPUTS_CHANGED: {
    class: 'peer',
    en: '{who} came to attempt {attempt} with other inputs than before.',
    zh: '{who} 在第 {attempt} 次尝试中使用了与之前不同的输入。',
    fix: {
      en: 'A run keeps its inputs in every attempt. Ask {who} what changed, then start a new run.',
      zh: '同一次运行的每次尝试都必须使用相同的输入。请向 {who} 了解变化后重新发起运行。',
    },
  },
  TASK_DIED: {
    class: 'internal',
    en: 'The task process ended unexpectedly ({how}).',
    zh: '任务进程意外结束（{how}）。',
    fix: {
      en: 'The run opens another attempt by itself; if it happens again, see the log of this node.',
      zh: '运行会自动开始新的尝试；若再次发生，请查看本节点日志。',
    },
  },
  TASK_OUT_OF_MEMORY: {
    class: 'input',
    en: 'The task used {used} MB of memory; {allowed} MB are allowed.',
    zh: '任务使用了 {used} MB 内存；允许上限为 {allowed} MB。',
    fix: {
      en: 'Raise task.memoryMb in the node’s config.json, or bring fewer rows or columns.',
      zh: '请在节点的 config.json 中提高 task.memoryMb，或减少行数、列数。',
    },
  },
})

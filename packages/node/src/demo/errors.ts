import { errorCatalog } from '@secureflow/base'

export const demoErrors = errorCatalog({
  SIMULATION_NONE: {
    class: 'input',
    en: 'The simulation is not running.',
    zh: '模拟未在运行。',
    fix: { en: 'Start it on the overview page.', zh: '请在总览页面启动。' },
  },
  SIMULATION_FAILED: {
    class: 'internal',
    en: 'The simulated node {member} ended while it was needed.',
    zh: '模拟节点 {member} 意外结束。',
    fix: {
      en: 'Remove the simulation and start it again; its log is under demo/{member}/logs in the home folder.',
      zh: '请删除模拟后重新启动；其日志位于主目录的 demo/{member}/logs。',
    },
  },
  SIMULATION_NOT_LINKED: {
    class: 'timeout',
    en: 'The simulated nodes did not come together in time.',
    zh: '模拟节点未能及时互连。',
    fix: { en: 'Stop it and start it again; the machine may be busy.', zh: '请停止后重新启动；机器可能繁忙。' },
  },
})

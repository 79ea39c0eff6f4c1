/** 绘制流程：版本、按键。 */
import type { canvas as en } from '../en/canvas.ts'

export const canvas: typeof en = {
  versions: '该流程的各版本',
  compareWithNow: '与当前绘制对比',
  diff: (version) => `第 ${version} 版到当前绘制的变化`,
  takeBack: '恢复到此版本',
  same: '当前绘制与此版本相同。',
  export: '存为文件',
  copied: (n) => `已复制 ${n} 个步骤。`,
  nothingCopied: '没有已复制的内容。',
  keys: '按键',
  keysAbout: {
    tab: ['Tab、Enter', '在步骤之间移动并选中'],
    parts: ['F6', '在步骤栏、画布与设置之间切换'],
    arrows: ['方向键', '移动选中的步骤'],
    delete: ['Delete', '删除'],
    undo: ['Ctrl Z、Ctrl Y', '撤销、重做'],
    copy: ['Ctrl C、Ctrl V、Ctrl D', '复制、粘贴（也可粘贴到另一流程）、就地复制'],
    save: ['Ctrl S', '保存'],
    links: ['输入', '在“设置”下无需指针即可连接步骤'],
  },
}

export const entries = {
  add: '添加一列',
  more: '更多设置',
}

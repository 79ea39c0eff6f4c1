export const entries = {
  add: 'Add a column',
  more: 'More settings',
}

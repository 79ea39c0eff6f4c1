/** The demo's flow: `examples/joint-credit.yaml`, for whatever columns the two files have. */

export interface DemoFlow {
  id: string
  label: string
  epochs: number
  /** Customers known to be in both tables: sharpens the estimate. */
  expects?: number
}

export function demoFlow({ id, label, epochs, expects }: DemoFlow): string {
  const normalised = { column: id, case: 'upper' }
  return JSON.stringify({
    flow: 'joint-credit',
    purpose: 'credit-risk',
    parties: { lender: 'bank-a', partner: 'bank-b', dealer: 'centre' },
    steps: {
      loans: { use: 'read-table', at: 'lender', asset: 'loans', id: normalised },
      payments: { use: 'read-table', at: 'partner', asset: 'payments', id: normalised },
      aligned: {
        use: 'psi',
        of: { left: 'loans', right: 'payments' },
        on: id,
        learns: 'both',
        ...(expects === undefined ? {} : { expects }),
      },
      parts: { use: 'split', of: 'aligned', test: 0.2, seed: 'agreed' },
      scaled: { use: 'standardize', of: 'parts.train' },
      model: { use: 'vertical-logistic-regression', train: 'scaled', label: `lender.${label}`, epochs, batch: 'auto' },
      scores: { use: 'predict', model: 'model', rows: 'parts.test', to: 'lender' },
      quality: { use: 'evaluate', scores: 'scores', label: `lender.${label}` },
      'own-model': { use: 'local-logistic-regression', train: 'scaled', label: `lender.${label}`, epochs },
      'own-scores': { use: 'predict', model: 'own-model', rows: 'parts.test', to: 'lender' },
      'own-quality': { use: 'evaluate', scores: 'own-scores', label: `lender.${label}` },
    },
  })
}

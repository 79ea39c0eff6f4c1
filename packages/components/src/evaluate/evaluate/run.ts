/** Compares scores with the label, at the member that has both. */
import { binaryLabel } from '@secureflow/data'
import {
  atThreshold,
  binaryMetrics,
  calibration,
  confusions,
  distribution,
  ksCurve,
  liftCurve,
  logLoss,
  prCurve,
  rocCurve,
} from '@secureflow/learning'
import { tableOf } from '../../report.ts'
import { inputOf, type RunOf } from '../../run.ts'
import type { evaluate } from './declare.ts'

export const run: RunOf<typeof evaluate> = async ({ inputs, params }) => {
  const { table } = inputOf(inputs, 'scores', 'scores')
  const labels = binaryLabel(table, params.label.column)
  const scores = table.numbers('score')
  return {
    report: {
      type: 'report',
      report: {
        kind: 'report',
        title: params.label.column,
        figures: {
          rows: table.rows,
          positives: labels.reduce((sum, y) => sum + y, 0),
          ...binaryMetrics(labels, scores),
          logLoss: logLoss(labels, scores),
          ...atThreshold(labels, scores, params.threshold),
          threshold: params.threshold,
        },
        curves: {
          roc: rocCurve(labels, scores),
          ks: ksCurve(labels, scores),
          lift: liftCurve(labels, scores),
          pr: prCurve(labels, scores),
        },
        tables: {
          confusion: tableOf(confusions(labels, scores)),
          calibration: tableOf(calibration(labels, scores)),
          distribution: tableOf(distribution(labels, scores)),
        },
      },
    },
  }
}

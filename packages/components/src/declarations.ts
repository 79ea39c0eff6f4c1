/** Every component's declaration: pure, for nodes, CLI, SDK and console. Runs are found by the same names in task processes. */
import { type ComponentRegistry, componentRegistry } from '@secureflow/flow'
import { psi } from './align/psi/declare.ts'
import { evaluate } from './evaluate/evaluate/declare.ts'
import { explore } from './explore/explore/declare.ts'
import { predict } from './predict/predict/declare.ts'
import { split } from './prepare/split/declare.ts'
import { standardize } from './prepare/standardize/declare.ts'
import { readTable } from './source/read-table/declare.ts'
import { localLogisticRegression } from './train/local-logistic-regression/declare.ts'
import { verticalLogisticRegression } from './train/vertical-logistic-regression/declare.ts'

export const components: ComponentRegistry = componentRegistry([
  readTable,
  psi,
  split,
  standardize,
  explore,
  verticalLogisticRegression,
  localLogisticRegression,
  predict,
  evaluate,
])

export { calibration, confusions, distribution, prCurve } from './binned.ts'
export { correlation, informationValue, weightsOfEvidence } from './evidence.ts'
export * from './metrics.ts'
export {
  type BatchChoice,
  chooseBatch,
  type Link,
  type TrainingCost,
  type TrainingSizes,
  trainingCost,
  trainingSeconds,
} from './vertical-logistic/cost.ts'
export { type LogisticParams, logisticDefaults } from './vertical-logistic/params.ts'
export { type LogisticModel, type PlainTraining, trainLogistic } from './vertical-logistic/plaintext.ts'
export { type JointScores, type OwnScores, partialScores, scoreJointly } from './vertical-logistic/score.ts'
export { sigmoid } from './vertical-logistic/segments.ts'
export {
  type OwnBlock,
  type OwnWeights,
  trainVerticalLogistic,
  type VerticalTraining,
} from './vertical-logistic/train.ts'

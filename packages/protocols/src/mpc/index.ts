export { allOf, allOfNeeds, allOfRounds, allOfWords } from './bits.ts'
export { type Correlation, dependentSections, type Factor } from './correlations.ts'
export { dataParties, deal, dealerPart, type Plan } from './dealer.ts'
export { mpcErrors } from './errors.ts'
export {
  belowMasked,
  belowNeeds,
  chainLengths,
  lessThan,
  lessThanNeeds,
  type Masked,
  type MaskUse,
  maskOf,
  msb,
  openMasked,
  truncate,
} from './masked.ts'
export { Party } from './party.ts'
export { chainInputs, exactDigits, halves, wordsFor } from './planes.ts'
export {
  type Batch,
  multiply,
  multiplyBackward,
  multiplyForward,
  multiplyMatrices,
  type PrivateFactor,
  selectRows,
  shareFactor,
} from './product.ts'
export { announce, openBit, openToOwners, type SumOptions, sumTo } from './reveal.ts'
export { type Piece, type PiecewiseLinear, piecewiseLinear, piecewiseNeeds } from './segments.ts'

/** Of the whole product: all packages carry one version. */
export const release = '0.1.0'

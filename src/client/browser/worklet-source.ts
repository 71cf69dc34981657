/**
 * The worklet's script as text, so that no bundler has to be told of a file. The build writes it in the place of this
 * module (`scripts/write-worklet.ts`); here it is empty.
 */
export const workletSource: string = '';

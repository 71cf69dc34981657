// The page's policy lets no script come from a blob, so the worklet is a file of its own.
export { default as workletUrl } from '../../../dist/client/browser/worklet.js?url';

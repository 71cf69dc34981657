export { printable } from '../server/printable.ts';

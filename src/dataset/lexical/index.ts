/** Lexicalization of pairs: everything other layers use. */
export * from './descriptors';
export * from './measures';

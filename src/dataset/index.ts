/** Data sets: everything other layers use. */
export * from './types';
export * from './candidates';
export * from './draw';

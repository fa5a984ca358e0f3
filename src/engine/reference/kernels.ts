/** Every f64 reference kernel from one place, for the tests that hold a shader against its formula. */
export * from './attention';
export * from './dora';
export * from './elementwise';
export * from './linear';
export * from './loss';
export * from './optimizer';
export * from './optimizer-8bit';
export * from './weighted-loss';

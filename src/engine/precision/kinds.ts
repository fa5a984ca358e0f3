/** The precisions a base may be kept in, and the ways a weight is stored. */

export const PRECISIONS = ['f32', 'f16', 'int8', 'nf4'] as const;
export type Precision = (typeof PRECISIONS)[number];

export interface BasePrecision {
  precision: Precision;
  /** The scales of nf4's blocks are quantised as well. */
  doubleQuantisation: boolean;
}

export const FULL_PRECISION: BasePrecision = { precision: 'f32', doubleQuantisation: false };

/** How one weight is stored; each has kernels of its own. */
export type Storage = 'f32' | 'f16' | 'int8' | 'nf4' | 'nf4-double';

/** How many values tensors have. */

/** Values of a tensor with these sides; 1 where it has none. */
export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** Values of all of them together. */
export function elementsOfAll(tensors: readonly { shape: readonly number[] }[]): number {
  return tensors.reduce((sum, { shape }) => sum + elementsOf(shape), 0);
}

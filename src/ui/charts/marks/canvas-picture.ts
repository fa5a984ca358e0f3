/**
 * Canvases that can be drawn anew with as many pixels as a picture needs.
 *
 * Promises: a saved picture is drawn, not enlarged. Must not know: what is drawn.
 */
/** @param onto has `density` pixels for each one of the page's; `canvas` is the one on the page, with its size and colours */
export type Paint = (canvas: HTMLCanvasElement, onto: CanvasRenderingContext2D) => void;

const paints = new WeakMap<HTMLCanvasElement, Paint>();

/** Draws on the page, and remembers how. */
export function paintOn(canvas: HTMLCanvasElement, paint: Paint): void {
  paints.set(canvas, paint);
  draw(canvas, canvas, paint, window.devicePixelRatio || 1);
}

/** What stands on it as a PNG's address; as it is where nobody knows how to draw it. */
export function pictureOf(canvas: HTMLCanvasElement, density: number): string {
  const paint = paints.get(canvas);
  if (paint === undefined) return canvas.toDataURL('image/png');
  const copy = document.createElement('canvas');
  draw(canvas, copy, paint, density);
  return copy.toDataURL('image/png');
}

function draw(canvas: HTMLCanvasElement, target: HTMLCanvasElement, paint: Paint, density: number): void {
  const { clientWidth, clientHeight } = canvas;
  const [across, down] = [Math.round(clientWidth * density), Math.round(clientHeight * density)];
  // A canvas that is given its size anew, if the same, is made anew: too much for every frame of a motion.
  if (target.width !== across) target.width = across;
  if (target.height !== down) target.height = down;
  const context = target.getContext('2d');
  if (context === null) return;
  context.save();
  context.scale(density, density);
  context.clearRect(0, 0, clientWidth, clientHeight);
  paint(canvas, context);
  context.restore();
}

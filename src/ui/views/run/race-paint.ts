/**
 * Draws the marks of one lane of the race. A state has a shape besides its colour: a ring, a half-filled disc, a full one, a cross.
 *
 * Must not know: where marks come from, time.
 */
import type { FactState } from '../../../app/race';
import type { Place } from './race-geometry';

/** As the theme has them. */
export interface Inks {
  tone: string;
  quiet: string;
  lost: string;
  paper: string;
}

export interface Mark extends Place {
  state: FactState;
  /** On its way to another state: stands out. */
  moving: boolean;
  /** Not among those that were chosen. */
  dim: boolean;
}

const DIM = 0.18;
const DRAWN: readonly FactState[] = ['unknown', 'latent', 'known', 'lost'];

/** Read from the canvas' own style, where variables are resolved. */
export function inksOf(canvas: HTMLCanvasElement): Inks {
  const { color, borderTopColor, caretColor, outlineColor } = getComputedStyle(canvas);
  return { tone: color, quiet: borderTopColor, lost: caretColor, paper: outlineColor };
}

/** Marks that look alike are one path, so that thousands are a few. */
export function paintMarks(
  context: CanvasRenderingContext2D,
  marks: readonly Mark[],
  radius: number,
  inks: Inks,
): void {
  for (const moving of [false, true]) {
    for (const dim of [true, false]) {
      context.globalAlpha = dim ? DIM : 1;
      for (const state of DRAWN) {
        const alike = marks.filter((mark) => mark.state === state && mark.dim === dim && mark.moving === moving);
        // What is on its way stands out: a little larger, with a rim of paper.
        if (moving) paintRim(context, alike, radius * 1.35 + 1.5, inks);
        paintState(context, state, alike, moving ? radius * 1.35 : radius, inks);
      }
    }
  }
  context.globalAlpha = 1;
}

function paintRim(context: CanvasRenderingContext2D, marks: readonly Place[], radius: number, { paper }: Inks): void {
  context.fillStyle = paper;
  disc(context, marks, radius);
  context.fill();
}

export function paintState(
  context: CanvasRenderingContext2D,
  state: FactState,
  marks: readonly Place[],
  radius: number,
  { tone, quiet, lost, paper }: Inks,
): void {
  if (marks.length === 0) return;
  context.lineWidth = Math.max(1, radius * 0.32);
  const rim = Math.max(0.5, radius - context.lineWidth / 2);
  if (state === 'lost') {
    context.strokeStyle = lost;
    context.lineWidth = Math.max(1.2, radius * 0.5);
    const arm = radius * 0.75;
    context.beginPath();
    for (const { x, y } of marks) {
      context.moveTo(x - arm, y - arm);
      context.lineTo(x + arm, y + arm);
      context.moveTo(x + arm, y - arm);
      context.lineTo(x - arm, y + arm);
    }
    context.stroke();
    return;
  }
  context.strokeStyle = state === 'unknown' ? quiet : tone;
  context.fillStyle = state === 'known' ? tone : paper;
  disc(context, marks, rim);
  context.fill();
  context.stroke();
  if (state !== 'latent') return;
  context.fillStyle = tone;
  context.beginPath();
  for (const { x, y } of marks) {
    context.moveTo(x + rim, y);
    context.arc(x, y, rim, 0, Math.PI);
  }
  context.fill();
}

function disc(context: CanvasRenderingContext2D, marks: readonly Place[], radius: number): void {
  context.beginPath();
  for (const { x, y } of marks) {
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
}

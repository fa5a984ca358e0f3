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

/** Groups marks that look alike, so that thousands are a few paths. */
export function paintMarks(
  context: CanvasRenderingContext2D,
  marks: readonly Mark[],
  radius: number,
  inks: Inks,
): void {
  for (const dim of [true, false]) {
    context.globalAlpha = dim ? DIM : 1;
    for (const state of ['unknown', 'latent', 'known', 'lost'] as const) {
      const alike = marks.filter((mark) => mark.state === state && mark.dim === dim && !mark.moving);
      paintState(context, state, alike, radius, inks);
    }
  }
  // On top, a little larger, with a rim of paper.
  for (const mark of marks) {
    if (!mark.moving) continue;
    context.globalAlpha = mark.dim ? DIM : 1;
    context.fillStyle = inks.paper;
    disc(context, [mark], radius * 1.35 + 1.5);
    context.fill();
    paintState(context, mark.state, [mark], radius * 1.35, inks);
  }
  context.globalAlpha = 1;
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

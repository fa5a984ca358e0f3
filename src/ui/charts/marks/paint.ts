/** Draws marks in the colours that the style sheets give a canvas right now. */
import type { FactSet } from '../../../records';
import type { Mark } from './marks';

export interface MarkStyle {
  radius: number;
  /** Null: all are. */
  selected: ReadonlySet<string> | null;
}

const TONES: readonly (FactSet | 'surface' | 'line-strong')[] = [
  'seen',
  'withheld',
  'rehearsed',
  'surface',
  'line-strong',
];

/** Colours by name as the element sees them: light or dark as the page is. */
function colours(canvas: HTMLCanvasElement): Record<string, string> {
  const found = TONES.map((tone) => {
    canvas.style.color = `var(--${tone})`;
    return [tone, getComputedStyle(canvas).color] as const;
  });
  canvas.style.color = '';
  return Object.fromEntries(found);
}

export function paintMarks(
  canvas: HTMLCanvasElement,
  context: CanvasRenderingContext2D,
  marks: readonly Mark[],
  { radius, selected }: MarkStyle,
): void {
  const colour = colours(canvas);
  const shown = (fact: string) => selected === null || selected.has(fact);
  context.lineWidth = 0.7;
  for (const { fact, from, x, y, tone } of marks) {
    if (from === undefined) continue;
    context.globalAlpha = shown(fact) ? 0.3 : 0.05;
    context.strokeStyle = colour[tone]!;
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(x, y);
    context.stroke();
  }
  context.lineWidth = 1.2;
  for (const { fact, x, y, tone, shape, ring } of marks) {
    context.globalAlpha = shown(fact) ? 0.9 : 0.15;
    context.strokeStyle = colour[shape === 'hollow' ? 'line-strong' : tone]!;
    context.fillStyle = colour[tone]!;
    context.beginPath();
    if (shape === 'square') context.rect(x - radius, y - radius, 2 * radius, 2 * radius);
    else if (shape === 'diamond') diamond(context, x, y, radius * 1.3);
    else context.arc(x, y, radius, 0, 2 * Math.PI);
    if (shape === 'half') {
      context.stroke();
      context.beginPath();
      context.arc(x, y, radius, 0, Math.PI);
      context.fill();
    } else if (shape === 'hollow') context.stroke();
    else context.fill();
    if (ring) {
      context.beginPath();
      context.arc(x, y, radius + 2, 0, 2 * Math.PI);
      context.strokeStyle = colour[tone]!;
      context.stroke();
    }
  }
}

function diamond(context: CanvasRenderingContext2D, x: number, y: number, r: number): void {
  context.moveTo(x, y - r);
  context.lineTo(x + r, y);
  context.lineTo(x, y + r);
  context.lineTo(x - r, y);
  context.closePath();
}

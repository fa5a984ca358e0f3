/**
 * Kaplan–Meier curves as an inline picture: steps with their interval bands, and the numbers at risk below.
 *
 * Promises: curves differ in dash as well as colour; the picture says in words what it shows; nothing is loaded.
 * Must not know: which facts the curves are of.
 */
import type { KmCurve } from '../../records';
import { html, type Html } from './markup';

export interface NamedCurve {
  name: string;
  curve: KmCurve;
}

const STYLES = [
  { color: '#1f5fa8', dash: 'none' },
  { color: '#b4541a', dash: '6 4' },
  { color: '#2e7d4f', dash: '2 3' },
];
const WIDTH = 640;
const HEIGHT = 320;
const LEFT = 56;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 44;
const ROW = 16;
const TICKS = 6;

/** @param label what the picture shows, for those who do not see it */
export function curveSvg(curves: readonly NamedCurve[], label: string): Html {
  const last = Math.max(1, ...curves.map(({ curve }) => curve.time.at(-1) ?? 0));
  const x = (time: number) => round(LEFT + ((WIDTH - LEFT - RIGHT) * time) / last);
  const y = (share: number) => round(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * share);
  const stride = Math.max(1, Math.ceil(last / TICKS));
  const times = Array.from({ length: Math.floor(last / stride) + 1 }, (_, index) => index * stride);
  const height = HEIGHT + ROW * (curves.length + 1);
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${label}" font-size="12">
      <title>${label}</title>
      ${[0, 0.25, 0.5, 0.75, 1].map(
        (share) =>
          html`<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(share)}" y2="${y(share)}" stroke="#ddd" />
            <text x="${LEFT - 8}" y="${y(share) + 4}" text-anchor="end">${share * 100} %</text> `,
      )}
      ${times.map((time) => html`<text x="${x(time)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${time}</text>`)}
      <text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 8}" text-anchor="middle">epoch</text>
      ${curves.map(({ curve }, index) => {
        const { color, dash } = STYLES[index % STYLES.length]!;
        const band = `${stepPath(curve.time, curve.hi, x, y)}${backPath(curve.time, curve.lo, x, y)}Z`;
        return html`<path d="${band}" fill="${color}" fill-opacity="0.12" />
          <path
            d="${stepPath(curve.time, curve.survival, x, y)}"
            fill="none"
            stroke="${color}"
            stroke-width="2"
            stroke-dasharray="${dash}"
          /> `;
      })}
      <text x="0" y="${HEIGHT + ROW - 4}">at risk</text>
      ${curves.map(({ name, curve }, index) => {
        const { color, dash } = STYLES[index % STYLES.length]!;
        const at = HEIGHT + ROW * (index + 2) - 4;
        return html`<line
            x1="0"
            x2="14"
            y1="${at - 4}"
            y2="${at - 4}"
            stroke="${color}"
            stroke-width="2"
            stroke-dasharray="${dash}"
            ><title>${name}</title></line
          >
          ${times.map((time) => html`<text x="${x(time)}" y="${at}" text-anchor="middle" fill="${color}">${riskAt(curve, time)}</text>`)} `;
      })}
    </svg>
    <p class="legend">
      ${curves.map(
        ({ name, curve }, index) =>
          html`<span
            ><svg class="key" viewBox="0 0 28 8" aria-hidden="true">
              <line
                x1="0"
                x2="28"
                y1="4"
                y2="4"
                stroke="${STYLES[index % STYLES.length]!.color}"
                stroke-width="2"
                stroke-dasharray="${STYLES[index % STYLES.length]!.dash}"
              />
            </svg>
            ${name}, n = ${curve.n}</span
          > `,
      )}
    </p> `;
}

/** Facts still at risk just before a time: those of the first row at or after it; none after the curve's end. */
export function riskAt(curve: KmCurve, time: number): number {
  const row = curve.time.findIndex((each) => each >= time);
  return row < 0 ? 0 : curve.atRisk[row]!;
}

type Scale = (value: number) => number;

/** Right-continuous steps from time 0. */
function stepPath(time: readonly number[], values: readonly number[], x: Scale, y: Scale): string {
  return time
    .map((each, index) => (index === 0 ? `M${x(each)} ${y(values[0]!)}` : `H${x(each)}V${y(values[index]!)}`))
    .join('');
}

/** The same steps from the last time to the first, as the lower edge of a band. */
function backPath(time: readonly number[], values: readonly number[], x: Scale, y: Scale): string {
  return time
    .map((each, index) => ({ at: x(each), value: y(values[index]!) }))
    .reverse()
    .map(({ at, value }, index) => (index === 0 ? `L${at} ${value}` : `V${value}H${at}`))
    .join('');
}

const round = (value: number): number => Math.round(value * 10) / 10;

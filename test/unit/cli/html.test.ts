/** The pieces of a run's page: text stays text, and curves are the numbers they are given. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { curveSvg, riskAt } from '../../../src/cli/html/curve-svg';
import { escapeHtml, html, table } from '../../../src/cli/html/markup';
import { runPage } from '../../../src/cli/html/run-page';
import { summarize } from '../../../src/experiment/summary';
import { noProbeRecords, type KmCurve } from '../../../src/records';
import { fact, life, manifest } from '../records/build';

const curve: KmCurve = {
  time: [0, 1, 3],
  survival: [1, 0.5, 0.25],
  lo: [1, 0.2, 0.05],
  hi: [1, 0.8, 0.6],
  atRisk: [4, 4, 2],
  events: [0, 2, 1],
  censored: [0, 0, 1],
  n: 4,
  totalEvents: 3,
  median: { value: 1, lo: null, hi: null },
  method: 'Kaplan–Meier',
};

describe('text in a page', () => {
  it('never becomes markup, in content or in attributes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const escaped = escapeHtml(text);
        expect(escaped).not.toMatch(/[<>"'`]/);
        expect(escaped.replaceAll(/&#\d+;/g, '')).not.toContain('&');
      }),
    );
    expect(html`<p title="${'" onclick="x'}">${'</p><script>'}</p>`.text).toBe(
      '<p title="&#34; onclick=&#34;x">&#60;/p&#62;&#60;script&#62;</p>',
    );
  });

  it('shows what would deceive the eye as a replacement character', () => {
    expect(escapeHtml('a\u202eb\u0000c\td')).toBe('a\ufffdb\ufffdc\td');
  });

  it('is joined from lists, and nothing from null', () => {
    expect(html`${[html`<b>1</b>`, null, 2, '<']}`.text).toBe('<b>1</b>2&#60;');
    expect(table('<c>', ['a', 'b'], [['x', 0]]).text).toMatch(/<th scope="row">x<\/th>\s*<td>0<\/td>/);
  });
});

describe('a curve', () => {
  const { text } = curveSvg(
    [
      { name: 'seen', curve },
      { name: '<withheld>', curve },
    ],
    'what it shows',
  );

  it('steps down at its times, to its heights, and tells its lines apart by dash', () => {
    // 572 of 640 wide from 56; 264 high from 276 upwards, in tenths.
    expect(text).toContain('d="M56 12H246.7V144H628V210"');
    expect(text).toContain('stroke-dasharray="none"');
    expect(text).toContain('stroke-dasharray="6 4"');
    expect(text).toContain('&#60;withheld&#62;, n = 4');
  });

  it('bands it with its limits, upper edge there and lower edge back', () => {
    expect(text).toContain('d="M56 12H246.7V64.8H628V117.6L628 262.8V223.2H246.7V12H56Z"');
  });

  it('counts who is at risk just before each time', () => {
    expect([0, 1, 2, 3, 4].map((time) => riskAt(curve, time))).toEqual([4, 4, 2, 2, 0]);
  });
});

describe('a run’s page', () => {
  const trials = life('HP:1', [0, 0, 1], { term: 'Ataxia' });
  const page = (fields = {}) => {
    const run = manifest(fields);
    const bundle = {
      manifest: run,
      facts: [fact({ identifier: 'HP:1' })],
      trials,
      steps: [],
      probes: noProbeRecords(),
      summary: null,
    };
    return runPage(bundle, summarize(run, trials, []));
  };

  it('is the same for the same run, and names no place of this machine', () => {
    const spec = { ...manifest().spec, model: { path: '/home/ada/tiny' } };
    expect(page({ spec })).toBe(page({ spec }));
    expect(page({ spec })).not.toContain('/home');
  });

  it('of a failed run says why', () => {
    const error = { code: 'device-lost', message: 'gone <away>', hint: 'again' };
    expect(page({ state: 'failed', error })).toContain('device-lost: gone &#60;away&#62;');
  });

  it('of a spec too long for a link has none', () => {
    const description = Array.from({ length: 20_000 }, (_, index) => (index * 7919) % 9973).join(' ');
    expect(page()).toContain('<code>#s1=');
    expect(page({ spec: { ...manifest().spec, description } })).not.toContain('<code>#s1=');
  });
});

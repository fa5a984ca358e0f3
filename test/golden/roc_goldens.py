"""Reference values for DeLong's intervals and random-effects means, by direct formulas and by statsmodels.

python test/golden/roc_goldens.py > test/golden/roc.json
"""
import json
import numpy as np
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects

rng = np.random.default_rng(7)


def placements(scores, labels):
    pos, neg = scores[labels], scores[~labels]
    psi = (pos[:, None] > neg[None, :]) + 0.5 * (pos[:, None] == neg[None, :])
    return psi.mean(), psi.mean(1), psi.mean(0)


def delong(scores, labels):
    auc, v10, v01 = placements(scores, labels)
    variance = v10.var(ddof=1) / len(v10) + v01.var(ddof=1) / len(v01)
    half = 1.959963984540054 * np.sqrt(variance) / (auc * (1 - auc))
    centre = np.log(auc / (1 - auc))
    return auc, variance, 1 / (1 + np.exp(half - centre)), 1 / (1 + np.exp(-half - centre))


cases = []
for n1, n0, shift, digits in [(12, 9, 0.8, 3), (40, 60, 0.4, 1), (5, 200, 1.5, 6)]:
    labels = np.array([True] * n1 + [False] * n0)
    a = np.round(rng.normal(size=n1 + n0) + shift * labels, digits)
    b = np.round(0.5 * a + rng.normal(size=n1 + n0), digits)
    auc, variance, lo, hi = delong(a, labels)
    (_, a10, a01), (_, b10, b01) = placements(a, labels), placements(b, labels)
    se = np.sqrt((a10 - b10).var(ddof=1) / n1 + (a01 - b01).var(ddof=1) / n0)
    difference = auc - placements(b, labels)[0]
    cases.append(dict(a=a.tolist(), b=b.tolist(), positive=labels.tolist(), auc=auc, lo=lo, hi=hi, difference=difference,
                      p=float(2 * stats.norm.sf(abs(difference / se)))))

meta = []
for k, spread in [(5, 0.3), (8, 0.0), (3, 1.0)]:
    values = rng.normal(0.8, 0.1 + spread, k)
    errors = rng.uniform(0.1, 0.4, k)
    row = dict(values=values.tolist(), errors=errors.tolist())
    for name, method in [('paule-mandel', 'pm'), ('dersimonian-laird', 'dl')]:
        res = combine_effects(values, errors ** 2, method_re=method, use_t=True)
        row[name] = dict(mean=float(res.mean_effect_re), tau2=float(res.tau2), wald_se=float(res.sd_eff_w_re),
                         hk_se=float(res.sd_eff_w_re_hksj), q=float(res.q), hk_scale=float(res.scale_hksj_re))
    meta.append(row)
print(json.dumps(dict(delong=cases, meta=meta)))

"""lifelines on the data of survival.json: tests that R's survdiff does not have, and what both define alike.

python test/golden/survival_lifelines.py > test/golden/survival_lifelines.json
"""
import json
import pathlib
import warnings

import numpy as np
from lifelines import KaplanMeierFitter, NelsonAalenFitter
from lifelines.statistics import multivariate_logrank_test
from lifelines.utils import restricted_mean_survival_time

warnings.simplefilter("ignore")
data = json.loads((pathlib.Path(__file__).parent / "survival.json").read_text())
time, event, group = (np.array(data[name]) for name in ("time", "event", "group"))

tests = []
for k in (2, 3):
    rows = group <= k
    for weights, name in ((None, "log-rank"), ("wilcoxon", "gehan-breslow"), ("tarone-ware", "tarone-ware")):
        result = multivariate_logrank_test(time[rows], group[rows], event[rows], weightings=weights)
        tests.append({"k": k, "weights": name, "chisq": float(result.test_statistic), "p": float(result.p_value)})

curve = KaplanMeierFitter().fit(time, event)
hazards = {}
for smoothing, name in ((False, "nelson-aalen"), (True, "fleming-harrington")):
    fit = NelsonAalenFitter(nelson_aalen_smoothing=smoothing).fit(time, event)
    values = fit.cumulative_hazard_.iloc[1:, 0]
    hazards[name] = {"time": list(map(float, values.index)), "hazard": list(map(float, values))}
print(
    json.dumps(
        {
            "tests": tests,
            "hazards": hazards,
            "median": float(curve.median_survival_time_),
            "rmst": [[tau, float(restricted_mean_survival_time(curve, t=tau))] for tau in (5, 12, 20)],
        },
        indent=1,
    )
)

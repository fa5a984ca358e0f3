"""lifelines' proportional_hazard_test (the approximate Grambsch-Therneau test) on two data sets of cox_post.json.

python test/golden/cox_zph_lifelines.py > test/golden/cox_zph_lifelines.json
"""
import json
import pathlib
import warnings

import pandas as pd
from lifelines import CoxPHFitter
from lifelines.statistics import proportional_hazard_test

warnings.simplefilter("ignore")
cases = json.loads((pathlib.Path(__file__).parent / "cox_post.json").read_text())
out = []
for case in cases:
    if case["name"] not in ("plain", "tied"):
        continue
    p = len(case["names"])
    rows = {name: case["x"][j::p] for j, name in enumerate(case["names"])}
    frame = pd.DataFrame({**rows, "time": case["time"], "event": case["event"]})
    fit = CoxPHFitter().fit(frame, "time", "event", fit_options={"precision": 1e-12, "r_precision": 1e-14, "max_steps": 500})
    tests = {}
    for transform in ("rank", "km", "identity", "log"):
        result = proportional_hazard_test(fit, frame, time_transform=transform)
        tests[transform] = {"chisq": list(result.test_statistic), "p": list(result.p_value)}
    out.append({"name": case["name"], "beta": list(fit.params_), "tests": tests})
print(json.dumps(out, indent=1))

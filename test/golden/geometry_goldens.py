"""Reference values for the geometry of vectors and membership scores: NumPy, scikit-learn, zlib.

python test/golden/geometry_goldens.py > test/golden/geometry.json
"""
import json
import zlib
import numpy as np
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import silhouette_score

rng = np.random.default_rng(11)


def cosines(x):
    u = x / np.linalg.norm(x, axis=1, keepdims=True)
    return u @ u.T


def case(n, d, gap):
    labels = np.arange(n) % 3 == 0
    x = rng.normal(size=(n, d)) + 0.7
    x[labels] += gap * rng.normal(size=d)
    x = np.round(x, 4)
    c = cosines(x)
    t, f = c[np.ix_(labels, labels)], c[np.ix_(~labels, ~labels)]
    off = lambda m: (m.sum() - np.trace(m)) / (len(m) * (len(m) - 1))
    within = (t.sum() - np.trace(t) + f.sum() - np.trace(f)) / (len(t) * (len(t) - 1) + len(f) * (len(f) - 1))
    fits = []
    for C in (1.0, 0.1):
        m = LogisticRegression(C=C, max_iter=10000, tol=1e-12, solver='newton-cholesky').fit(x, labels)
        fits.append(dict(C=C, weights=m.coef_[0].tolist(), intercept=float(m.intercept_[0])))
    p = PCA(n_components=3).fit(x)
    s = np.linalg.svd(x, compute_uv=False) ** 2
    q = s / s.sum()
    return dict(x=x.tolist(), labels=labels.tolist(), asPublished=float(abs(t.mean() - f.mean())), tightness=float(off(t) - off(f)),
                between=float(c[np.ix_(labels, ~labels)].mean()), margin=float(within - c[np.ix_(labels, ~labels)].mean()),
                cosine=float(silhouette_score(x, labels, metric='cosine')), euclidean=float(silhouette_score(x, labels)), fits=fits,
                variance=p.explained_variance_.tolist(), ratio=p.explained_variance_ratio_.tolist(), loadings=np.abs(p.components_).tolist(),
                scores=np.abs(p.transform(x)).tolist(),
                entropy={'2': float(-np.log((q ** 2).sum())), '1': float(-(q * np.log(q)).sum()), '0.5': float(2 * np.log((q ** 0.5).sum()))})


texts = ['', 'a', 'HP:0001250 Seizure', 'the cat sat on the mat ' * 40, 'Größe – 日本語 ☃ ' * 7, ''.join(chr(97 + int(i)) for i in rng.integers(0, 26, 3000)),
         'abc' * 20000]
print(json.dumps(dict(cases=[case(24, 5, 0.8), case(15, 40, 0.5), case(60, 8, 0.0)],
                      zlib=[dict(text=t, bytes=len(zlib.compress(t.encode()))) for t in texts])))

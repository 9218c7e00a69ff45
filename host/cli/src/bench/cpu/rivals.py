"""Products of dense and sparse matrices by OpenBLAS (NumPy), SciPy and MKL, timed on request.

A request is a line of JSON: {"inputs", "outputs", "density", "activity", "batch", "reps"}. The answer is a line of JSON:
for each library its times in microseconds, or nothing if it is not installed. Matrices stay until another shape comes.
"""

import json
import sys
import time

import numpy as np

try:
    import scipy.sparse as sparse
except ImportError:
    sparse = None
try:
    from sparse_dot_mkl import dot_product_mkl
except ImportError:
    dot_product_mkl = None

shape, dense, csr = None, None, None


def times(reps, product):
    taken = []
    # Other libraries' threads go to sleep, and this one's get their cores.
    time.sleep(0.03)
    start = time.perf_counter()
    while time.perf_counter() - start < 0.06:
        product()
    for _ in range(reps):
        start = time.perf_counter()
        product()
        taken.append((time.perf_counter() - start) * 1e6)
    return taken


for line in sys.stdin:
    r = json.loads(line)
    rng = np.random.default_rng(1)
    if shape != (r["inputs"], r["outputs"], r["density"]):
        shape = (r["inputs"], r["outputs"], r["density"])
        keep = rng.random((r["outputs"], r["inputs"]), dtype=np.float32) < r["density"]
        dense = np.where(keep, rng.standard_normal(keep.shape, dtype=np.float32), np.float32(0))
        csr = sparse.csr_matrix(dense) if sparse else None
    x = rng.random((r["inputs"], r["batch"]), dtype=np.float32)
    x[rng.random(x.shape) >= r["activity"]] = 0
    if r["batch"] == 1:
        x = x[:, 0].copy()
    answer = {"openblas": times(r["reps"], lambda: dense @ x)}
    if csr is not None:
        answer["scipy"] = times(r["reps"], lambda: csr @ x)
        if dot_product_mkl is not None:
            answer["mkl"] = times(r["reps"], lambda: dot_product_mkl(csr, x))
    print(json.dumps(answer), flush=True)

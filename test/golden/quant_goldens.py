"""Goldens of quantised weights: what bitsandbytes makes of one weight, NF4 with and without double quantisation.

Run with Python 3, torch and bitsandbytes (0.50.2 made the file that is committed; its CPU code is enough):
    python test/golden/quant_goldens.py
Writes quant.json beside itself. The weight is not in it: a generator of whole numbers that the test repeats gives the
same f32 values everywhere. Its last block is not full. Bytes are base64.
"""
import base64
import json
from pathlib import Path

import bitsandbytes
import bitsandbytes.functional as F
import numpy as np
import torch

HERE = Path(__file__).parent
ROWS, COLUMNS, SEED = 59, 324, 20261121


def weight():
    """Sums of four 16-bit draws around zero, larger in some rows: exact in f32."""
    state, values = SEED, []
    for i in range(ROWS * COLUMNS):
        total = 0
        for _ in range(4):
            state = (state * 1664525 + 1013904223) % 2**32
            total += state >> 16
        values.append((total - 131070) / 65536 * (1 + (i // COLUMNS) % 7))
    return torch.from_numpy(np.array(values, dtype=np.float32).reshape(ROWS, COLUMNS))


def text(tensor):
    return base64.b64encode(tensor.contiguous().view(torch.uint8).numpy().tobytes()).decode()


def main():
    x = weight()
    packed, state = F.quantize_4bit(x, blocksize=64, quant_type="nf4")
    again, nested = F.quantize_4bit(x, blocksize=64, quant_type="nf4", compress_statistics=True)
    assert torch.equal(packed, again)
    golden = {
        "bitsandbytes": bitsandbytes.__version__,
        "rows": ROWS, "columns": COLUMNS, "seed": SEED, "firstValues": x.reshape(-1)[:4].tolist(),
        "code": state.code.tolist(),
        "packed": text(packed), "absmax": text(state.absmax),
        "dequantised": text(F.dequantize_4bit(packed, state).reshape(-1)[:256]),
        "nested": {
            "code": text(nested.state2.code), "offset": nested.offset.item(), "codes": text(nested.absmax),
            "absmax": text(nested.state2.absmax),
            "dequantised": text(F.dequantize_4bit(again, nested).reshape(-1)[:256]),
        },
    }
    (HERE / "quant.json").write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()

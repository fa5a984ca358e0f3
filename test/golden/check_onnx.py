"""Do onnx and Python's ONNX Runtime take what Ontoscope exports, and does it compute what transformers computes? A manual
check, not part of `npm test`.

    pip install torch transformers onnx onnxruntime
    python test/golden/check_onnx.py [MODEL_FOLDER ...]

Exports each folder in f32 and f16 with bin/ontoscope.js, by default every family's golden model and the bundled one. Each
file must pass onnx's full check, use no operator but those of ai.onnx, and give the logits of AutoModelForCausalLM within
1e-4 (max|d|/max|x|) for a batch with padding on the left, for its next token from past keys and values, and, for f16, of
the model with its matrices rounded. Exits 1 where one does not.
"""

import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime
import torch
from transformers import AutoModelForCausalLM

ROOT = pathlib.Path(__file__).parents[2]
LIMIT = 1e-4
LENGTHS = (9, 4)
torch.manual_seed(1)


def expected(folder: pathlib.Path, half: bool, rows: list[torch.Tensor]) -> list[np.ndarray]:
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    with torch.no_grad():
        for weight in model.parameters() if half else ():
            if weight.dim() > 1:
                weight.copy_(weight.half().float())
        return [model(row[None]).logits[0].numpy() for row in rows]


def answers(file: str, rows: list[torch.Tensor]) -> list[np.ndarray]:
    """Logits of every row: all but its last token in one padded batch, the last one from the cache."""
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    longest = max(len(row) for row in rows)
    ids, mask = np.zeros((len(rows), longest), np.int64), np.zeros((len(rows), longest), np.int64)
    for i, row in enumerate(rows):
        ids[i, longest - len(row) :] = row
        mask[i, longest - len(row) :] = 1
    places = np.where(mask == 1, mask.cumsum(-1) - 1, 1)
    cache = {
        each.name: np.zeros([len(rows), each.shape[1], 0, each.shape[3]], np.float32)
        for each in session.get_inputs()
        if each.name.startswith("past_key_values")
    }
    outputs = [each.name for each in session.get_outputs()]
    parts = []
    for first, end in ((0, longest - 1), (longest - 1, longest)):
        call = {"input_ids": ids[:, first:end], "attention_mask": mask[:, :end], "position_ids": places[:, first:end]}
        given = dict(zip(outputs, session.run(None, {**call, **cache})))
        parts.append(given.pop("logits"))
        cache = {name.replace("present", "past_key_values"): value for name, value in given.items()}
    logits = np.concatenate(parts, axis=1)
    return [logits[i, longest - len(row) :] for i, row in enumerate(rows)]


failed = False
folders = [pathlib.Path(name) for name in sys.argv[1:]]
for folder in folders or [*sorted((ROOT / "test/golden/families").iterdir()), ROOT / "public/models/primer"]:
    with tempfile.TemporaryDirectory() as out:
        command = ["node", ROOT / "bin/ontoscope.js", "model", "export", "--onnx", "--model", folder, "--out", out]
        subprocess.run([*command, "--dtype", "f32,f16"], check=True, stdout=subprocess.DEVNULL)
        for name in ("model.onnx", "model_fp16.onnx"):
            file = f"{out}/onnx/{name}"
            onnx.checker.check_model(file, full_check=True)
            graph = onnx.load(file).graph
            vocabulary = graph.output[0].type.tensor_type.shape.dim[2].dim_value
            rows = [torch.randint(vocabulary, (length,)) for length in LENGTHS]
            wanted = expected(folder, "fp16" in name, rows)
            apart = max(abs(a - b).max() / abs(b).max() for a, b in zip(answers(file, rows), wanted))
            good = apart < LIMIT and all(node.domain == "" for node in graph.node)
            failed |= not good
            print(f"{folder.name:24}{name:18}{len(graph.node):5} nodes   {apart:.1e}   {'ok' if good else 'FAILED'}")
sys.exit(failed)

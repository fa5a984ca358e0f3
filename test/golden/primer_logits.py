"""Logits of the bundled model by transformers, for test/gpu/primer.test.ts. Not part of `npm test`.

    pip install torch transformers
    python test/golden/primer_logits.py

Opens public/models/primer with AutoModelForCausalLM and AutoTokenizer in f32 and writes primer_logits.json: for each
prompt its token ids, of every position the mean square of the logits, and of the last ones the largest, by id.
"""

import hashlib
import json
import pathlib

import torch
import transformers
from transformers import AutoModelForCausalLM, AutoTokenizer

HERE = pathlib.Path(__file__).parent
MODEL = HERE.parents[1] / "public" / "models" / "primer"
PROMPTS = [
    "I want the ID of cell body fiber:",
    "I want the name of GO:0070852:",
    "The ID of WLD:",
    "Somebody's gene, an unknown word; Ünïcode 😀",
]
LARGEST = 8
LAST = 3

model = AutoModelForCausalLM.from_pretrained(MODEL, dtype=torch.float32)
tokenizer = AutoTokenizer.from_pretrained(MODEL)
prompts = []
for text in PROMPTS:
    ids = tokenizer(text).input_ids
    with torch.no_grad():
        logits = model(torch.tensor([ids])).logits[0]
    top = logits[-LAST:].topk(LARGEST, dim=-1)
    prompts.append(
        {
            "text": text,
            "ids": ids,
            "last": [
                [[i, round(v, 6)] for i, v in zip(row_ids, row_values)]
                for row_ids, row_values in zip(top.indices.tolist(), top.values.tolist())
            ],
            "meanSquare": [round(v, 6) for v in logits.double().pow(2).mean(-1).tolist()],
        }
    )
document = {
    "made": f"transformers {transformers.__version__}, torch {torch.__version__.split('+')[0]}",
    "weights": hashlib.sha256((MODEL / "model.safetensors").read_bytes()).hexdigest(),
    "prompts": prompts,
}
(HERE / "primer_logits.json").write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")

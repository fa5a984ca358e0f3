"""Does transformers compute what Ontoscope pretrained? A manual check, not part of `npm test`.

    ontoscope model logits MODEL_FOLDER --ids IDS --all --json > logits.json
    python test/golden/check_pretrained.py MODEL_FOLDER logits.json

MODEL_FOLDER is what `ontoscope pretrain` wrote. It is opened with AutoModelForCausalLM and AutoTokenizer, in f32; its
logits are compared with those in the file, and its tokens of a sentence are shown. Exits 1 where the logits differ by
more than 1e-4.
"""

import json
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

LIMIT = 1e-4

folder, file = sys.argv[1:]
document = json.load(open(file))
model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
tokenizer = AutoTokenizer.from_pretrained(folder)
with torch.no_grad():
    theirs = model(torch.tensor([document["ids"]])).logits[0]
ours = torch.tensor(document["logits"]).reshape(theirs.shape)
difference = (theirs - ours).abs().max().item()
print(f"{sum(p.numel() for p in model.parameters())} parameters; tokens of a sentence: {tokenizer('the norm is HP:0012').input_ids}")
print(f"logits from {theirs.min():.3f} to {theirs.max():.3f}; largest difference {difference:.2e}")
sys.exit(0 if difference < LIMIT else 1)

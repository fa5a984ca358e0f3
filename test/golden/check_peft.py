"""Does Python's PEFT compute what Ontoscope means? A manual check, not part of `npm test`.

    python test/golden/check_peft.py MODEL_FOLDER ADAPTER_FOLDER

MODEL_FOLDER is the base model, ADAPTER_FOLDER an adapter written by Ontoscope (adapter_config.json and
adapter_model.safetensors). The adapter is loaded with PeftModel.from_pretrained and its logits are compared with those
of a second copy of the model whose weights were replaced by W + s·BA, computed here from the raw tensors with
s = alpha/r or alpha/sqrt(r). Everything in f64, but for the norms, which transformers computes in f32: they round the last
bits away, so 0 is what to expect. Exits 1 where the logits differ, or where the adapter changes nothing.
"""

import json
import math
import sys
import warnings
from pathlib import Path

import torch
from peft import PeftModel
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

LIMIT = 1e-10
PREFIX = "base_model.model."


def merged(model_folder: str, adapter_folder: Path) -> tuple[torch.nn.Module, int]:
    config = json.loads((adapter_folder / "adapter_config.json").read_text())
    rank, alpha = config["r"], config["lora_alpha"]
    scale = alpha / math.sqrt(rank) if config["use_rslora"] else alpha / rank
    tensors = load_file(adapter_folder / "adapter_model.safetensors")
    model = AutoModelForCausalLM.from_pretrained(model_folder, dtype=torch.float64)
    used = set()
    for key in tensors:
        if not key.endswith(".lora_A.weight"):
            continue
        module = key.removeprefix(PREFIX).removesuffix(".lora_A.weight")
        partner = f"{PREFIX}{module}.lora_B.weight"
        weight = model.get_submodule(module).weight
        weight.data += scale * (tensors[partner].double() @ tensors[key].double())
        used |= {key, partner}
    assert used == set(tensors), f"unpaired tensors: {set(tensors) - used}"
    return model, len(used)


def main() -> None:
    model_folder, adapter_folder = sys.argv[1], Path(sys.argv[2])
    warnings.simplefilter("error", category=UserWarning)  # PEFT warns about missing and unexpected keys
    base = AutoModelForCausalLM.from_pretrained(model_folder, dtype=torch.float64)
    ids = torch.randint(base.config.vocab_size, (4, 48), generator=torch.Generator().manual_seed(7))
    with torch.no_grad():
        plain = base(ids).logits
        adapted = PeftModel.from_pretrained(base, adapter_folder, autocast_adapter_dtype=False).double().eval()
        got = adapted(ids).logits
        reference, tensors = merged(model_folder, adapter_folder)
        expected = reference(ids).logits
    difference = (got - expected).abs().max().item()
    effect = (got - plain).abs().max().item()
    print(f"{tensors} tensors; max |PEFT - (W + s·BA)| = {difference:.2e}; max |PEFT - base| = {effect:.2e}")
    sys.exit(0 if difference < LIMIT and effect > 1e-3 else 1)


main()

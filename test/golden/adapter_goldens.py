"""Goldens of adapters: what PEFT makes of DoRA, of LoRA+ and of adapters that Ontoscope trained.

Run with Python 3, torch, transformers and peft, after `family_goldens.py`, whose models it starts from:
    python test/golden/adapter_goldens.py           DoRA adapters, their gradients and ten steps of training
    node bench/run.js test/golden/write_adapters.ts  adapters that Ontoscope trains (needs WebGPU)
    python test/golden/adapter_goldens.py --loads   what PEFT computes with those
Writes into each family's folder: dora/ (an adapter as PEFT saves it, B not zero, magnitudes off the norms) and
expected/dora_*.safetensors: its gradients, the adapter after ten steps of AdamW and, for some, after ten of LoRA+, each under
the adapter's own names; and beside the families dora.json (losses, logits) and loads.json. Computed in f64 from weights rounded
to f32, one thread, one seed.
"""
import json
import shutil
import sys
import warnings
from pathlib import Path

import torch
import torch.nn.functional as F
from peft import LoraConfig, PeftModel, get_peft_model
from peft.optimizers import create_loraplus_optimizer
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM

HERE = Path(__file__).parent / "families"
SEQUENCES = [[3, 17, 9, 2, 11, 5, 20, 1, 8, 14, 6], [7, 7, 19, 4, 12]]
STEPS, ADAMW = 10, dict(lr=1e-3, betas=(0.9, 0.95), eps=1e-8)
DECAY, RATIO, PLUS = 0.01, 8.0, {"qwen3", "gpt2"}
# Targets of every kind, and other layers and scalings than the LoRA goldens have.
DORA = {
    "llama": dict(r=3, lora_alpha=6, target_modules=r"model\.layers\.(0\.self_attn\.[qv]_proj|1\.mlp\.(gate|down)_proj)"),
    "qwen2": dict(r=2, lora_alpha=5, target_modules=["q_proj", "v_proj", "o_proj"], layers_to_transform=[1]),
    "qwen3": dict(r=4, lora_alpha=3, target_modules="all-linear", use_rslora=True),
    "gemma3": dict(r=3, lora_alpha=6, target_modules=["self_attn.k_proj", "up_proj"]),
    "gpt2": dict(r=3, lora_alpha=6, target_modules=["c_attn", "c_proj"]),
    "gpt_neox": dict(r=3, lora_alpha=6, target_modules=["query_key_value", "dense_h_to_4h"]),
}


def load(family):
    model = AutoModelForCausalLM.from_pretrained(HERE / family, attn_implementation="eager", dtype=torch.float32)
    return model.double()


def logits_of(model):
    with torch.no_grad():
        return [[round(z, 8) for z in model(torch.tensor([ids])).logits[0].flatten().tolist()] for ids in SEQUENCES]


def loss_of(model):
    """Mean over all predicted tokens of all sequences."""
    total, count = 0.0, 0
    for ids in SEQUENCES:
        logits = model(torch.tensor([ids])).logits[0]
        total = total + F.cross_entropy(logits[:-1], torch.tensor(ids[1:]), reduction="sum")
        count += len(ids) - 1
    return total / count


def key(name):
    return name.replace("lora_magnitude_vector.default.weight", "lora_magnitude_vector").replace(".default.", ".")


def adapter_tensors(model):
    return {key(name): p for name, p in model.named_parameters() if "lora_" in name}


def f32(tensors):
    return {name: tensor.detach().to(torch.float32).contiguous().clone() for name, tensor in tensors.items()}


def train(model, optimizer):
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = loss_of(model)
        loss.backward()
        losses.append(loss.item())
        optimizer.step()
    return losses


def dora(family, index):
    folder = HERE / family
    generator = torch.Generator().manual_seed(1700 + index)
    model = get_peft_model(load(family), LoraConfig(**DORA[family], use_dora=True, task_type="CAUSAL_LM"))
    model.double()
    for name, p in adapter_tensors(model).items():
        noise = torch.randn(p.shape, generator=generator, dtype=torch.float64)
        value = p.data * (1 + 0.3 * noise) if p.dim() == 1 else noise * 0.3
        p.data = value.to(torch.float32).to(torch.float64)
    shutil.rmtree(folder / "dora", ignore_errors=True)
    model.peft_config["default"].base_model_name_or_path = family  # not the folder of the machine it was made on
    model.float().save_pretrained(folder / "dora")
    (folder / "dora" / "README.md").unlink(missing_ok=True)
    model.double()
    start = {name: p.data.clone() for name, p in adapter_tensors(model).items()}
    logits = logits_of(model)
    loss = loss_of(model)
    loss.backward()
    expected = folder / "expected"
    save_file(f32({name: p.grad for name, p in adapter_tensors(model).items()}), expected / "dora_gradients.safetensors")

    def again():
        for name, p in adapter_tensors(model).items():
            p.data = start[name].clone()

    trained = [p for p in model.parameters() if p.requires_grad]
    losses = train(model, torch.optim.AdamW(trained, **ADAMW, weight_decay=DECAY))
    save_file(f32(adapter_tensors(model)), expected / "dora_trained.safetensors")
    found = dict(loss=loss.item(), logits=logits, losses=losses, plusLosses=None)
    print(family, "loss", loss.item(), "to", losses[-1])
    if family not in PLUS:
        return found
    again()
    plus = create_loraplus_optimizer(model, torch.optim.AdamW, loraplus_lr_ratio=RATIO, loraplus_weight_decay=DECAY, **ADAMW)
    found["plusLosses"] = train(model, plus)
    save_file(f32(adapter_tensors(model)), expected / "dora_plus.safetensors")
    return found


def loads(family, kind):
    with warnings.catch_warnings():
        # PEFT warns about missing and unexpected keys; these are to have none.
        warnings.simplefilter("error", category=UserWarning)
        model = PeftModel.from_pretrained(load(family), HERE / family / "trained" / kind, autocast_adapter_dtype=False)
    return logits_of(model.double().eval())


def main():
    torch.set_num_threads(1)
    if "--loads" in sys.argv:
        found = {family: {kind: loads(family, kind) for kind in ("lora", "dora")} for family in DORA}
        (HERE / "loads.json").write_text(json.dumps(found) + "\n")
        return
    found = {family: dora(family, index) for index, family in enumerate(DORA)}
    settings = dict(adamw=dict(ADAMW, weight_decay=DECAY), ratio=RATIO)
    (HERE / "dora.json").write_text(json.dumps(dict(settings, families=found)) + "\n")


main()

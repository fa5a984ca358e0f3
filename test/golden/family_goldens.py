"""Goldens of every model family: what Hugging Face transformers and PEFT compute of a tiny model with random weights.

Run with Python 3, torch, transformers and peft:
    python test/golden/family_goldens.py
Writes one folder a family under families/: the model as transformers saves it (config.json, model.safetensors), a LoRA
adapter as PEFT saves it (adapter/, its B not zero), and in expected/: the logits, the gradients of all weights and of the
adapter, the weights after ten steps of AdamW, all under the names of the files they belong to. Computed in f64 from
weights rounded to f32. One seed, one thread: every run on one machine writes the same bytes.
"""
import json
import shutil
from pathlib import Path

import torch
import torch.nn.functional as F
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, Gemma3TextConfig, GPT2Config, GPTNeoXConfig, LlamaConfig, Qwen2Config, Qwen3Config

HERE = Path(__file__).parent / "families"
VOCAB = 24
SEQUENCES = [[3, 17, 9, 2, 11, 5, 20, 1, 8, 14, 6], [7, 7, 19, 4, 12]]
STEPS, ADAMW = 10, dict(lr=1e-3, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.01)
RANK, ALPHA = 3, 6

SHAPE = dict(vocab_size=VOCAB, hidden_size=16, intermediate_size=20, num_hidden_layers=2, num_attention_heads=2,
             max_position_embeddings=32, bos_token_id=0, eos_token_id=1)
FAMILIES = {
    "llama": (LlamaConfig(**SHAPE, num_key_value_heads=1, attention_bias=True, mlp_bias=True, tie_word_embeddings=False,
                          rope_parameters=dict(rope_type="llama3", rope_theta=500.0, factor=4.0, low_freq_factor=1.0,
                                               high_freq_factor=4.0, original_max_position_embeddings=16)),
              ["q_proj", "down_proj"]),
    "qwen2": (Qwen2Config(**SHAPE, num_key_value_heads=1, tie_word_embeddings=True), ["q_proj", "v_proj"]),
    "qwen3": (Qwen3Config(**SHAPE, num_key_value_heads=1, head_dim=12, tie_word_embeddings=True), "all-linear"),
    "gemma3": (Gemma3TextConfig(**{**SHAPE, "num_hidden_layers": 3}, num_key_value_heads=1, head_dim=12,
                                query_pre_attn_scalar=10, sliding_window=4,
                                layer_types=["sliding_attention", "full_attention", "sliding_attention"]),
               r".*layers\.\d+\.(self_attn\.[qv]_proj|mlp\.up_proj)"),
    "gpt2": (GPT2Config(vocab_size=VOCAB, n_embd=16, n_head=2, n_layer=2, n_positions=32, n_inner=24, resid_pdrop=0.0,
                        embd_pdrop=0.0, attn_pdrop=0.0, bos_token_id=0, eos_token_id=1), ["c_attn", "mlp.c_proj"]),
    "gpt_neox": (GPTNeoXConfig(**SHAPE, tie_word_embeddings=False,
                               rope_parameters=dict(rope_type="default", rope_theta=10000.0, partial_rotary_factor=0.5)),
                 ["query_key_value", "dense"]),
    "gpt_neox_sequential": (GPTNeoXConfig(**SHAPE, tie_word_embeddings=True, use_parallel_residual=False, attention_bias=False,
                                          rope_parameters=dict(rope_type="default", rope_theta=500.0,
                                                               partial_rotary_factor=1.0)),
                            ["query_key_value", "dense_h_to_4h"]),
}


def randomise(module, generator, b_too):
    """Weights far from any symmetry, rounded to f32."""
    for name, parameter in module.named_parameters():
        if b_too and "lora_" not in name:
            continue
        values = torch.randn(parameter.shape, generator=generator, dtype=torch.float64)
        if "norm" in name or ".ln_" in name:
            values = values * 0.2 + (0.0 if name.endswith("bias") or "gemma" in type(module).__name__.lower() else 1.0)
        else:
            values = values * (0.3 if parameter.dim() > 1 else 0.1)
        parameter.data = values.to(torch.float32).to(torch.float64)


def loss_of(model):
    """Mean over all predicted tokens of all sequences."""
    total, count = 0.0, 0
    for ids in SEQUENCES:
        logits = model(torch.tensor([ids])).logits[0]
        total = total + F.cross_entropy(logits[:-1], torch.tensor(ids[1:]), reduction="sum")
        count += len(ids) - 1
    return total / count


def f32(tensors):
    return {name: tensor.detach().to(torch.float32).contiguous().clone() for name, tensor in tensors.items()}


def saved_names(folder):
    from safetensors import safe_open
    with safe_open(folder / "model.safetensors", "pt") as file:
        return list(file.keys())


def main():
    torch.set_num_threads(1)
    for index, (family, (config, targets)) in enumerate(FAMILIES.items()):
        folder = HERE / family
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "expected").mkdir(parents=True)
        generator = torch.Generator().manual_seed(900 + index)
        config._attn_implementation = "eager"
        model = AutoModelForCausalLM.from_config(config, attn_implementation="eager").double()
        randomise(model, generator, False)
        model.tie_weights()
        model.float().save_pretrained(folder)
        model.double()
        names = saved_names(folder)
        own = dict(model.named_parameters())
        # transformers 5 calls GPT-NeoX's head lm_head and writes it as embed_out.
        of_file = {name: own.get(name, own.get("lm_head.weight")) for name in names}
        with torch.no_grad():
            logits = [model(torch.tensor([ids])).logits[0] for ids in SEQUENCES]
        loss = loss_of(model)
        loss.backward()
        save_file(f32({name: of_file[name].grad for name in names}), folder / "expected" / "gradients.safetensors")

        start = {name: parameter.data.clone() for name, parameter in of_file.items()}
        optimizer = torch.optim.AdamW(model.parameters(), **ADAMW)
        losses = []
        for _ in range(STEPS):
            optimizer.zero_grad()
            step_loss = loss_of(model)
            step_loss.backward()
            losses.append(step_loss.item())
            optimizer.step()
        save_file(f32({name: of_file[name] for name in names}), folder / "expected" / "trained.safetensors")
        for name, parameter in of_file.items():
            parameter.data = start[name]
            parameter.grad = None

        lora = get_peft_model(model, LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=targets, task_type="CAUSAL_LM"))
        lora.double()
        randomise(lora, generator, True)
        adapted = loss_of(lora)
        with torch.no_grad():
            adapted_logits = [lora(torch.tensor([ids])).logits[0] for ids in SEQUENCES]
        adapted.backward()
        gradients = {name: p.grad for name, p in lora.named_parameters() if "lora_" in name}
        key = lambda name: name.replace(".default.", ".")
        lora.float().save_pretrained(folder / "adapter")
        (folder / "adapter" / "README.md").unlink(missing_ok=True)
        save_file(f32({key(name): grad for name, grad in gradients.items()}), folder / "expected" / "adapter_gradients.safetensors")
        document = dict(sequences=SEQUENCES, loss=loss.item(), losses=losses, adamw=ADAMW, adaptedLoss=adapted.item(),
                        logits=[each.flatten().tolist() for each in logits],
                        adaptedLogits=[each.flatten().tolist() for each in adapted_logits],
                        parameters=sum(p.numel() for p in of_file.values()))
        (folder / "expected" / "expected.json").write_text(json.dumps(document) + "\n")
        print(family, document["parameters"], "parameters, loss", loss.item(), "adapted", adapted.item())


main()

"""Goldens of the engine: a tiny Llama in PyTorch f64, its logits, gradients and AdamW trajectories.

Run with Python 3 and torch (transformers, when installed, cross-checks the model):
    python test/golden/make_goldens.py
Writes tiny-{tied,untied}.gradients.json and tiny-{tied,untied}.trajectories.json beside itself. One seed, one thread:
every run on one machine writes the same bytes.

A packed row is emulated by one forward per segment, so that packing itself is under test. Initial values are rounded
to f32, so that an f32 engine starts from the very same numbers. Tensors are base64 of little-endian f32 (inputs) or
f64 (results), row-major.
"""
import base64
import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F

HERE = Path(__file__).parent
SEED = 20251
CONFIG = dict(vocabSize=40, hiddenSize=16, ffnSize=24, layers=2, heads=4, kvHeads=2, headDim=4,
              normEpsilon=1e-5, contextLength=64)
THETA = 10000.0
RANK, SCALE = 4, 2.0
STEPS, DISTINCT_BATCHES = 30, 6
ADAMW = dict(learningRate=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-8)
# A clip at 1 binds at every step, one at 5 at some of them.
DECAYING, PLAIN = dict(ADAMW, weightDecay=0.01, clipNorm=1.0), dict(ADAMW, weightDecay=0.0, clipNorm=5.0)

V, D, FFN = CONFIG["vocabSize"], CONFIG["hiddenSize"], CONFIG["ffnSize"]
L, H, KV, HD = CONFIG["layers"], CONFIG["heads"], CONFIG["kvHeads"], CONFIG["headDim"]
INVERSE_FREQUENCIES = [THETA ** (-2 * i / HD) for i in range(HD // 2)]
LINEARS = {"q_proj": (H * HD, D), "k_proj": (KV * HD, D), "v_proj": (KV * HD, D), "o_proj": (D, H * HD),
           "gate_proj": (FFN, D), "up_proj": (FFN, D), "down_proj": (D, FFN)}


# --- initial values and batches -------------------------------------------------------------------------------------

def normal(generator, shape, deviation, mean=0.0):
    values = torch.randn(shape, generator=generator, dtype=torch.float64) * deviation + mean
    return values.to(torch.float32).to(torch.float64)


def make_weights(generator, tied):
    weights = {"embed": normal(generator, (V, D), 0.5)}
    for layer in range(L):
        weights[f"layers.{layer}.attention_norm"] = normal(generator, (D,), 0.2, 1.0)
        weights[f"layers.{layer}.ffn_norm"] = normal(generator, (D,), 0.2, 1.0)
        for name, shape in LINEARS.items():
            weights[f"layers.{layer}.{name}"] = normal(generator, shape, 1.2 / math.sqrt(shape[1]))
    weights["final_norm"] = normal(generator, (D,), 0.2, 1.0)
    if not tied:
        weights["head"] = normal(generator, (V, D), 0.4)
    return weights


def make_lora(generator):
    """A uniform in ±1/√in (Kaiming with a = √5, as PEFT has it); B non-zero, for the gradient goldens."""
    a, b = {}, {}
    for layer in range(L):
        for name, (rows, columns) in LINEARS.items():
            bound = 1 / math.sqrt(columns)
            uniform = (torch.rand((RANK, columns), generator=generator, dtype=torch.float64) * 2 - 1) * bound
            a[f"layers.{layer}.{name}.lora_A"] = uniform.to(torch.float32).to(torch.float64)
            b[f"layers.{layer}.{name}.lora_B"] = normal(generator, (rows, RANK), 0.1)
    return a, b


def integers(generator, low, high, count):
    return torch.randint(low, high, (count,), generator=generator).tolist()


def make_row(generator, first_example, sizes):
    """sizes: (prompt, completion, keep_last) per segment; the last id predicts nothing, and may be in the row or not."""
    row = dict(ids=[], segmentStart=[], supervisedIndex=[], labels=[], example=[])
    for number, (prompt, completion, keep_last) in enumerate(sizes):
        ids = integers(generator, 0, V, prompt + completion)
        start = len(row["ids"])
        kept = ids if keep_last or completion == 0 else ids[:-1]
        for k in range(completion):
            row["supervisedIndex"].append(start + prompt - 1 + k)
            row["labels"].append(ids[prompt + k])
            row["example"].append(first_example + number)
        row["ids"] += kept
        row["segmentStart"] += [start] * len(kept)
    return row


def make_batches(generator):
    gradient_batch = [make_row(generator, 0, [(5, 3, False), (1, 1, False), (7, 2, True), (4, 0, False), (3, 6, False)]),
                      make_row(generator, 5, [(1, 9, True), (6, 4, False)]),
                      make_row(generator, 7, [(2, 1, False)])]
    batches = []
    for _ in range(DISTINCT_BATCHES):
        sizes = [(integers(generator, 2, 7, 1)[0], integers(generator, 1, 5, 1)[0], False) for _ in range(5)]
        batches.append([make_row(generator, 0, sizes[:3]), make_row(generator, 3, sizes[3:])])
    return gradient_batch, batches


# --- the model ------------------------------------------------------------------------------------------------------

def rms_norm(x, w):
    return w * x * torch.rsqrt((x * x).mean(-1, keepdim=True) + CONFIG["normEpsilon"])


def rotate(x):
    """x [tokens, heads, HD]: pairs (i, i + HD/2) turned by position · inverse frequency."""
    angles = torch.arange(x.shape[0], dtype=x.dtype)[:, None] * torch.tensor(INVERSE_FREQUENCIES, dtype=x.dtype)
    cos, sin = angles.cos()[:, None, :], angles.sin()[:, None, :]
    first, second = x[..., : HD // 2], x[..., HD // 2:]
    return torch.cat([first * cos - second * sin, second * cos + first * sin], -1)


def sequence_logits(weights, ids, lora=None):
    """Logits [tokens, V] of one sequence."""
    def project(key, x):
        y = x @ weights[key].T
        if lora and f"{key}.lora_A" in lora:
            y = y + SCALE * (x @ lora[f"{key}.lora_A"].T) @ lora[f"{key}.lora_B"].T
        return y

    tokens = len(ids)
    mask = torch.ones(tokens, tokens, dtype=torch.bool).tril()
    x = weights["embed"][torch.tensor(ids)]
    for layer in range(L):
        at = f"layers.{layer}."
        normed = rms_norm(x, weights[at + "attention_norm"])
        q = rotate(project(at + "q_proj", normed).view(tokens, H, HD))
        k = rotate(project(at + "k_proj", normed).view(tokens, KV, HD)).repeat_interleave(H // KV, 1)
        v = project(at + "v_proj", normed).view(tokens, KV, HD).repeat_interleave(H // KV, 1)
        scores = torch.einsum("thd,shd->hts", q, k) / math.sqrt(HD)
        attended = torch.einsum("hts,shd->thd", scores.masked_fill(~mask, -math.inf).softmax(-1), v)
        x = x + project(at + "o_proj", attended.reshape(tokens, H * HD))
        normed = rms_norm(x, weights[at + "ffn_norm"])
        x = x + project(at + "down_proj", F.silu(project(at + "gate_proj", normed)) * project(at + "up_proj", normed))
    x = rms_norm(x, weights["final_norm"])
    return x @ weights.get("head", weights["embed"]).T


def segments(row):
    starts = sorted(set(row["segmentStart"]))
    return list(zip(starts, starts[1:] + [len(row["ids"])]))


def supervised_logits(weights, row, lora=None):
    logits = torch.cat([sequence_logits(weights, row["ids"][a:b], lora) for a, b in segments(row)])
    return logits[torch.tensor(row["supervisedIndex"])]


def batch_loss(weights, rows, lora=None):
    logits = torch.cat([supervised_logits(weights, row, lora) for row in rows])
    return F.cross_entropy(logits, torch.tensor([label for row in rows for label in row["labels"]]))


def leaves(tensors, dtype=torch.float64):
    return {name: tensor.detach().to(dtype).clone().requires_grad_(True) for name, tensor in tensors.items()}


# --- what is recorded -----------------------------------------------------------------------------------------------

def encode(tensor, dtype):
    tensor = tensor.detach().contiguous()
    kind = "f32" if dtype == torch.float32 else "f64"
    return {"shape": list(tensor.shape), kind: base64.b64encode(tensor.to(dtype).numpy().tobytes()).decode()}


def encode_all(tensors, dtype=torch.float64):
    return {name: encode(tensor, dtype) for name, tensor in tensors.items()}


def gradients_of(weights, rows, lora=None):
    trained = leaves(lora if lora else weights)
    loss = batch_loss(weights if lora else trained, rows, trained if lora else None)
    loss.backward()
    return loss.item(), {name: leaf.grad for name, leaf in trained.items()}


def trajectory(weights, batches, lora, settings, dtype=torch.float64):
    frozen = {name: tensor.to(dtype) for name, tensor in weights.items()}
    trained = leaves(lora if lora else weights, dtype)
    optimizer = torch.optim.AdamW(list(trained.values()), lr=settings["learningRate"], eps=settings["epsilon"],
                                  betas=(settings["beta1"], settings["beta2"]), weight_decay=settings["weightDecay"])
    losses, norms = [], []
    for step in range(STEPS):
        optimizer.zero_grad()
        rows = batches[step % len(batches)]
        loss = batch_loss(frozen if lora else trained, rows, trained if lora else None)
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(list(trained.values()), settings["clipNorm"]).item())
        losses.append(loss.item())
        optimizer.step()
    return losses, norms, trained


def write(name, document):
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False) + "\n"
    (HERE / name).write_text(text)
    print(f"{name}: {len(text) / 1000:.1f} kB")


def relative(a, b):
    return (torch.linalg.vector_norm(a.double() - b.double()) / torch.linalg.vector_norm(b.double())).item()


# --- cross-check ----------------------------------------------------------------------------------------------------

def cross_check(weights, tied):
    """The hand-written model against transformers' own Llama."""
    try:
        from transformers import LlamaConfig, LlamaForCausalLM
    except ImportError:
        print("transformers is not installed: no cross-check")
        return
    model = LlamaForCausalLM(LlamaConfig(
        vocab_size=V, hidden_size=D, intermediate_size=FFN, num_hidden_layers=L, num_attention_heads=H,
        num_key_value_heads=KV, head_dim=HD, rms_norm_eps=CONFIG["normEpsilon"], rope_theta=THETA,
        max_position_embeddings=CONFIG["contextLength"], tie_word_embeddings=tied,
        attn_implementation="eager")).double()
    state = {"model.embed_tokens.weight": weights["embed"], "model.norm.weight": weights["final_norm"],
             "lm_head.weight": weights.get("head", weights["embed"])}
    for layer in range(L):
        ours, theirs = f"layers.{layer}.", f"model.layers.{layer}."
        state[theirs + "input_layernorm.weight"] = weights[ours + "attention_norm"]
        state[theirs + "post_attention_layernorm.weight"] = weights[ours + "ffn_norm"]
        for name in LINEARS:
            group = "self_attn" if name in ("q_proj", "k_proj", "v_proj", "o_proj") else "mlp"
            state[f"{theirs}{group}.{name}.weight"] = weights[ours + name]
    model.load_state_dict(state, strict=False)
    ids = [(7 * i + 3) % V for i in range(19)]
    with torch.no_grad():
        difference = (model(torch.tensor([ids])).logits[0] - sequence_logits(weights, ids)).abs().max().item()
    print(f"largest logit difference from transformers: {difference:.2e}")
    # Its RMSNorm and rotary tables are computed in f32 whatever the model's type.
    assert difference < 2e-5, difference


def main():
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    for tied in (True, False):
        name = "tiny-tied" if tied else "tiny-untied"
        generator = torch.Generator().manual_seed(SEED + tied)
        weights = make_weights(generator, tied)
        lora_a, lora_b = make_lora(generator)
        gradient_batch, batches = make_batches(generator)
        cross_check(weights, tied)

        config = {**CONFIG, "inverseFrequencies": INVERSE_FREQUENCIES, "tiedHead": tied}
        trained_lora = {**lora_a, **lora_b}
        fresh_lora = {**lora_a, **{key: torch.zeros_like(b) for key, b in lora_b.items()}}
        document = {"config": config, "rank": RANK, "scale": SCALE, "weights": encode_all(weights, torch.float32),
                    "lora": encode_all(trained_lora, torch.float32), "rows": gradient_batch}
        for kind, lora in (("full", None), ("adapted", trained_lora)):
            loss, gradients = gradients_of(weights, gradient_batch, lora)
            logits = [supervised_logits(weights, row, lora) for row in gradient_batch]
            document[kind] = {"loss": loss, "logits": [encode(rows, torch.float64) for rows in logits],
                              "gradients": encode_all(gradients)}
        write(f"{name}.gradients.json", document)

        document = {"config": config, "rank": RANK, "scale": SCALE, "steps": STEPS,
                    "weights": encode_all(weights, torch.float32), "lora": encode_all(fresh_lora, torch.float32),
                    "batches": batches, "runs": []}
        # The untied model repeats one run of each kind: only its head differs.
        for kind, settings in [("full", DECAYING), ("lora", PLAIN)] + ([("full", PLAIN), ("lora", DECAYING)] if tied else []):
            lora = fresh_lora if kind == "lora" else None
            losses, norms, final = trajectory(weights, batches, lora, settings)
            document["runs"].append({"kind": kind, "settings": settings, "losses": losses,
                                     "gradientNorms": norms, "parameters": encode_all(final)})
            single = trajectory(weights, batches, lora, settings, torch.float32)
            print(f"  {kind} wd {settings['weightDecay']}: loss {losses[0]:.4f} -> {losses[-1]:.4f}, norms {min(norms):.2f}"
                  f"..{max(norms):.2f}; f32 strays: loss {max(abs(a / b - 1) for a, b in zip(single[0], losses)):.1e},"
                  f" worst tensor {max(relative(single[2][key], final[key]) for key in final):.1e}, all "
                  f"{relative(*[torch.cat([t[key].detach().flatten() for key in final]) for t in (single[2], final)]):.1e}")
        write(f"{name}.trajectories.json", document)


if __name__ == "__main__":
    main()

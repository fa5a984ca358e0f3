"""Golden of pretraining: the corpus of test/fixtures/corpus trained from nothing in PyTorch f64.

Run with Python 3, torch and tokenizers:
    python test/golden/pretrain_goldens.py
Writes pretrain.json beside itself. Everything on the way from text to weights is done a second time here: tokens by the
tokenizers library, initial weights by a Philox of our own, packing in order, warm-up and cosine, AdamW, held-out loss.
"""
import json
import math

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

import make_goldens as model

CORPUS = model.HERE.parent / "fixtures" / "corpus"
WEIGHTS_STREAM = 31
BOS, EOS = "<s>", "</s>"


# --- initial weights ------------------------------------------------------------------------------------------------

def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(p1 >> 32) ^ c[1] ^ k[0], p1 & 0xFFFFFFFF, (p0 >> 32) ^ c[3] ^ k[1], p0 & 0xFFFFFFFF]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return c


def normals(count, deviation, seed, substream):
    words = [w for block in range((count + 3) // 4) for w in philox((block, 0, substream, 0), (seed, WEIGHTS_STREAM))]
    units = [((word >> 9) + 0.5) / 8388608 for word in words]
    values = []
    for i in range(0, count, 2):
        radius, angle = deviation * math.sqrt(-2 * math.log(units[i])), 2 * math.pi * units[i + 1]
        values += [radius * math.cos(angle), radius * math.sin(angle)]
    return torch.tensor(values[:count], dtype=torch.float64).to(torch.float32).to(torch.float64)


def initial_weights(seed, deviation):
    shapes = {"embed": (model.V, model.D)}
    for layer in range(model.L):
        at = f"layers.{layer}."
        shapes |= {at + "attention_norm": (model.D,), at + "ffn_norm": (model.D,)}
        shapes |= {at + name: shape for name, shape in model.LINEARS.items()}
    shapes["final_norm"] = (model.D,)
    weights = {}
    for index, (name, shape) in enumerate(shapes.items()):
        residual = name.endswith(("o_proj", "down_proj"))
        spread = deviation / math.sqrt(2 * model.L) if residual else deviation
        weights[name] = (torch.ones(shape, dtype=torch.float64) if len(shape) == 1
                         else normals(math.prod(shape), spread, seed, index).reshape(shape))
    return weights


# --- data and schedule ----------------------------------------------------------------------------------------------

def batches(sequences, row_tokens, rows):
    """Sequences of each step: rows are filled in order."""
    filled, used = [], math.inf
    for sequence in sequences:
        if used + len(sequence) - 1 > row_tokens:
            filled.append([])
            used = 0
        filled[-1].append(sequence)
        used += len(sequence) - 1
    return [sum(filled[at:at + rows], []) for at in range(0, len(filled), rows)]


def mean_loss(weights, sequences):
    logits = torch.cat([model.sequence_logits(weights, sequence[:-1]) for sequence in sequences])
    return F.cross_entropy(logits, torch.tensor([label for sequence in sequences for label in sequence[1:]]))


def rate(step, total, peak, warmup, final):
    if step <= warmup:
        return peak * step / warmup
    fall = 0.5 * (1 + math.cos(math.pi * (step - warmup) / (total - warmup + 1)))
    return peak * (final + (1 - final) * fall)


def main():
    torch.set_num_threads(1)
    config = json.loads((CORPUS / "pretrain.json").read_text())
    tokenizer = Tokenizer.from_file(str(CORPUS / "tokenizer.json"))
    shape = config["model"]
    model.V, model.D, model.FFN = tokenizer.get_vocab_size(), shape["hiddenSize"], shape["intermediateSize"]
    model.L, model.H, model.KV = shape["layers"], shape["heads"], shape["kvHeads"]
    model.HD = model.D // model.H
    model.CONFIG["normEpsilon"] = shape["normEpsilon"]
    model.INVERSE_FREQUENCIES = [shape["ropeTheta"] ** (-2 * i / model.HD) for i in range(model.HD // 2)]
    wide, narrow = model.H * model.HD, model.KV * model.HD
    model.LINEARS = {"q_proj": (wide, model.D), "k_proj": (narrow, model.D), "v_proj": (narrow, model.D),
                     "o_proj": (model.D, wide), "gate_proj": (model.FFN, model.D), "up_proj": (model.FFN, model.D),
                     "down_proj": (model.D, model.FFN)}

    begin, end = tokenizer.token_to_id(BOS), tokenizer.token_to_id(EOS)
    encode = lambda text: [begin, *tokenizer.encode(text, add_special_tokens=False).ids, end]
    lines = (CORPUS / "sentences.jsonl").read_text().splitlines()
    sequences = [encode(json.loads(line)["text"]) for line in lines]
    held_out = [encode(line) for line in (CORPUS / "held-out.txt").read_text().splitlines()]
    steps = batches(sequences, config["batch"]["rowTokens"], config["batch"]["rows"])

    fresh = initial_weights(config["seed"], config["initialisation"]["deviation"])
    trained = model.leaves(fresh)
    settings, schedule = config["optimizer"], config["schedule"]
    optimizer = torch.optim.AdamW(list(trained.values()), lr=0.0, eps=settings["epsilon"],
                                  betas=(settings["beta1"], settings["beta2"]), weight_decay=settings["weightDecay"])
    every = config["evaluation"]["everySteps"]
    records, evaluations = [], []

    def evaluate(step):
        with torch.no_grad():
            evaluations.append(dict(step=step, loss=mean_loss(trained, held_out).item()))

    evaluate(0)
    for number, batch in enumerate(steps, 1):
        learning_rate = rate(number, len(steps), settings["learningRate"], schedule["warmupSteps"], schedule["finalShare"])
        for group in optimizer.param_groups:
            group["lr"] = learning_rate
        optimizer.zero_grad()
        loss = mean_loss(trained, batch)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(list(trained.values()), settings["clipNorm"]).item()
        optimizer.step()
        records.append(dict(step=number, learningRate=learning_rate, loss=loss.item(), gradientNorm=norm,
                            tokens=sum(len(sequence) - 1 for sequence in batch)))
        if number % every == 0 or number == len(steps):
            evaluate(number)
    print(f"{len(steps)} steps, loss {records[0]['loss']:.4f} -> {records[-1]['loss']:.4f}")
    model.write("pretrain.json", {"initial": model.encode_all(fresh, torch.float32), "steps": records,
                                  "heldOut": evaluations, "final": model.encode_all(trained)})


main()

"""The first-light task in PyTorch: which settings learn it, and whether the engine's answer is the framework's.

A manual study, no part of the tests. Takes the pairs from a run's records and the templates from the product's source,
so both train on the same examples (in another order).

    python first_light_sweep.py MODEL_FOLDER RUN_FOLDER DIRECTION,METHOD,RATE,BATCH,EPOCHS,ALPHA ...
    python first_light_sweep.py models/stories260K runs/first-light term-to-id,full,0.002,10,20,32

METHOD is `full` or `lora` (rank 16 on every linear layer). Needs torch, transformers, tokenizers and peft.
"""

import json
import math
import random
import re
import sys
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from tokenizers import Tokenizer
from transformers import LlamaForCausalLM

STOP = 2
TEMPLATES = Path(__file__).parents[2] / "src/prompts/short-questions.ts"


def templates(direction):
    """Five trained templates, then the held-out one."""
    key = "term" if direction == "term-to-id" else "identifier"
    return re.findall(r"'([^'\n]*\{%s\}[^'\n]*)'" % key, TEMPLATES.read_text()), "{%s}" % key


def examples(tokenizer, pairs, direction, wordings):
    found, slot = templates(direction)
    for identifier, term in pairs:
        question, answer = (term, identifier) if direction == "term-to-id" else (identifier, term)
        completion = tokenizer.encode(answer, add_special_tokens=False).ids + [STOP]
        for index in wordings:
            yield tokenizer.encode(found[index].replace(slot, question)).ids, completion


def batch(items):
    width = max(len(prompt) + len(completion) - 1 for prompt, completion in items)
    ids = torch.zeros(len(items), width, dtype=torch.long)
    labels = torch.full((len(items), width), -100)
    mask = torch.zeros(len(items), width, dtype=torch.long)
    for row, (prompt, completion) in enumerate(items):
        inputs = prompt + completion[:-1]
        ids[row, : len(inputs)] = torch.tensor(inputs)
        mask[row, : len(inputs)] = 1
        labels[row, len(prompt) - 1 : len(inputs)] = torch.tensor(completion)
    return ids, mask, labels


@torch.no_grad()
def evaluate(model, items):
    """Share of token-exact greedy answers, and log q per token."""
    ids, mask, labels = batch(items)
    logits = model(input_ids=ids, attention_mask=mask).logits
    answered = labels != -100
    chosen = torch.log_softmax(logits, -1).gather(-1, labels.clamp(min=0)[..., None])[..., 0]
    hits = ((logits.argmax(-1) == labels) | ~answered).all(1).float().mean().item()
    return hits, (chosen * answered).sum(1) / answered.sum(1)


def train(folder, pairs, direction, method, rate, size, epochs, alpha):
    torch.manual_seed(1)
    random.seed(1)
    tokenizer = Tokenizer.from_file(str(Path(folder) / "tokenizer.json"))
    model = LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32)
    if method == "lora":
        config = LoraConfig(r=16, lora_alpha=alpha, lora_dropout=0, target_modules="all-linear")
        model = get_peft_model(model, config)
    seen = [pair[:2] for pair in pairs if pair[2]]
    withheld = [pair[:2] for pair in pairs if not pair[2]]
    asked = {name: list(examples(tokenizer, part, direction, [5])) for name, part in (("seen", seen), ("withheld", withheld))}
    before = {name: evaluate(model, items)[1] for name, items in asked.items()}
    items = list(examples(tokenizer, seen, direction, range(5)))
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=rate, weight_decay=0)
    steps = math.ceil(len(items) / size) * epochs
    step = 0
    losses = []
    for _ in range(epochs):
        random.shuffle(items)
        epoch_losses = []
        for start in range(0, len(items), size):
            step += 1
            scale = min(1, step / 10) * 0.5 * (1 + math.cos(math.pi * step / steps))
            for group in optimizer.param_groups:
                group["lr"] = rate * scale
            ids, mask, labels = batch(items[start : start + size])
            logits = model(input_ids=ids, attention_mask=mask).logits
            loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten())
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()
            epoch_losses.append(loss.item())
        losses.append(sum(epoch_losses) / len(epoch_losses))
    after = {name: evaluate(model, part) for name, part in asked.items()}
    rise = {name: after[name][1] - before[name] for name in asked}
    above = (rise["seen"][:, None] > rise["withheld"][None]).float().mean().item()
    return {
        "loss": [round(losses[0], 3), round(losses[-1], 3)],
        "seenRight": after["seen"][0],
        "withheldRight": after["withheld"][0],
        "riseAuc": round(above, 3),
    }


def main():
    folder, run, *settings = sys.argv[1:]
    trials = [json.loads(line) for line in open(Path(run) / "trials.jsonl")]
    pairs = sorted({(t["identifier"], t["term"], t["seen"]) for t in trials})
    for setting in settings:
        direction, method, rate, size, epochs, alpha = setting.split(",")
        result = train(folder, pairs, direction, method, float(rate), int(size), int(epochs), float(alpha))
        print(setting, json.dumps(result), flush=True)


if __name__ == "__main__":
    main()

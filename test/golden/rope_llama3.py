"""Golden for test/unit/models/config.test.ts: llama3 rotary frequencies as transformers computes them (in f32).

Run: python test/golden/rope_llama3.py   (needs torch and transformers; writes rope_llama3.json beside itself)
"""

import json
from pathlib import Path

from transformers import LlamaConfig
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

CASES = [
    (64, dict(rope_theta=500000.0, factor=32.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=8192)),
    (128, dict(rope_theta=500000.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=8192)),
    (16, dict(rope_theta=10000.0, factor=4.0, low_freq_factor=0.5, high_freq_factor=6.0, original_max_position_embeddings=256)),
]

golden = []
for head_dim, rope in CASES:
    config = LlamaConfig(hidden_size=4 * head_dim, num_attention_heads=4, head_dim=head_dim, rope_parameters={"rope_type": "llama3", **rope})
    frequencies, factor = ROPE_INIT_FUNCTIONS["llama3"](config, "cpu")
    assert factor == 1.0
    golden.append({"head_dim": head_dim, "rope": rope, "inverse_frequencies": frequencies.tolist()})

Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=1) + "\n")

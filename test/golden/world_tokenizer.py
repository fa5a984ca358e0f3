"""Golden for test/unit/worlds/bpe.test.ts: what Python's tokenizers make of a tokenizer that the lab learned.

Run: python test/golden/world_tokenizer.py   (needs tokenizers; reads world_tokenizer.tokenizer.json, which the test
writes with `vitest run -u`, and writes world_tokenizer.json beside itself)
"""

import hashlib
import json
import random
from pathlib import Path

from tokenizers import Tokenizer

HERE = Path(__file__).parent
SOURCE = HERE / "world_tokenizer.tokenizer.json"

texts = [
    "",
    " ",
    "a  b   c\n\nd\te\r\n",
    "The ID of nodular endrostal lesion is WLD:0601401",
    "NEL865 bears the name nodular endrostal lesion",
    "ID on file for estavin motor pi: W75.215",
    "D-2-hydroxyglutarate dehydrogenase, alpha 1,3-galactosyltransferase 2 (C1orf112)",
    "ABCdefGHIjkl McDonald iPhone x86_64 3.14e-10",
    "naïve façade Ångström Ünïcödé ßtraße ŒUVRE ǅ ǆ ﬁ",
    "кардиомиопатия ΚΑΡΔΙΑ καρδιά 心筋症 عضلة القلب שריר הלב हृदय 심근",
    "e\u0301 o\u0302 a\u030a \u0301alone zero\u200bwidth no\u00a0break em\u2003space ideo\u3000graphic",
    "emoji 😀👩‍🔬🧬 flags 🇩🇪 keycap 1️⃣",
    "½ Ⅻ ٣ ४ 二 ² ① 𝟙 𝔄 𝒶",
    "tab\tvt\u000bff\u000cnel\u0085ls\u2028ps\u2029bom\ufeffend",
    "<|endoftext|>",
    "before<|endoftext|>after <|endoftext|> spaced",
    "<|endoftext",
    "\u0000\u0001\u007f\u0080\u00ad\uffff\ufffd",
]
rng = random.Random(7)
alphabet = " abcXYZ019.,:-\n\té߀Ωж中😀\u0301\u00a0ªʰǅ"
texts += ["".join(rng.choice(alphabet) for _ in range(rng.randrange(1, 40))) for _ in range(150)]
texts += ["".join(chr(rng.choice([rng.randrange(32, 0xD800), rng.randrange(0xE000, 0x20000)])) for _ in range(12)) for _ in range(100)]
# Unassigned code points may become letters in one library's Unicode before the other's.
import unicodedata  # noqa: E402

texts = ["".join(c for c in text if unicodedata.category(c) != "Cn" or c == "\uffff") for text in texts]

tokenizer = Tokenizer.from_file(str(SOURCE))
cases = []
for text in texts:
    ids = tokenizer.encode(text).ids
    cases.append({"text": text, "ids": ids, "decoded": tokenizer.decode(ids, skip_special_tokens=False)})

golden = {"tokenizer_sha256": hashlib.sha256(SOURCE.read_bytes()).hexdigest(), "cases": cases}
(HERE / "world_tokenizer.json").write_text(json.dumps(golden) + "\n")

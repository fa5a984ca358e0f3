"""Goldens of tokenizers: what Hugging Face's `tokenizers` makes of a mixed corpus.

Run with Python 3 and tokenizers 0.23:
    python test/golden/tokenizer_goldens.py
Writes tokenizers.json beside this script: the corpus, and for each tokenizer the ids and the decoded text of every entry
as the first characters of their SHA-256, so that files stay small. Tokenizers: the real ones under ../shared (read
there, never copied), and one of each kind that families use, learned here on the corpus and written to tokenizers/.
"""
import hashlib
import json
import random
import unicodedata
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = Path(__file__).parent
SHARED = HERE.parent.parent.parent / "shared"
REAL = ["tokenizers/gpt2", "tokenizers/mistral", "tokenizers/neox", "tokenizers/phi3", "tokenizers/tinyllama",
        "models/stories260K", "models/tiny-gpt2-random-16d"]
SEQUENCES, SEQUENCE = 24, 40

LINES = [
    # Scripts.
    "Abnormality of the head", "Ménière’s disease, Sjögren–Larsson", "β-thalassæmia Ωμέγα ἄνθρωπος", "Приступ ёж Ђорђе",
    "Հայերեն գիր", "ქართული ᲥᲐᲠᲗᲣᲚᲘ", "עִבְרִית שלום", "العَرَبِيَّة ٣٤٥ ﷺ", "ܣܘܪܝܝܐ", "हिन्दी क्षत्रिय १२३", "বাংলা ৪২", "தமிழ் ௧௨", "ภาษาไทย ๑๒๓",
    "ລາວ", "བོད་ཡིག༎", "မြန်မာ", "ខ្មែរ ៤៥", "ትግርኛ፡ጽሑፍ።", "ᏣᎳᎩ ꮳꮃꭹ", "한국어 각 각", "ひらがなカタカナ ｶﾀｶﾅ", "脳の異常 𠮷野家 㐂", "ᠮᠣᠩᠭᠣᠯ",
    "𐌲𐌿𐍄𐌹𐍃𐌺", "𝔐𝕒𝓽𝗵 𝟘𝟙 𝛂", "𓀀𓂀", "Ｆｕｌｌ ｗｉｄｔｈ １２３！", "ﬁne ﬂow ŉ ǆ ß ẞ İı ſ",
    # Emoji: joined, toned, flags, keycaps, tags.
    "🧬", "👩🏽‍🔬👨‍👩‍👧‍👦 🏳️‍🌈", "🇩🇪🇯🇵🇺", "1️⃣#️⃣", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "☹︎☹️ ✂ ❤️‍🔥",
    # Combining marks and what normalisation changes.
    "e\u0301 \u00e9 n\u0303", "Z\u0351\u036b\u0343a\u0306\u0301\u0323l\u0334g\u0335o", "\u1112\u1161\u11ab 한", "\u212b \u2126 \u1e9b\u0323",
    "\u0344 \u0958 \ufb1d", "q\u0307\u0323 q\u0323\u0307", "\u0301start", "a\u200d\u0301b",
    # Directions.
    "abc \u200fאבג\u200e 12", "\u202bعربي\u202c x", "\u2067מימין\u2069 \u2066left\u2069",
    # White space.
    " ", "  ", "   a", "a   ", " a  b   c    d", "\t", "\t\tx\t y", "\n", "\n\n\na", "a \n b\r\n\r\nc\r", "  \n  \n", "a\u00a0b", "\u2003em\u2003 x",
    "\u3000全角", "a\u0085b", "a\u2028b\u2029c", "zero\u200bwidth\ufeff", "\u180e", "a \ufeffb", "a \u0085b",
    "x\ufeff\ufeffy", "x\u0085\u0085y", "x" + " " * 23 + "y", " " * 40, "\v\f a", "end \t ",
    # Identifiers.
    "HP:0001250", " HP:0001250", "GO:0005634 nucleus", "MONDO:0005027", "ICD-10: G40.901", "OMIM:#176670", "rs1800562 BRCA1 TP53-AS1", "CHEBI_15377",
    "chr17:g.43094692G>A p.(Glu1836Lys)", "47,XXY", "http://purl.obolibrary.org/obo/HP_0001250", "a@b.org", "1.2.3-beta+4", "ENSG00000141510.19",
    # Letters with apostrophes, as regular expressions split them.
    "don't I'LL we'Ve it’s 'S 's ''s", "l'état d’or", "O'Neil'd've", "'re're 'tis",
    # Numbers.
    "0 00 000 0000 00000", "3.14159 1,000,000 1e-5", "½ ² ³ Ⅷ ⅷ ① ٣ ६ 四", "123456789012345678901234567890" * 3, "x1y22z333", "12.5%−3°",
    # Code.
    "def f(x):\n    return x**2  # ok\n", '{"a": [1, 2.5, null], "b\\u00e9": "\\n"}', "if (a!=b&&!c) { i++; }", "<div class=\"x\">&nbsp;</div>",
    "SELECT * FROM t WHERE a='b';", "$\\frac{1}{2}$ \\\\ %d %s", "snake_case camelCase SCREAMING kebab-case", "!!!???...;;;", "----====####",
    # Long words.
    "a" * 300, "ab" * 120, "Donaudampfschifffahrtsgesellschaftskapitän", "(2R,3S)-2,3-dihydroxy-N,N'-bis[(1E)-phenylmethylidene]butanediamide",
    "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDNLSGAEKAVQVKVKALPDAQFEVV", "你" * 60, "🧬" * 20,
    # What looks like the inside of a tokenizer.
    "▁", "▁▁a", "a▁b ▁c", "Ġthe Ċ Ã©", "<0x0A>", "<0xE2><0x96>", "##ing", "</w>", "[UNK]", "\ufffd",
    # Controls, private and no characters.
    "\x00", "a\x00b", "\x01\x02\x03\x1b[0m", "\x7f\x80\x9f", "\ue000\U000f0000", "\ufffe\U0010ffff", "\ufdd0", "\u00ad", "a\u2060b",
    # Mixed.
    "Seizure (HP:0001250) – Krampfanfall – 痙攣 – приступ 🧠!", "a , b . c ? d ! n't 'm 's", "Type 2 (47,XXY) [mosaic]", "tail ", " two  spaces",
    "  leading and trailing  ", "A.B.C", "ÀÉÎ àéî ĀĒ", "µ m² 5′-GATTACA-3′", "x\u0338=y", "ABCdefGHIjkl", "…“quoted”—dash", "ㅋㅋㅋ ㅠㅠ", "e=mc²",
    "qabz qab abz", "a  <pad> b<pad>", "1,2,,3--4==5***6 a.b.a.c", "12٣٤ १२३x४ ⅧⅨ½", " ▁ ▁a ▁▁b", "$5 µ$&",
]


def corpus():
    """The lines, and code points of Unicode 3.2 (which all tables know), drawn at random."""
    draw = random.Random(7)
    old = unicodedata.ucd_3_2_0
    known = [chr(c) for c in range(0x20, 0x2FA1E) if old.category(chr(c)) not in ("Cn", "Cs", "Co")]
    han = [c for c in known if "CJK" in old.name(c, "")]
    rest = sorted(set(known) - set(han))
    drawn = ["".join(draw.choice(rest) for _ in range(48)) for _ in range(16)]
    return LINES + drawn + ["".join(draw.choice(han) for _ in range(24))]


def trained(kind, texts):
    special = ["<bos>", "<eos>"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    bpe = dict(vocab_size=420, special_tokens=special, show_progress=False, initial_alphabet=alphabet)
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    llama = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    if kind in ("llama3", "qwen"):
        tokenizer = Tokenizer(models.BPE(ignore_merges=kind == "llama3"))
        if kind == "qwen":
            tokenizer.normalizer = normalizers.NFC()
        pattern = llama if kind == "llama3" else llama.replace(r"\p{N}{1,3}", r"\p{N}")
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(pattern), "isolated"), byte_level])
        tokenizer.decoder = decoders.ByteLevel()
        tokenizer.train_from_iterator(texts, trainers.BpeTrainer(**bpe))
        if kind == "llama3":
            tokenizer.post_processor = processors.Sequence([
                processors.ByteLevel(trim_offsets=False),
                processors.TemplateProcessing(single="<bos> $A", special_tokens=[("<bos>", 0)])])
    elif kind == "smollm":
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
            [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
        tokenizer.decoder = decoders.ByteLevel()
        tokenizer.train_from_iterator(texts, trainers.BpeTrainer(**bpe))
    elif kind == "prefix-space":
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
        tokenizer.decoder = decoders.ByteLevel()
        tokenizer.train_from_iterator(texts, trainers.BpeTrainer(**bpe))
    elif kind == "gemma":
        tokenizer = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>", fuse_unk=True))
        tokenizer.normalizer = normalizers.Replace(" ", "▁")
        tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
        tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
        fallback = [f"<0x{byte:02X}>" for byte in range(256)]
        plain = [text for text in texts if text.isascii()]
        tokenizer.train_from_iterator(plain, trainers.BpeTrainer(
            vocab_size=520, special_tokens=special + ["<unk>"] + fallback, show_progress=False))
        content = json.loads(tokenizer.to_str())
        content["added_tokens"] = [token for token in content["added_tokens"] if token["id"] < 3]
        tokenizer = Tokenizer.from_str(json.dumps(content))
    elif kind == "splits":
        tokenizer = Tokenizer(models.BPE())
        tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace("µ", "$&")])
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
            pre_tokenizers.Split(",", "merged_with_next"), pre_tokenizers.Split(Regex(r"[0-3]"), "merged_with_previous"),
            pre_tokenizers.Split("=", "contiguous"), pre_tokenizers.Split("*", "removed"), pre_tokenizers.Split("a.", "isolated"),
            pre_tokenizers.Digits(individual_digits=False), pre_tokenizers.Whitespace(), byte_level])
        tokenizer.decoder = decoders.ByteLevel()
        tokenizer.train_from_iterator(texts, trainers.BpeTrainer(**bpe))
    elif kind == "metaspace":
        tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
        tokenizer.decoder = decoders.Metaspace()
        tokenizer.train_from_iterator(texts[:40], trainers.BpeTrainer(
            vocab_size=600, special_tokens=special + ["<unk>"], show_progress=False))
    elif kind == "words":
        tokenizer = Tokenizer(models.WordLevel(unk_token="<unk>"))
        tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
        tokenizer.train_from_iterator(texts, trainers.WordLevelTrainer(
            vocab_size=150, special_tokens=special + ["<unk>"], show_progress=False))
    # Runs of white space, as several families have them; one that takes the space before it; two that overlap.
    tokenizer.add_tokens([AddedToken("    ", normalized=False), AddedToken("<pad>", lstrip=True),
                          AddedToken("qab", normalized=True), AddedToken("abz", normalized=False)])
    return tokenizer


KINDS = ["llama3", "qwen", "smollm", "prefix-space", "gemma", "splits", "metaspace", "words"]


def short(value):
    return hashlib.sha256(value.encode()).hexdigest()[:12]


def strips(content):
    kinds = [step["type"] for step in (content["decoder"] or {}).get("decoders", [content["decoder"] or {"type": None}])]
    return any(kind in ("Strip", "Metaspace") for kind in kinds)


def golden(content, settings, texts):
    """`content` as it is; texts of special tokens are read as text, so the special tokens are left out."""
    named = {name.get("content") if isinstance(name, dict) else name
             for name in (settings.get("bos_token"), settings.get("eos_token"))}
    silent = [token for token in content["added_tokens"] if token["special"] or token["content"] in named]
    plain = Tokenizer.from_str(json.dumps({**content, "added_tokens": [t for t in content["added_tokens"] if t not in silent],
                                           "post_processor": None}))
    whole = Tokenizer.from_str(json.dumps(content))
    specials = [token["content"] for token in silent][:3]
    literal = [f"x{special}y {special}" for special in specials] + ["".join(specials)]
    own_space = strips(content)
    # A leading space is what joins a completion to its prompt; decoders that do not take it away leave it to the reader.
    joined = lambda text: text[1:] if text.startswith(" ") and not own_space else text
    ids = [plain.encode(text, add_special_tokens=False).ids for text in texts]
    size = whole.get_vocab_size()
    draws = [[(k * 104729 + i * 7919 + i * i * 31) % size for i in range(SEQUENCE)] for k in range(SEQUENCES)]
    decode = lambda row: joined(whole.decode([i for i in row if i not in {t["id"] for t in silent}], skip_special_tokens=False))
    full = whole.encode("a").ids
    own = whole.encode("a", add_special_tokens=False).ids
    return dict(
        size=size,
        prefix=full[: len(full) - len(own)],
        counts=[len(row) for row in ids],
        ids=[short(json.dumps(row, separators=(",", ":"))) for row in ids],
        texts=[short(decode(row)) for row in ids],
        literal=[[text, plain.encode(text, add_special_tokens=False).ids] for text in literal],
        drawn=[short(decode(row)) for row in draws],
        identifier=[whole.id_to_token(i) for i in whole.encode(" HP:0001250", add_special_tokens=False).ids],
    )


def without_strays(content):
    """`tokenizers` refuses a file with a merge that leads to no token; without that merge it reads it."""
    model = content["model"]
    pairs = [(merge.split(" ") if isinstance(merge, str) else merge) for merge in model["merges"]]
    usable = [merge for merge, (left, right) in zip(model["merges"], pairs) if left + right in model["vocab"]]
    return {**content, "model": {**model, "merges": usable}}


def main():
    texts = corpus()
    (HERE / "tokenizers").mkdir(exist_ok=True)
    found = {}
    for kind in KINDS:
        file = HERE / "tokenizers" / f"{kind}.json"
        if not file.exists():  # Learning is not the same every time.
            content = json.loads(trained(kind, texts).to_str())
            file.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n")
        content = json.loads(file.read_text())
        settings = {"bos_token": "<bos>", "eos_token": "<eos>"}
        found[kind] = golden(content, settings, texts)
    for folder in REAL:
        content = json.loads((SHARED / folder / "tokenizer.json").read_text())
        config = SHARED / folder / "tokenizer_config.json"
        settings = json.loads(config.read_text()) if config.exists() else {}
        found[folder] = golden(without_strays(content), settings, texts)
    document = dict(sequences=SEQUENCES, sequence=SEQUENCE, corpus=texts, tokenizers=found)
    (HERE / "tokenizers.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")


main()

"""Which encoding stores the letters of a file: told by what its bytes spell, above all by the pound sign."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from pipeline.guessing.draft import Refused

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_WIDE = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_SINGLE = {"windows-1252": "cp1252", "cp437": "cp437", "cp850": "cp850", "mac-roman": "mac-roman"}
_HIGH = re.compile(rb"[\x80-\xff]+")
_ROUND = 12
_MAX_SAMPLES = 12
_TYPOGRAPHIC = set("’‘“”–—…•·™®©°½¼¾²³\u00a0€§×«»ªº")  # noqa: RUF001 - the very characters that are looked for
_UNLIKELY = set("ÐÕÔÒÚÑŒœŠšŽžƒÞþðýÿ¤¦¨¬¸¡¿ßµ¶¯±")  # noqa: RUF001 - the very characters that are looked for


@dataclass(frozen=True)
class Decoded:
    """A file's text, the encoding that gives it, and why; rivals are other encodings that fit as well."""

    text: str
    encoding: str
    evidence: str
    rivals: tuple[str, ...] = ()


def decoded(content: bytes) -> Decoded:
    """The text of a file.

    Raises `Refused` where no encoding that can be read gives text.
    """
    if content.startswith(_WIDE):
        raise Refused("It is stored as UTF-32, which is not read: save it as CSV UTF-8.")
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return Decoded(_whole(content, encoding), encoding, "the file begins with the mark of this encoding")
    if b"\0" in content:
        return Decoded(_without_mark(content), "utf-16", "every other byte is NUL")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return _single_byte(content)
    return Decoded(text, "utf-8", "plain letters only" if content.isascii() else "every byte fits it")


def _whole(content: bytes, encoding: str) -> str:
    try:
        return content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError:
        raise Refused(f"It begins with the mark of {encoding}, but not all of it is {encoding}.") from None


def _without_mark(content: bytes) -> str:
    odd = content[1::2].count(0)
    if odd * 10 < len(content) * 4:
        raise Refused("It holds NUL characters: it is not a text file, or it is damaged.")
    try:
        return content.decode("utf-16-le")
    except UnicodeDecodeError:
        raise Refused("It holds NUL characters: it is not a text file, or it is damaged.") from None


def _single_byte(content: bytes) -> Decoded:
    """The encoding whose letters make the most sense where they stand."""
    samples = _samples(content)
    scores = {name: _score(samples, codec) for name, codec in _SINGLE.items()}
    best = max(scores, key=lambda name: scores[name])
    alike = [name for name in scores if scores[name] == scores[best]]
    texts = {name: _tried(content, _SINGLE[name]) for name in alike}
    rivals = tuple(name for name in alike if texts[name] not in {None, texts[best]})
    text = texts[best]
    if text is None or scores[best] < -len(samples):
        raise Refused("Its letters fit no encoding that can be read: save it as CSV UTF-8.")
    return Decoded(text, best, _evidence(samples, best), rivals)


def _samples(content: bytes) -> list[tuple[bytes, bytes, bytes]]:
    """Some places of each run of bytes beyond plain letters, with what stands before and behind."""
    samples: dict[bytes, list[tuple[bytes, bytes, bytes]]] = {}
    for match in _HIGH.finditer(content):
        kept = samples.setdefault(match[0], [])
        if len(kept) < _MAX_SAMPLES:
            before, behind = max(0, match.start() - _ROUND), match.end() + _ROUND
            kept.append((content[before : match.start()], match[0], content[match.end() : behind]))
    return [sample for kept in samples.values() for sample in kept]


def _score(samples: list[tuple[bytes, bytes, bytes]], codec: str) -> int:
    return sum(_sense(sample, codec) for sample in samples)


def _sense(sample: tuple[bytes, bytes, bytes], codec: str) -> int:
    before, high, behind = (_shown(part, codec) for part in sample)
    if "\ufffd" in high:
        return -20
    return sum(_worth(character, before[-1:], behind[:1]) for character in high)


def _shown(part: bytes, codec: str) -> str:
    return part.decode(codec, errors="replace")


def _worth(character: str, before: str, behind: str) -> int:
    """How much sense a character makes between these two."""
    if character == "£":
        return 4 if behind.isdigit() or behind in "() '-,\"\r\n" or before in '( -,"' else 2
    if character in _TYPOGRAPHIC:
        return 1
    if character in _UNLIKELY or not character.isalpha():
        return -2
    is_within = before.isalpha() or behind.isalpha()
    return -2 if not is_within or (character.isupper() and before.islower()) else 2


def _tried(content: bytes, codec: str) -> str | None:
    try:
        return content.decode(codec)
    except UnicodeDecodeError:
        return None


def _line(before: str, high: str, behind: str) -> str:
    """The line on which these letters stand."""
    return (re.split(r"[\r\n]", before)[-1] + high + re.split(r"[\r\n]", behind)[0]).strip()


def _evidence(samples: list[tuple[bytes, bytes, bytes]], name: str) -> str:
    codec = _SINGLE[name]
    shown = [_line(*(_shown(part, codec) for part in sample)) for sample in samples]
    pounds = [text for text in shown if "£" in text]
    example = (pounds or shown)[0]
    return f"so read, the file has “{example}”; it is not UTF-8"

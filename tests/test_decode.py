"""Bytes to text: what labels say, what bytes prove, what is not text."""

import contextlib
import gzip
import os
import re
import time
import zlib
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from webencodings.labels import LABELS

from boilerkill.decode import clean_str, decode
from boilerkill.errors import InputError

CORPORA = Path(__file__).parents[2] / "shared" / "corpora"

ENGLISH = "The quick brown fox jumps over the lazy dog, and the dog does not mind at all."
CHINESE = "市政府昨天发布的数据显示，今年前三个季度全市经济运行总体平稳，主要指标在合理区间。"
TAIWANESE = "市政府昨天表示，今年前三季的經濟成長率優於預期，但是民眾的薪資並沒有明顯增加。"
JAPANESE = "市は二十五日の会議で、来年度の予算案を決定した。一般会計の総額は過去最大となった。"
KOREAN = "정부는 어제 회의를 열고 내년도 예산안을 의결했다. 전문가들은 성장이 낮을 수 있다고 했다."
RUSSIAN = "Правительство вчера утвердило проект бюджета на следующий год, и рост может быть ниже."
GREEK = "Η κυβέρνηση ενέκρινε χθες το σχέδιο του προϋπολογισμού για το επόμενο έτος."
HEBREW = "הממשלה אישרה אתמול את הצעת התקציב לשנה הבאה, לדברי המומחים צמיחת הכלכלה תהיה נמוכה."
ARABIC = "وافقت الحكومة أمس على مشروع الموازنة العامة للسنة المقبلة ويرى الخبراء أن النمو أقل."
THAI = "รัฐบาลได้อนุมัติร่างงบประมาณสำหรับปีหน้าเมื่อวานนี้ ผู้เชี่ยวชาญกล่าวว่าการเติบโตอาจต่ำกว่าที่คาด"
GERMAN = "Die Bürger in großen Städten erzählten, daß die Ausgaben für Essen gestiegen seien."
FRENCH = "Le gouvernement a approuvé hier le projet pour l’année prochaine, a déclaré le préfet."
POLISH = "Rząd przyjął wczoraj projekt budżetu na przyszły rok, a wydatki na żywność wzrosły."
TURKISH = "Hükümet dün gelecek yılın bütçe taslağını onayladı, şehirlerde gıda harcamaları arttı."
LITHUANIAN = "Vyriausybė vakar patvirtino kitų metų biudžeto projektą, todėl reikia remti įmones."

#: Python's codec and a text for each encoding of the standard; two have no codec of their own.
SAMPLES = {
    "big5": ("big5", TAIWANESE), "euc-jp": ("euc_jp", JAPANESE), "euc-kr": ("cp949", KOREAN),
    "gb18030": ("gb18030", CHINESE), "gbk": ("gbk", CHINESE), "ibm866": ("cp866", RUSSIAN),
    "iso-2022-jp": ("iso2022_jp", JAPANESE), "iso-8859-10": ("iso8859_10", "Ęđđūm ŋ þórður"),
    "iso-8859-13": ("iso8859_13", LITHUANIAN), "iso-8859-14": ("iso8859_14", "ŵyneb ẁ ŷd tŷ"),
    "iso-8859-15": ("iso8859_15", "cœur à 5 €"), "iso-8859-16": ("iso8859_16", "știință și țară"),
    "iso-8859-2": ("iso8859_2", POLISH), "iso-8859-3": ("iso8859_3", "ĉiuj ŝatas ĝin"),
    "iso-8859-4": ("iso8859_4", "ēst ģimene ķēde"), "iso-8859-5": ("iso8859_5", RUSSIAN),
    "iso-8859-6": ("iso8859_6", ARABIC), "iso-8859-7": ("iso8859_7", GREEK),
    "iso-8859-8": ("iso8859_8", HEBREW), "iso-8859-8-i": ("iso8859_8", HEBREW),
    "koi8-r": ("koi8_r", RUSSIAN), "koi8-u": ("koi8_u", "її ґанок, є й інші"),
    "macintosh": ("mac_roman", FRENCH), "shift_jis": ("cp932", JAPANESE), "utf-8": ("utf-8", THAI),
    "utf-16be": ("utf-16be", GERMAN), "utf-16le": ("utf-16le", GERMAN),
    "windows-1250": ("cp1250", POLISH), "windows-1251": ("cp1251", RUSSIAN),
    "windows-1252": ("cp1252", FRENCH), "windows-1253": ("cp1253", GREEK),
    "windows-1254": ("cp1254", TURKISH), "windows-1255": ("cp1255", HEBREW),
    "windows-1256": ("cp1256", ARABIC), "windows-1257": ("cp1257", LITHUANIAN),
    "windows-1258": ("cp1258", "đường phố"), "windows-874": ("cp874", THAI),
    "x-mac-cyrillic": ("mac_cyrillic", RUSSIAN),
}  # fmt: skip


def page(text: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head>{head}<title>t</title></head><body><p>{text}</p></body>"


# -- labels --------------------------------------------------------------------------------------
@pytest.mark.parametrize(("label", "name"), LABELS.items())
def test_every_label_of_the_standard(label: str, name: str) -> None:
    codec, text = SAMPLES.get(name, ("utf-8", GERMAN))
    text = text.encode(codec, "ignore").decode(codec)
    for written in (label, f" {label.upper()}\n"):
        assert decode(page(text).encode(codec), written) == page(text)
    inside = page(text, f'<meta charset="{label}">')
    if not name.startswith("utf-16"):
        assert decode(inside.encode(codec)) == inside


@pytest.mark.parametrize(
    "head",
    [
        "<meta charset=koi8-r>",
        "<META CHARSET='KOI8-R' />",
        "<meta/charset=koi8-r>",
        '<meta content="text/html; charset=koi8-r" http-equiv=Content-Type>',
        '<meta http-equiv="content-type" content=text/html;charset=koi8-r>',
        "<!-- <meta charset=utf-8> --><meta charset=koi8-r>",
        "<!--><meta charset=koi8-r>",
        "<meta name=x content='charset=big5'><meta charset=nonsense><meta charset=koi8-r>",
        "x" * 5000 + "<meta charset=koi8-r>",
    ],
)
def test_label_inside_the_page(head: str) -> None:
    source = page(RUSSIAN, head)
    assert decode(source.encode("koi8-r")) == source


def test_label_of_the_xml_declaration() -> None:
    source = '<?xml version="1.0" encoding="iso-8859-5"?>' + page("Слово")
    assert decode(source.encode("iso8859_5")) == source


def test_transport_beats_meta() -> None:
    source = page(RUSSIAN, "<meta charset=windows-1251>")
    assert decode(source.encode("koi8-r"), "koi8-r") == source


@pytest.mark.parametrize("label", ["utf-7", "unknown-8bit", "none", "", "\ud800", "utf8mb4"])
def test_labels_that_browsers_do_not_know_are_passed_over(label: str) -> None:
    assert decode(page(GERMAN).encode(), label) == page(GERMAN)
    assert decode(b"<p>+ADw-script+AD4-</p>", label) == "<p>+ADw-script+AD4-</p>"
    inside = page(GERMAN, "<meta charset=latin1>")
    assert decode(inside.encode("cp1252"), label) == inside


def test_latin1_means_windows_1252() -> None:
    assert decode(b"\x93so\x94 \x96 5 \x80", "iso-8859-1") == "“so” – 5 €"


def test_user_defined_is_private_use_from_outside_and_windows_1252_inside() -> None:
    assert decode(b"\x80\xff", "x-user-defined") == "\uf780\uf7ff"
    assert decode(b"<meta charset=x-user-defined>\xe9").endswith(">é")


def test_gb2312_holds_all_of_gb18030() -> None:
    text = page("镕 € 㐀 𠀀 朱镕基")
    assert decode(text.encode("gb18030"), "gb2312") == text


def test_numbers_in_circles_of_japanese_windows() -> None:
    assert decode(JAPANESE.encode("euc_jp") + b"\xad\xa1", "euc-jp") == JAPANESE + "①"


@pytest.mark.parametrize("source", [b"~{<:Ky2;~} hz", b"\x1b$)C\x0e0!\x0f"])
def test_encodings_that_browsers_refuse_are_refused(source: bytes) -> None:
    with pytest.raises(InputError, match="browsers refuse"):
        decode(source, "hz-gb-2312")


# -- byte order marks and UTF-16 -----------------------------------------------------------------
@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_byte_order_mark_beats_labels_and_is_dropped(codec: str) -> None:
    source = page(CHINESE, "<meta charset=gbk>")
    assert decode(source.encode(codec), "koi8-r") == source


@pytest.mark.parametrize("codec", ["utf-16le", "utf-16be"])
@pytest.mark.parametrize("label", [None, "utf-8", "utf-16"])
def test_utf16_without_mark(codec: str, label: str | None) -> None:
    source = page(CHINESE, "<meta charset=utf-16>")
    assert decode(source.encode(codec), label) == source


def test_utf16_label_on_text_without_ascii() -> None:
    assert decode(CHINESE.encode("utf-16le"), "utf-16le") == CHINESE


def test_meta_cannot_say_utf16() -> None:
    assert decode("<meta charset=utf-16>é".encode()) == "<meta charset=utf-16>é"


# -- labels that lie -----------------------------------------------------------------------------
@pytest.mark.parametrize("label", ["gbk", "iso-8859-1", "windows-1251", "big5", "utf-16", "koi8-r"])
def test_utf8_stays_utf8_whatever_the_label(label: str) -> None:
    assert decode(page(CHINESE).encode(), label) == page(CHINESE)
    inside = page(GERMAN, f"<meta charset={label}>")
    assert decode(inside.encode()) == inside


def test_one_accented_letter_is_proof_against_a_single_byte_label() -> None:
    assert decode("<p>café".encode(), "iso-8859-1") == "<p>café"


def test_two_hanzi_are_no_proof_against_their_label() -> None:
    assert decode("联通".encode("gbk"), "gbk") == "联通"  # valid UTF-8 by chance


@pytest.mark.parametrize(
    ("text", "codec"),
    [(CHINESE, "gbk"), (JAPANESE, "cp932"), (KOREAN, "cp949"), (RUSSIAN, "cp1251")],
)
def test_labelled_utf8_but_is_not(text: str, codec: str) -> None:
    source = page(text, "<meta charset=utf-8>")
    assert decode(source.encode(codec), "utf-8") == source


def test_chinese_from_a_server_that_says_latin1() -> None:
    assert decode(page(CHINESE).encode("gbk"), "iso-8859-1") == page(CHINESE)


def test_transport_that_cannot_be_gives_way_to_meta() -> None:
    source = page(POLISH, "<meta charset=iso-8859-2>")
    assert decode(source.encode("iso8859_2"), "utf-8") == source


@pytest.mark.parametrize(("text", "label"), [(CHINESE, "gbk"), (RUSSIAN, "windows-1251")])
def test_latin1_from_a_server_that_knows_nothing_gives_way_to_meta(text: str, label: str) -> None:
    source = page(text, f"<meta charset={label}>")
    assert decode(source.encode(label), "iso-8859-1") == source
    western = page(FRENCH, f"<meta charset={label}>")
    assert decode(western.encode("cp1252"), "iso-8859-1") == western


@pytest.mark.parametrize("label", [None, "utf-8", "gbk", "windows-1252"])
def test_invalid_bytes_do_not_change_the_encoding_of_a_utf8_page(label: str | None) -> None:
    source = page(CHINESE + "@" + CHINESE).encode().replace(b"@", b"\xff\xe4")
    assert decode(source, label) == page(CHINESE + "\ufffd\ufffd" + CHINESE)


def test_a_stray_byte_in_a_page_of_its_encoding_is_replaced() -> None:
    assert decode(CHINESE.encode("gbk") + b"\xff", "gbk") == CHINESE + "\ufffd"
    assert decode(b"plain \xe9 text", "utf-8") == "plain \ufffd text"


# -- no label ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (CHINESE, "gb18030"), (TAIWANESE, "big5"), (JAPANESE, "cp932"), (JAPANESE, "euc_jp"),
        (JAPANESE, "iso2022_jp"), (KOREAN, "cp949"), (RUSSIAN, "cp1251"), (RUSSIAN, "koi8_r"),
        (RUSSIAN, "iso8859_5"), (RUSSIAN, "cp866"), (GREEK, "cp1253"), (HEBREW, "cp1255"),
        (ARABIC, "cp1256"), (THAI, "cp874"), (GERMAN, "cp1252"), (FRENCH, "cp1252"),
        (POLISH, "cp1250"), (LITHUANIAN, "cp1257"),
        (CHINESE, "utf-8"),
    ],
)  # fmt: skip
def test_detection(text: str, codec: str) -> None:
    source = page(text + "<br>" + text)
    assert decode(source.encode(codec)) == source


def test_detection_looks_past_long_plain_text() -> None:
    source = ENGLISH * 1000 + CHINESE * 1000
    assert decode(source.encode("gbk")) == source


def test_noise_in_no_encoding_is_refused() -> None:
    noise = bytes(0x80 | byte for byte in zlib.compress(ENGLISH.encode() * 50) * 20)
    with pytest.raises(InputError, match="no known encoding"):
        decode(noise)


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora do not lie beside the repository")
def test_real_chinese_pages_without_their_labels() -> None:
    for path in sorted((CORPORA / "zh69" / "html").glob("*.gz")):
        source = re.sub(rb"(?i)charset", b"x", gzip.decompress(path.read_bytes()))
        if source.isascii() or b"\xef\xbb\xbf" in source[:3]:
            continue
        try:
            wanted = source.decode()
        except UnicodeDecodeError:
            wanted = source.decode("gb18030", "replace")
        assert decode(source) == wanted.replace("\0", "")


# -- what is not text ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("source", "name"),
    [
        (b"%PDF-1.7\n1 0 obj << /Type /Catalog >>", "PDF document"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG image"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG image"),
        (b"GIF89a\x01\0\x01\0", "GIF image"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "WebP image"),
        (gzip.compress(b"<p>text", mtime=0), "gzip data"),
        (b"\x28\xb5\x2f\xfd\x04\0", "zstd data"),
        (b"PK\x03\x04\x14\0", "ZIP archive or office document"),
        (b"\0\0\0\x20ftypisom", "MP4 video"),
        (b"\x7fELF\x02\x01\x01", "ELF program"),
    ],
)
def test_files_that_are_no_pages_are_named(source: bytes, name: str) -> None:
    with pytest.raises(InputError, match=f"^not text: {name}$"):
        decode(source + bytes(range(256)) * 9)


@pytest.mark.parametrize("text", ["GIF89a is a format", "ID3 tags", "The ftyp box", "PAR1 par2"])
def test_text_about_files_is_text(text: str) -> None:
    assert decode(text.encode()) == text


@pytest.mark.parametrize("label", [None, "utf-8", "latin-1", "gbk", "koi8-r"])
@pytest.mark.parametrize("source", [bytes(range(1, 32)) * 9, zlib.compress(os.urandom(9000))])
def test_control_bytes_are_no_text(source: bytes, label: str | None) -> None:
    with pytest.raises(InputError, match=r"not text: .* control bytes"):
        decode(source, label)


# -- every input ---------------------------------------------------------------------------------
def test_nothing_is_nothing() -> None:
    assert decode(b"") == decode(b"\xef\xbb\xbf") == decode(b"\xff\xfe") == ""


@pytest.mark.parametrize("codec", ["utf-8", "gbk", "utf-16"])
def test_nuls_go_and_text_stays(codec: str) -> None:
    assert decode(page("你好 a\0b\0" + CHINESE).encode(codec), "gbk") == page("你好 ab" + CHINESE)


def test_noncharacters_and_invisible_characters_stay() -> None:
    text = "a\ufffe\uffff\u202e\u200b\u2066b"
    assert decode(text.encode()) == clean_str(text) == text


@given(st.binary(), st.none() | st.sampled_from(sorted(LABELS)) | st.text())
@example(b"\xff\xfe\x00\xd8", None)
@example(b"\xed\xa0\x80" * 9, "utf-8")
@example(b"\x1b$B", "iso-2022-jp")
@example(b"<meta charset=", None)
def test_any_bytes_are_text_or_refused(source: bytes, label: str | None) -> None:
    try:
        text = decode(source, label)
    except InputError:
        return
    text.encode()  # no surrogates
    assert "\0" not in text


@given(st.data(), st.sampled_from(sorted(SAMPLES.keys() - {"utf-16be", "utf-16le"})))
def test_round_trip_with_a_label(data: st.DataObject, name: str) -> None:
    codec, sample = SAMPLES[name]
    letters = (sample + ENGLISH + "\r\n\t<>&'").encode(codec, "ignore").decode(codec)
    text = data.draw(st.text(st.sampled_from(letters)))
    source = text.encode(codec)
    assume(name == "utf-8" or source.isascii() or not _is_utf8(source))
    assert decode(source, name) == text


def _is_utf8(source: bytes) -> bool:
    try:
        source.decode()
    except UnicodeDecodeError:
        return False
    return True


@given(st.text(st.characters(), max_size=50))
@example("\ud83d\ude00 \ude00\ud83d \0")
def test_clean_str_leaves_encodable_text(text: str) -> None:
    cleaned = clean_str(text)
    cleaned.encode()
    assert "\0" not in cleaned
    assert clean_str(cleaned) == cleaned


# -- speed ---------------------------------------------------------------------------------------
def _seconds(source: bytes) -> float:
    def once() -> float:
        start = time.process_time()
        with contextlib.suppress(InputError):
            decode(source)
        return time.process_time() - start

    return min(once() for _ in range(3))


def test_utf8_pages_cost_next_to_nothing() -> None:
    source = page(CHINESE * 750, "<meta charset=utf-8>").encode()
    assert len(source) > 90_000
    assert _seconds(source) < 0.001


@pytest.mark.parametrize(
    "source",
    [
        b"a" * 30_000_000 + b"\xe9",
        b"<!--" * 5_000_000 + b"\xe9",
        b"<meta " * 4_000_000 + b"\xe9",
        CHINESE.encode("gbk") * 200_000,
        bytes(range(0x20, 0x100)) * 50_000,
    ],
    ids=["one line", "comments", "metas", "one line of Chinese", "all bytes"],
)
def test_hostile_pages_cost_little(source: bytes) -> None:
    assert _seconds(source) < 2

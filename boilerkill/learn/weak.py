"""Weak labels: what kind of noise a block is, where its page says so beyond reasonable doubt.

Used in training alone, on blocks that the truth of a corpus calls noise. What no rule is sure of
stays unlabelled; the classifier learns to tell those apart from features that no rule looks at.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

from boilerkill.features.view import View
from boilerkill.values import LABELS

_NAVIGATION, _FILLER, _WIDGET = (LABELS.index(name) for name in LABELS[1:])

_FILLER_WORDS: Final = re.compile(
    r"cookies?\b|©|copyright|all rights reserved|alle rechte|tous droits|todos los derechos"
    r"|privacy policy|terms of (use|service)|personal data|gdpr|disclaimer|no responsibility"
    r"|newsletter|subscribe|sign up|become a member|donate|support (us|our)|tax[- ]deductible"
    r"|datenschutz|einwilligung|personenbezogen|abonnieren|impressum"
    r"|版权|版權|备案|备\d|ICP|著作権|免责|声明",
    re.IGNORECASE,
)
_WIDGET_WORDS: Final = re.compile(
    r"^(share|tweet|pin|email|print|follow us|like|reply|quote|report|comments?|views?|related"
    r"|you (may|might) also|more from|most (read|popular|viewed)|trending|recommended"
    r"|read (more|next)|advertisement|sponsored|posted|published|updated|by |written by"
    r"|\d+ (min|comments|views|shares)"
    r"|von |teilen|drucken|kommentar|mehr (zum|aus)|anzeige|werbung|par |publié|partager|lire aussi"
    r"|分享|评论|相关|推荐|来源|发布|作者|编辑|责任编辑|字号|打印)",
    re.IGNORECASE,
)
#: Names that stand alone on buttons to share or to follow.
_SOCIAL: Final = re.compile(
    r"(follow us on |share on |auf |sur |en )?(facebook|instagram|twitter|x|youtube|linkedin|tiktok"
    r"|whatsapp|pinterest|telegram|reddit|mastodon|threads|snapchat|weibo|wechat|微信|微博|line|vk)",
    re.IGNORECASE,
)
_ONLY_DATE: Final = re.compile(r"[\W\d]*([^\W\d]+[\W\d]+){0,4}[^\W\d]*")
_DATE: Final = re.compile(r"\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\b(19|20)\d\d\b|\d{1,2}:\d\d|\d+年")


def kinds(view: View) -> NDArray[np.int8]:
    """Label the noise of a page weakly.

    Args:
        view: The page; labels of blocks that are content mean nothing.

    Returns:
        (n,) index into `LABELS`; -1 where no rule is sure.
    """
    texts = view.page.texts
    words, links = view.words, view.link_share
    short = words <= 12
    filler_words = np.array([bool(_FILLER_WORDS.search(t)) for t in texts])
    widget_words = np.array([bool(_WIDGET_WORDS.search(t)) for t in texts])
    dated = np.array([bool(_DATE.search(t)) for t in texts]) & short
    out = np.full(view.n, -1, np.int8)
    menu = view.marked("nav", "n_nav", "n_crumb", "n_pager", "n_lang", "n_skip")
    per_link = words / np.maximum(np.array(view.page.links), 1)
    mostly_links = (links > 0.85) & (per_link <= 5)
    out[mostly_links & (menu | view.marked("footer", "header", "n_footer", "n_header"))] = (
        _NAVIGATION
    )
    out[menu & short & (links > 0.5)] = _NAVIGATION
    out[view.marked("n_tag") & (links > 0.6)] = _NAVIGATION
    module = view.marked("n_share", "n_user", "n_meta", "n_count", "time", "n_related", "n_popular",
                         "n_ad", "n_comment", "n_media", "n_weather", "n_review")  # fmt: skip
    out[module & ~menu & (out < 0)] = _WIDGET
    out[(dated | (widget_words & short)) & ~mostly_links & ~menu] = _WIDGET
    out[view.marked("form", "option", "button") & short & (links < 0.5)] = _WIDGET
    social = np.array([bool(_SOCIAL.fullmatch(t)) for t in texts])
    dates = dated & (view.words <= 7) & (view.counts["digit"] >= 3) & ~view.marked("n_pager")
    bare = np.array(
        [bool(d) and bool(_ONLY_DATE.fullmatch(t)) for d, t in zip(dates, texts, strict=True)]
    )
    out[social | (bare & (links < 0.5))] = _WIDGET
    consent = view.marked("n_consent", "n_letter", "n_about") & (links < 0.5)
    prose = (words >= 8) & (links < 0.4)
    out[consent & (prose | filler_words)] = _FILLER
    out[filler_words & (links < 0.4) & (prose | view.marked("footer", "n_footer", "n_consent"))] = (
        _FILLER
    )
    return out

"""Markup that tries to run a script, in many forms; each sets the title of the document."""

_DO = "document.title='ran'"
_URL = "javascript:document.title=%27ran%27"
_BASE = (
    f"<script>{_DO}</script>", f"<ScRiPt>{_DO}</sCrIpT >", f"<script/x>{_DO}</script>",
    f"<img src=x onerror=\"{_DO}\">", f"<img src=x onerror={_DO}//", f"<svg onload=\"{_DO}\">",
    f"<svg><script>{_DO}</script></svg>", f"<svg><a xlink:href=\"{_URL}\"><text>x</text></a></svg>",
    f"<svg><animate onbegin=\"{_DO}\" attributeName=x dur=1s>", f"<body onload=\"{_DO}\">",
    f"<iframe srcdoc=\"<script>parent.{_DO}</script>\"></iframe>", f"<iframe src=\"{_URL}\">",
    f"<object data=\"{_URL}\"></object>", f"<embed src=\"{_URL}\">", f"<a href=\"{_URL}\">x</a>",
    f"<a href=\"  java\tscript:{_DO}\">x</a>", f"<form action=\"{_URL}\"><button>x</button></form>",
    f"<input autofocus onfocus=\"{_DO}\">", f"<details open ontoggle=\"{_DO}\">x</details>",
    f"<video><source onerror=\"{_DO}\"></video>", f"<audio src=x onerror=\"{_DO}\"></audio>",
    f"<marquee onstart=\"{_DO}\">x</marquee>", f"<math><mtext><script>{_DO}</script>",
    f"<math><mi href=\"{_URL}\">x</mi></math>", f"<style>@import '{_URL}';</style>",
    f"<style>*{{background:url(\"{_URL}\")}}</style>",
    f"<p style=\"animation:x\" onanimationend={_DO}>",
    f"<meta http-equiv=refresh content=\"0;url={_URL}\">", f"<base href=\"{_URL}//\">",
    f"<link rel=stylesheet href=\"{_URL}\">", f"<isindex action=\"{_URL}\" type=image>",
    f"<noscript><p title=\"</noscript><img src=x onerror={_DO}>\">",
    f"<!--><img src=x onerror={_DO}>-->",
    f"<![CDATA[><img src=x onerror={_DO}>]]>", f"<textarea></textarea><img src=x onerror={_DO}>",
    f"<title></title><img src=x onerror={_DO}>", f"<template><script>{_DO}</script></template>",
    f"<svg></p><style><a title=\"</style><img src=x onerror={_DO}>\">",
    f"<math><mtext><table><mglyph><style><!--</style>"
    f"<img title=\"--&gt;&lt;img src=x onerror={_DO}&gt;\">",
    f"<form><math><mtext></form><form><mglyph><style></math><img src=x onerror={_DO}>",
    f"&lt;script&gt;{_DO}&lt;/script&gt;", f"\\x3cscript\\x3e{_DO}\\x3c/script\\x3e",
)  # fmt: skip
_AROUND = ("{}", "\"'>{}", "</p></li></ol>{}", "</style>{}", "</script>{}", "--></title>{}")

#: 252 pieces of markup.
PAYLOADS = [around.format(payload) for payload in _BASE for around in _AROUND]

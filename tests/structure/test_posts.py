"""Who said what."""

from builders import cut

from boilerkill.structure import comments, thread
from boilerkill.values import Post

POST = (
    "<div class='post' id=p{0}><p class=author>by <a class=username href=/u>{1}</a> » "
    "<time datetime='2024-05-0{0}T10:00:00Z'>May {0}, 2024</time></p>"
    "<div class=content><p>{2}</p></div><a href=#>Reply</a></div>"
)
THREAD = cut(POST.format(1, "Ada", "Which pump?") + POST.format(2, "Bo", "The old one."))
BODIES = [i for i, text in enumerate(THREAD.texts) if text in {"Which pump?", "The old one."}]
COMMENTS = cut(
    "<article><p>The story of a pump, told at length.</p></article><ol class=comments>"
    "<li class='comment odd'><cite class=fn>Ada</cite><time datetime=2024-05-01></time>"
    "<p>Well told.</p><ol><li class='comment even'><cite class=fn>Bo</cite><p>Indeed.</p>"
    "<button>Reply</button></li></ol></li></ol>"
)


def test_posts_of_a_thread_have_author_and_date() -> None:
    assert thread(THREAD, BODIES) == (
        Post("Ada", "2024-05-01T10:00:00Z", "Which pump?"),
        Post("Bo", "2024-05-02T10:00:00Z", "The old one."),
    )


def test_comments_stand_apart_and_answers_in_them_too() -> None:
    assert comments(COMMENTS, [0]) == (
        Post("Ada", "2024-05-01", "Well told."),
        Post("Bo", None, "Indeed."),
    )


def test_a_thread_has_no_comments_and_an_article_no_posts() -> None:
    assert comments(THREAD, BODIES) == ()
    assert thread(COMMENTS, [0]) == ()


def test_the_parts_of_a_post_are_no_posts() -> None:
    part = "<div class=message-cell>"
    post = (
        f"<article class=message>{part}<a class=username>{{}}</a></div>"
        f"{part}<time datetime=2024-05-01></time><p>Hello there.</p></div></article>"
    )
    page = cut(post.format("Ada") + post.format("Bo"))
    found = [(said.author, said.date) for said in thread(page, [1, 3])]
    assert found == [("Ada", "2024-05-01"), ("Bo", "2024-05-01")]


def test_a_form_for_comments_is_no_comment() -> None:
    form = "<div class=comment-respond><p class=comment-form-author>Name *</p><p>Reply</p></div>"
    assert comments(cut(f"<p>The story of a pump, told at length.</p>{form}"), [0]) == ()


def test_the_author_may_stand_on_the_post_itself() -> None:
    page = cut("<div class=message data-author=Ada>Hello there.</div>" * 2)
    assert [post.author for post in thread(page, [0, 1])] == ["Ada", "Ada"]

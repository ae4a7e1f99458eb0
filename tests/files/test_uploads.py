"""The limit of a request: one megabyte, and more only at a door that is marked for it."""

import pytest
from flask import request
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired

from portal.security import Permission
from portal.web import requires, uploads

WORDS = "一段值得保留的文字，超过十五个字才会显示。"


class PhotoForm(FlaskForm):
    """A form with a photo."""

    photo = FileField("现场照片", validators=[FileRequired("请选择照片。")])
    other = FileField("其他材料")


@pytest.fixture
def doors(own_app):
    """A browser on an app with one marked and one plain door; both read the form."""

    @requires(Permission.PUBLIC)
    @uploads("MAX_PHOTO_UPLOAD")
    def marked():
        return str(len(request.files["photo"].read()))

    @requires(Permission.PUBLIC)
    def plain():
        return str(len(request.files["photo"].read()))

    own_app.add_url_rule("/marked", view_func=marked, methods=["POST"])
    own_app.add_url_rule("/plain", view_func=plain, methods=["POST"])
    own_app.config |= {"WTF_CSRF_ENABLED": True, "MAX_PHOTO_UPLOAD": 3_000_000}
    return own_app.test_client()


def posted(client, path: str, size: int, token: str = "") -> tuple[int, str]:
    """Upload `size` bytes with a few words beside them."""
    parts = [
        b'Content-Disposition: form-data; name="csrf_token"\r\n\r\n' + token.encode(),
        b'Content-Disposition: form-data; name="words"\r\n\r\n' + WORDS.encode(),
        b'Content-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n' + b"x" * size,
    ]
    body = b"".join(b"--edge\r\n" + part + b"\r\n" for part in parts) + b"--edge--\r\n"
    answer = client.post(path, data=body, content_type="multipart/form-data; boundary=edge")
    return answer.status_code, answer.get_data(as_text=True)


def token(client) -> str:
    """A token against forgery, from a page of the site."""
    text = client.get("/feedback/new").get_data(as_text=True)
    return text.split('name="csrf_token" value="')[1].split('"')[0]


def test_only_a_marked_door_takes_more_and_no_more_than_it_says(doors):
    proof = token(doors)
    assert posted(doors, "/marked", 2_500_000, proof) == (200, "2500000")
    assert posted(doors, "/plain", 900_000, proof) == (200, "900000")
    for path, size in (("/marked", 3_100_000), ("/plain", 1_100_000)):
        status, text = posted(doors, path, size, proof)
        assert status == 413
        assert "内容太大" in text
        assert "换小一些的文件" in text


def test_a_large_upload_that_is_refused_gives_the_words_back(doors):
    status, text = posted(doors, "/marked", 2_500_000, "forged")
    assert status == 400
    assert WORDS in text


def test_a_door_names_a_setting_that_exists():
    with pytest.raises(KeyError):
        uploads("MAX_FOTO_UPLOAD")


FIELDS = """{% from '_macros/files.html' import file_field, photo, document_link %}
{{ file_field(form.photo, '最大 12 MB', 'image/jpeg', 12000000) }}
{{ file_field(form.other, none, 'application/pdf') }}
{{ photo('/f/1', '一座"桥"', 320, 200, '2026年3月') }}
{{ photo('/f/2', '路', 32, 20) }}
{{ document_link('/f/3', '验收报告', 1234567) }}{{ document_link('/f/4', '通知', 900) }}"""


def test_a_file_is_chosen_by_a_chinese_button_and_wrong_ones_are_told(app):
    with app.test_request_context("/", method="POST"):
        form = PhotoForm()
        assert not form.validate()
        text = app.jinja_env.from_string(FIELDS).render(form=form)
    assert '<label class="btn btn-secondary" for="photo">选择文件</label>' in text
    assert 'aria-describedby="photo-hint photo-error" aria-invalid="true"' in text
    assert "请选择照片。" in text
    assert text.count("选填") == 1
    assert '<input type="file" id="other" name="other" accept="application/pdf">' in text
    assert '<img src="/f/1" alt="一座&#34;桥&#34;" width="320" height="200"' in text
    assert text.count("<figcaption>") == 1
    assert "PDF 文件，1.2 MB" in text
    assert "PDF 文件，1 KB" in text

"""Refusals as pages: what happened, what was typed, and what to do next."""

from dataclasses import dataclass

from flask import Flask, Response, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from portal import db
from portal.cases.pages import names_of, staff_step
from portal.errors import NotSignedIn, Outdated, PortalError
from portal.language import N_
from portal.security import RESIDENT
from portal.web import before, page


@dataclass(frozen=True)
class Words:
    """What a refusal page says by its status."""

    heading: str
    message: str
    steps: tuple[str, ...]


WORDS: dict[int, Words] = {
    400: Words(
        N_("页面已过期或请求不完整"),
        N_("为了安全，网页打开太久或浏览器清除了 Cookie 后，需要重新打开再提交。"),
        (N_("复制下面您写的内容。"), N_("返回上一页并刷新，粘贴后再提交一次。")),
    ),
    403: Words(
        N_("没有权限"),
        N_("您没有查看这个页面或进行这项操作的权限。"),
        (N_("工作人员请确认登录的账号是否正确。"), N_("居民请从首页进入需要的页面。")),
    ),
    404: Words(
        N_("找不到这个页面"),
        N_("网址可能有误，或内容没有公开。"),
        (
            N_("核对网址，或从首页重新查找。"),
            N_("查询自己提交的诉求，请用受理编号和查询码。"),
        ),
    ),
    405: Words(
        N_("不能这样打开"),
        N_("这个地址只接受表单提交。"),
        (N_("请从首页进入需要的页面。"),),
    ),
    409: Words(
        N_("情况已有变化"),
        N_("您打开页面之后，内容已被更新。您的操作没有执行。"),
        (N_("看看下面的变化。"), N_("重新打开页面，再决定是否需要操作。")),
    ),
    410: Words(
        N_("已经失效"),
        N_("这个链接或页面已经用过或过期。"),
        (N_("请从首页重新开始。"),),
    ),
    413: Words(
        N_("内容太大"),
        N_("提交的内容超过了上限，没有保存。"),
        (N_("返回上一页，缩短文字或换小一些的文件，再提交一次。"),),
    ),
    422: Words(
        N_("内容需要修改"),
        N_("提交的内容不能被接受，没有保存。"),
        (N_("按提示修改后再提交一次。"),),
    ),
    429: Words(
        N_("操作过于频繁"),
        N_("短时间内提交次数过多，这一次没有保存。"),
        (
            N_("复制下面您写的内容，稍后再提交。"),
            N_("情况紧急请拨打12345；危及安全请拨打110、119、120。"),
        ),
    ),
    500: Words(
        N_("系统出错了"),
        N_("这是我们的问题，已经记录下来。您的内容可能没有保存。"),
        (N_("复制下面您写的内容，过几分钟再试。"), N_("仍不成功请拨打12345反映。")),
    ),
}

_ONE_STEP_BACK = (405, 409, 422)
"""Refusals of one act: the page before is the place to look again."""

_SECRET_FIELDS = frozenset(
    {"csrf_token", "password", "code", "submission_key", "phone", "email", "contact"}
)


def init_app(app: Flask) -> None:
    """Show every refusal as a page in the visitor's language."""
    app.register_error_handler(NotSignedIn, _sign_in)
    app.register_error_handler(PortalError, _domain)
    app.register_error_handler(CSRFError, lambda _error: _page(400))
    app.register_error_handler(HTTPException, _http)


def _sign_in(_error: NotSignedIn) -> Response:
    if request.method == "GET":
        return redirect(url_for("staff.sign_in", next=request.path))
    return _page(403, _("您还没有登录，或登录已过期。请登录后再操作。"))


def _domain(error: PortalError) -> Response:
    newer = error.changes if isinstance(error, Outdated) else []
    names = names_of(newer) if newer else {}
    changes = [staff_step(event, names) for event in newer]
    return _page(error.status, _(error.message, **error.params), changes=changes)


def _http(error: HTTPException) -> Response:
    if isinstance(error, InternalServerError) and "session" in g:
        db.session().rollback()
    if error.code is not None and error.code < 400:
        return error.get_response()
    response = _page(error.code or 500)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _page(status: int, message: str = "", changes: list[dict[str, str]] | None = None) -> Response:
    if "actor" not in g:
        g.actor = RESIDENT
    known = status if status in WORDS else (500 if status >= 500 else 400)
    words = WORDS[known]
    response = page(
        "errors/error.html",
        status,
        code=status,
        heading=_(words.heading),
        message=message or _(words.message),
        next_steps=[_(step) for step in words.steps],
        kept=_typed(),
        back=before() if status in _ONE_STEP_BACK else "",
        changes=changes or [],
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _typed() -> list[tuple[str, str]]:
    """Return the texts the visitor had typed, so that nothing written is lost."""
    if request.method != "POST" or request.content_length is None:
        return []
    if request.content_length > (request.max_content_length or request.content_length):
        return []
    try:
        fields = request.form.items(multi=True)
    except HTTPException:
        return []
    return [(k, v) for k, v in fields if k not in _SECRET_FIELDS and len(v) > 15]

"""What an answer may lack, said before it is sent and before it is released. Pure.

It is a hint and never a refusal: a machine that reads for words can be wrong, and a short answer
can be the right one. Source: 信访工作条例 art. 28 (不得推诿、敷衍、拖延) and art. 32 (an answer
has facts, an opinion and its basis). Every pattern is made of literals and short bounded gaps:
the time needed grows in proportion to the length of the texts.
"""

import re
from collections.abc import Iterable
from enum import StrEnum

from portal.cases.clauses import flat
from portal.language import N_


class Concern(StrEnum):
    """What makes an answer worth a second look."""

    SHORT = "short"
    SET_PHRASES = "set-phrases"
    COPIED = "copied"
    BESIDE = "beside"


CONCERN_LABELS = {
    Concern.SHORT: N_("不足%(n)s字，居民可能看不出核实了什么、办了什么。"),
    Concern.SET_PHRASES: N_("只有“已阅”“已转相关部门”“正在办理”之类的套话，没有写明办理情况。"),
    Concern.COPIED: N_("与承办单位以前的一份答复相同（不计称呼、标点和数字）。"),
    Concern.BESIDE: N_("没有提到来信所说的事。"),
}
"""What is said of each; `n` is the length that the county looks for."""


def concerns(text: str, *, letter: str, shortest: int, earlier: Iterable[str]) -> list[Concern]:
    """Return what is worth a second look in the answer `text`, in the order of `Concern`.

    `letter` is what the case is about: its title, its text and whatever names the matter.
    `shortest` is a number of characters, blanks not counted. `earlier` are answers that the
    same department gave before. Whether the matter is mentioned is not asked of an answer
    that is short or of set phrases: there it goes without saying.
    """
    said, mine = flat(text), _bare(text)
    is_short = len(_BLANK.sub("", text)) < shortest
    is_empty = len(_beyond_phrases(said)) < _SAYS
    found = {
        Concern.SHORT: is_short,
        Concern.SET_PHRASES: is_empty,
        Concern.COPIED: bool(mine) and any(_bare(other) == mine for other in earlier),
        Concern.BESIDE: not (is_short or is_empty) and _passes_by(said, flat(letter)),
    }
    return [concern for concern, is_so in found.items() if is_so]


_BLANK = re.compile(r"\s+")
_UNSAID = re.compile(r"[\W\d_]+")
_GREETING = re.compile(r"^(?:尊敬的.{1,16}?[:,](?:[您你]好)?|.{0,16}?[您你]好)")


def _bare(text: str) -> str:
    """Return the text without greeting, punctuation and numbers: what a template leaves alike."""
    return _UNSAID.sub("", _GREETING.sub("", flat(text), count=1))


# --- set phrases ----------------------------------------------------------------------

_PASSED_ON = re.compile(
    "(?:转|移交|批转|反馈|交办|责成|督促|要求)[交办至给到由往]?[^0-9一二三四五六七八九十]{0,16}?"
    "(?:调查|核查|核实|核处|处理|处置|办理|研究|落实|办复|执行|解决|整改|答复|回复|关注"
    "|部门|单位|局|办|委|公司|政府|街道|科室)"
)
"""Passed on to somebody; a day or a number in between would say more than that."""

_PHRASES = (
    "尊敬的 网友 网民 市民 居民 群众 来信人 信访人 先生 女士 同志 朋友 领导 书记 县长 您好 你好"
    " 反映 提出 咨询 投诉 反馈 留言 来信 来电 来帖 帖文 信件 问题 情况 事项 诉求 建议 意见 内容"
    " 信息 收悉 收到 获悉 知悉 知晓 已阅 阅悉 阅知 记录 登记 受理 关注 重视 高度 认真 积极 尽快"
    " 及时 迅速 立即 抓紧 进一步 全力 妥善 依法 依规 按照 按程序 按规定 严格 持续 着手 组织 安排"
    " 予以 进行 加以 加强 加快 做好 正在 已经 目前 现将 现已 将会 我们 我局 我办 我县 我镇 我区"
    " 我院 本单位 本局 有关 相关 责任 职能 主管 对应 部门 单位 科室 人员 调查 核查 核实 核处 处理"
    " 处置 办理 研究 落实 协调 跟进 整改 解决 推进 到位 答复 回复 办结 办复 督促 转交 转办 移交"
    " 交办 转至 感谢 谢谢 衷心 非常 十分 再次 关心 支持 理解 监督 信任 配合 参与 敬请 耐心 等待"
    " 谅解 放心 生活愉快 工作顺利 身体健康 阖家幸福 万事如意 事事顺心 如下 特此 此复 以上 如有"
    " 疑问 联系 欢迎 之中 当中 过程 工作 下一步 后续 结果 第一时间 希望 恳请"
)
_PHRASE = re.compile("|".join(sorted(_PHRASES.split(), key=len, reverse=True)))
_FILLING = re.compile(
    "[的了已将会并对给与和及等在中所为于由把就也都您你我他们请望祝向予后年月日其此该经再现均需要阅]"
)
_SAYS = 2
"""Characters beside set phrases from which on something is said, such as 修好."""


def _beyond_phrases(said: str) -> str:
    """Return what is left of an answer without what could stand in any other."""
    left = _GREETING.sub("", said, count=1)
    for pattern in (_PASSED_ON, _PHRASE, _FILLING, _UNSAID):
        left = pattern.sub("", left)
    return left


# --- the matter -----------------------------------------------------------------------

_HAN = re.compile("[\u4e00-\u9fff]+")
_JOINING = frozenset(
    "的了吗呢吧啊是在有和与就都也很太又还被把给让向从到对个这那们我你您他它此其该不没无未为以及等或将已会能可"
    "要应请于由所之而但且则再后前中上下内外多少年月日时号第一二三四五六七八九十两几元"
)
"""A pair of characters with one of these came together by chance."""

_EVERYWHERE = (
    "根据 要求 规定 管理 建设 公司 服务 同时 通过 电话 政策 文件 通知 提供 实施 开展 完成"
    " 由于 因此 如果 确保 主要 方面 标准 条件 符合 范围 方式 方案 计划 负责 政府 业主 村民"
    " 百姓 请求 什么 怎么 为何 现场 基本 实际 具体 社会 发展 生活 影响 严重 一直 还是 这个"
    " 那个 没有 不是 是否 使用 行为 措施 准备 附近 周边 时间 申请 项目 工程 城市 社区 街道"
    " 小区 环境 规划 安全 人民 部分 国家 造成 导致 合理 正常 开始 直接 发现 考虑 办法 任何"
    " 现象 本人 城区 代表 继续 原因 提高 告知 采取 明确 必须 同意 包括 依据 自己 经过 广大"
    " 当地 左右 手续 尊敬"
)
_COMMON = re.compile("|".join(sorted([*_PHRASES.split(), *_EVERYWHERE.split()], key=len)[::-1]))
"""What stands in letters and answers of every kind."""

_FEW = 3
"""With fewer telling pairs than so many a letter gives nothing to go by."""


def _passes_by(said: str, letter: str) -> bool:
    """Whether no telling pair of characters of the letter stands in the answer.

    Tried on some 900 answers that cities published: 5 in 100 were found, most of which say
    only who else could be asked; of those set beside the letter of another, two in three.
    """
    asked = _telling(letter)
    return len(asked) >= _FEW and not asked & _telling(said)


def _telling(text: str) -> frozenset[str]:
    runs = _HAN.findall(_COMMON.sub(" ", text))
    pairs = (pair for run in runs for pair in map(str.__add__, run, run[1:]))
    return frozenset(pair for pair in pairs if not _JOINING & set(pair))

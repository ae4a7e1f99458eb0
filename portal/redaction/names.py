"""Finding names of people: before a title, after a word for a person, in a list, as a signature.

A name is a surname and at most two characters more. Without any word that announces it, a
name is not told from other words and not proposed. Of a name with its title only the name is
proposed: "[姓名已隐去]局长" still says who has to act. Officials are proposed like anybody
else; whether an official acting in office is named in public is for the moderator to decide.
"""

import re
from collections.abc import Iterator

from portal.redaction.kinds import Kind
from portal.redaction.reading import Span
from portal.redaction.surnames import (
    COMMON,
    DOUBLE,
    DOUBTFUL,
    ENDING,
    NOT_NAMES,
    PLAIN,
    RATHER_NAMES,
)

_HEADS = "局镇乡县市区村队组站所院校科股处厅部司行厂场园班社会店警庭团馆"
_TITLE_WORDS = (
    r"先生|女士|小姐|同志|同学|老师傅|老师(?!傅)|师傅|医生|大夫|护士长|护士|主任(?![医委科护务])"
    r"|支书|书记(?!员)|检察长|审判长|董事长|理事长|总经理|经理(?![部室])|老板(?!娘)|教授|工程师"
    r"|警官|法官|检察官|律师|会计(?![准制核])|教练|司机|委员(?!会)|(?<![毛习])主席|干事|专干|辅警|民警|网格员"
    r"|保安|大爷|大妈|大娘|大叔|大伯|大婶|大哥|大姐|大嫂|奶奶|爷爷|叔叔|阿姨|婆婆|嫂子|伯伯|老汉|阿婆|阿公|技术员|快递员"
)
_TITLE = re.compile(
    rf"{_TITLE_WORDS}|[{_HEADS}]长(?![期达大年途时度效短远假久廊桥江城治])"
    r"|[工总](?=[说讲称,。:;!?、) ]|$)"
)
_CUE = re.compile(
    r"[我名的人者长]叫|我是|姓名|名字|户名(?![单册])|署名|签名|本人|代表|(?<!执)法人|户主|业主|住户|村民|居民"
    r"|市民|门卫|乘客|店主|摊主|消费者|家属|房东|租客|租户|邻居|病人|患者|伤者|死者|学生|家长|工人|职工|员工|车主|骑手|党员|干部"
    r"|老板|包工头|儿子|女儿|父亲|母亲|爸爸|妈妈|丈夫|妻子|老公|老婆|爱人|哥哥?|弟弟?|姐姐|妹妹|岳父"
    r"|遗属|烟农|果农|农户|产妇|孕妇|考生|堂[哥弟]|表[哥弟]|姐夫|妹夫|嫂|太婆|太公|大名|真名|学名"
    r"|岳母|外公|外婆|家父|家母|孙子|孙女|舅舅|姑姑|侄子|儿媳|女婿|老伴|同事|战友|人员|监督员|志愿者"
    r"|(?:联系|负责|投诉|举报|反映|来电|来信|申请|当事|承办|经办|签收|收件|发件|寄件|信访|报修|求助"
    r"|诉求|被告|被访|申诉|代理|代表|经手|监护|委托|受理|受访|证明|见证|报案|请求|报告|留言|欠款|借款|收款"
    r"|持卡|购房|所有|受害|承租|出租|投保|参保|产权|肇事|死亡)人"
    rf"|{_TITLE_WORDS}|[{_HEADS}]长"
)
_LABEL = re.compile(
    r"(?P<sure>姓 {0,4}名|名字)|(?:[\u4e00-\u9fa5]{1,3}人|户主|业主|车主|店主|患者|家长|学生|司机)"
)
"""What stands in front of a name in a form."""
_FIELD = re.compile(
    r"(?:\([^()\n]{0,6}\))? {0,2}(?::|】|\])[: ]{0,2}(?P<name>[\u4e00-\u9fa5]{2,4}|"
    r"[\u4e00-\u9fa5]{2,6}·[\u4e00-\u9fa5]{2,6})(?![\u4e00-\u9fa5·])"
)
_NOBODY = re.compile(
    "未|不|无|匿名|保密|同上|本人|居民|群众|村民|业主|家长|市民|网友|公司|单位|政府|委|局|办|中心|学校|医院|全"
)
"""What people write into such a field that is nobody's name begins or goes on with these."""
_LINK = re.compile(r"[ :,]{0,2}(?:[\"“(])?(?:名?叫|是|为|姓名)?[ :]{0,2}")
_HIDDEN = re.compile("某{1,2}人?")
_AND = re.compile(r"[、及和与]| (?=[^ ])")

_FIRM_END = frozenset(
    "的了是在不我你他她们这那个说讲与将已被从到把对又都就还很要没让跟但因称反投表提认也住曾系及等其之所却再"
    "只每于且则诉打找请问去给向先至您经该各续谈"
)
"""No given name ends in these: what follows "李四" in "村民李四的" is no part of the name."""
_LIKELY_END = frozenset(
    "家有来和为可能后前时年月日间拿骂开用发收通经自即须并或如若由当做买卖处负带携领协率现今两同多上下出入回办修"
    "建种养得拆租驾骑生身电手男女"
)
"""Some given names do, and many sentences go on with them."""
_PLACES = frozenset("村镇乡县市区路街巷局所院站厂校店组队坝沟桥湾坡岭塘屯寨沱垭塅府馆社楼栋")
"""Parts of the names of places: 张家村, 石桥镇, 王府井 are no people."""
_SETTLEMENTS = frozenset("村镇乡县")
_TRUSTED = frozenset("找给问由请是叫让的了到和与跟对被见谢及镇县局村站院区里位名")
"""After these a doubtful surname before a title is believed: 找方主任."""
_NEVER_ALONE = frozenset("向原代时任全单")
"""向主任反映, 原局长, 代镇长: with a title behind them these are words."""


def names(text: str) -> Iterator[Span]:
    """Find names of people."""
    found = [
        *_before_titles(text),
        *_after_words(text),
        *_in_forms(text),
        *_signatures(text),
        *_introduced(text),
    ]
    position = 0
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        if start >= position:
            position = end
            yield start, end, Kind.NAME


def _is_han(character: str) -> bool:
    return "\u4e00" <= character[:1] <= "\u9fa5"


def _surname(text: str, i: int) -> int:
    """Return how many characters from `i` on are a surname."""
    if text[i : i + 2] in DOUBLE:
        return 2
    return int(text[i : i + 1] in PLAIN or text[i : i + 1] in DOUBTFUL)


def _is_name(word: str) -> bool:
    """Tell whether `word` can be a surname alone or with one or two characters more."""
    length = _surname(word, 0)
    given = word[length:]
    return (
        length > 0
        and len(given) <= 2
        and word[:2] not in NOT_NAMES
        and all(_is_han(c) for c in given)
        and not _PLACES & set(given)
        and not _FIRM_END & set(given)
    )


def _may_start(text: str, i: int, end: int) -> bool:
    """Tell whether a name may start at `i` for all that stands before it."""
    surname, before = text[i], text[i - 1] if i else "\n"
    if end - i == 1 and surname in _NEVER_ALONE:
        return False
    if not _is_han(before):
        return True
    if before in ENDING.get(surname, ""):
        return False
    return surname in PLAIN or text[i : i + 2] in DOUBLE or before in _TRUSTED


def _before_titles(text: str) -> Iterator[tuple[int, int]]:
    """王局长, 王副局长, 李明主任, 欧阳书记."""
    for match in _TITLE.finditer(text):
        end = match.start()
        if match.group() in ("工", "总") and text[end - 1 : end] in "施石包管全":
            continue
        end -= 3 if text[max(0, end - 3) : end] == "常务副" else text[end - 1 : end] == "副"
        whole = text[end - 1 : end] in COMMON and text[max(0, end - 2) : end] not in DOUBLE
        for length in (1, 4, 3, 2) if whole else (4, 3, 2, 1):
            start = end - length
            if start < 0:
                continue
            if _is_name(text[start:end]) and _may_start(text, start, end):
                yield start, end
                break


def _after_words(text: str) -> Iterator[tuple[int, int]]:
    """我叫张伟, 联系人:李四, 村民刘大海; then those that are named along (刘洋、高飞)."""
    position = 0
    for match in _CUE.finditer(text):
        link = _LINK.match(text, match.end())
        if match.start() < position:
            continue
        told = ":" in link.group() or match.group().endswith("叫") or match.group() == "姓名"
        for at in (link.end(), match.end()):
            end = _name_end(text, at, told)
            if end and match.group() == "我是" and _is_han(text[end : end + 1]):
                end = 0
            if end:
                break
        while end:
            yield at, end
            position = end
            joint = _AND.match(text, end)
            at = joint.end() if joint else end
            end = _name_end(text, at, False) if joint else 0


def _name_end(text: str, i: int, told: bool) -> int:
    """Return where a name that starts at `i` ends; 0 when none does.

    With nothing behind it that belongs to the sentence the name is all there is; else the
    third character decides. `told`: the word before lets nothing but a name follow.
    """
    length = _surname(text, i)
    if not length:
        return 0
    first = i + length
    for end in (first, first + 1, first + 2):
        if _TITLE.match(text, end) and _is_name(text[i:end]) and text[i] not in _NEVER_ALONE:
            return end
    hidden = _HIDDEN.match(text, first)
    if hidden:
        return hidden.end() + _shows_last(text, hidden.end())
    run = first
    while run < min(len(text), first + 4) and _is_han(text[run]):
        run += 1
    end = _given_end(text, first, run)
    if not end or not _is_name(text[i:end]):
        return 0
    if run - first > 2 and _PLACES & set(text[first : first + 2]):
        return 0
    if text[end : end + 1] in _SETTLEMENTS:
        return 0
    if text[i] in DOUBTFUL and text[i] not in RATHER_NAMES:
        return end if told and end == run else 0
    certain = text[i] not in DOUBTFUL or end == run or _goes_on(text[end])
    return end if certain else 0


def _shows_last(text: str, i: int) -> bool:
    """Tell whether the character at `i` still belongs to a name like 胡某明."""
    more = text[i - 2] != "某" and _is_han(text[i : i + 1]) and not _goes_on(text[i])
    return more and (not _is_han(text[i + 1 : i + 2]) or _goes_on(text[i + 1]))


def _goes_on(character: str) -> bool:
    return character in _FIRM_END or character in _LIKELY_END


def _given_end(text: str, first: int, run: int) -> int:
    """Return where the given name from `first` on ends, of the Chinese characters up to `run`."""
    if run - first < 2:
        return run if run > first else 0
    second = text[first + 1]
    if second in _FIRM_END:
        return first + 1
    if second in _LIKELY_END and run - first > 2 and text[first + 2] not in _FIRM_END:
        return first + 1
    return first + 2


def _in_forms(text: str) -> Iterator[tuple[int, int]]:
    """姓名(必填):伍兰英; after a word for a person other than 姓名 it must begin like a name."""
    for label in _LABEL.finditer(text):
        field = _FIELD.match(text, label.end())
        if field is None or _NOBODY.search(field["name"]):
            continue
        if label["sure"] or "·" in field["name"] or _is_name(field["name"]):
            yield field.span("name")


_SIGNED = re.compile(
    r"(?:\n|敬礼[!。]?[ \n]{0,3}|敬上[: ]{0,2})[ ]{0,20}([\u4e00-\u9fa5]{2,4})"
    r"[ ,]{0,4}(?:\n? {0,20}[0-9二〇]{4}[年.\-/][^\n]{0,12})?\s{0,10}$"
)


def _signatures(text: str) -> Iterator[tuple[int, int]]:
    """The name alone in the last line, with a date or without."""
    tail = max(0, len(text) - 80)
    match = _SIGNED.search(text, tail)
    if match and len(match.group(1)) > _surname(match.group(1), 0) and _is_name(match.group(1)):
        yield match.span(1)


_INTRODUCED = re.compile(
    r"(?:(?<![\u4e00-\u9fa5])(?!我)|(?<=我))([\u4e00-\u9fa5]{2,4})"
    r"(?=[ ,(:]{0,3}(?:手机|电话|身份证|联系电话|[男女](?![\u4e00-\u9fa5])|\0))"
    r"|我是[^,。;:!?\n\0]{0,12}\0{0,12}[^,。;:!?\n\0]{0,6}的([\u4e00-\u9fa5]{2,3})(?=[,。;(]|$)"
    r"|(?<=\0)[ ,(]{0,2}([\u4e00-\u9fa5]{2,3})(?=[。)\n]|$)"
)


def _introduced(text: str) -> Iterator[tuple[int, int]]:
    """张建国, 男; 张建国(身份证...); 张建国 138...; 138... 张建国; 我是五组的张建国."""
    for match in _INTRODUCED.finditer(text):
        word = match[match.lastindex]
        known = word[0] not in DOUBTFUL or word[0] in RATHER_NAMES
        if (
            known
            and not _HIDDEN.fullmatch(word, 1)
            and len(word) > _surname(word, 0)
            and _is_name(word)
        ):
            yield match.span(match.lastindex)

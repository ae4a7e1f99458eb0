"""Full-text search in Chinese, the same on SQLite and PostgreSQL.

Chinese is written without blanks, so a text is cut into overlapping pairs of characters: a
word is found wherever its pairs stand one after another, and no word list cuts a name wrongly.
Words in letters and digits stay whole. The databases never see the text itself: each token is
spelled in a-z and 0-9, so neither splits it in its own way and no query has a syntax.
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import islice, pairwise
from typing import Any, Self

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Select,
    String,
    UniqueConstraint,
    cast,
    delete,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql.functions import FunctionElement

from portal.db import Base

INDEX = "search_index"
"""The FTS5 table over `search_entry` (SQLite); its shadow tables begin with the same name."""
VECTOR = "vector"
"""The column of `search_entry` that PostgreSQL computes from `tokens`."""

MAX_TEXT = 10_000
"""Characters of a text that are searched; PostgreSQL counts positions up to 16,383 only."""
MAX_QUERY = 100
"""Characters of a query that are looked at."""
MAX_WORD = 64
"""Letters and digits of one word that count. Up to 6 bytes each; PostgreSQL takes 2,046 a word."""
_AT_ONCE = 200
"""Entries sent to the database together."""

_HAN = (
    "\u2e80-\u2eff\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f"
    "\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
"""Scripts without blanks. Given by number: what a token is must not change with Python's tables."""
_RUN = re.compile(rf"[{_HAN}]+|(?:(?![{_HAN}])[^\W_])+")
_WORD = re.compile(rf"(?:[{_HAN}]|[^\W_])+")
_UNPLAIN = re.compile("[^0-9a-y]")


class SearchEntry(Base):
    """What can be found of one thing: a project, a case."""

    __tablename__ = "search_entry"
    __table_args__ = (UniqueConstraint("kind", "ident"),)

    # FTS5 refers to rows by number, and VACUUM renumbers a table without such a key.
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String, comment="what kind of thing, e.g. 'project'")
    ident: Mapped[int] = mapped_column(comment="the id of the thing in its own table")
    tokens: Mapped[str] = mapped_column(String, comment="its text as search.tokens spells it")


def tokens(text: str) -> str:
    """Return the tokens of the first MAX_TEXT characters of `text`, in order, between blanks."""
    runs = _RUN.findall(_folded(text, MAX_TEXT))
    return " ".join(token for run in runs for token in _spelled(run))


def put(s: Session, kind: str, ident: int, text: str) -> None:
    """Let the thing be found by `text`, and no longer by what it was found by before."""
    put_many(s, kind, [(ident, text)])


def put_many(s: Session, kind: str, rows: Iterable[tuple[int, str]]) -> None:
    """Do what `put` does for many pairs of id and text; reads `rows` a few hundred at a time."""
    dialect: Any = sqlite if s.get_bind().dialect.name == "sqlite" else postgresql
    insert = dialect.insert(SearchEntry.__table__)
    upsert = insert.on_conflict_do_update(
        index_elements=["kind", "ident"], set_={"tokens": insert.excluded.tokens}
    )
    rest = iter(rows)
    while some := list(islice(rest, _AT_ONCE)):
        entries = [{"kind": kind, "ident": i, "tokens": tokens(text)} for i, text in some]
        s.execute(upsert, entries)


def remove(s: Session, kind: str, ident: int) -> None:
    """Let the thing no longer be found; nothing happens when it was never put."""
    gone = delete(SearchEntry).where(SearchEntry.kind == kind, SearchEntry.ident == ident)
    s.execute(gone, execution_options={"synchronize_session": False})


def matching(kind: str, query: str) -> Select[tuple[int]] | None:
    """Return a sub-select of the ids of what holds every word of `query`, for `id.in_(...)`.

    A word is found inside longer ones; letters and digits from their beginning on. None when
    the query has no word: then nothing is to be left out. Raises nothing, whatever is typed.
    """
    words = list(dict.fromkeys(_WORD.findall(_folded(query, MAX_QUERY))))
    if not words:
        return None
    phrases = [_phrase(word) for word in words]
    fts5 = " AND ".join(f'"{" ".join(p)}"' + " *" * begins for p, begins in phrases)
    tsquery = " & ".join(" <-> ".join(p) + ":*" * begins for p, begins in phrases)
    found = _Found(_in_fts5(fts5), _in_vector(tsquery))
    return select(SearchEntry.ident).where(SearchEntry.kind == kind, found)


class _Found(FunctionElement[bool]):
    """One condition in two forms, for SQLite and for PostgreSQL; compiling takes one of them."""

    name = "found"
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Self:
        """Stay as it is: SQLAlchemy would compare with 1 on SQLite, past its index."""
        return self


@compiles(_Found, "sqlite")
def _first_form(element: _Found, compiler: Any, **kw: Any) -> str:
    fts5, _vector = element.clauses
    return compiler.process(fts5, **kw)


@compiles(_Found, "postgresql")
def _second_form(element: _Found, compiler: Any, **kw: Any) -> str:
    _fts5, vector = element.clauses
    return compiler.process(vector, **kw)


def _in_fts5(query: str) -> ColumnElement[bool]:
    rows = select(literal_column("rowid")).select_from(table(INDEX))
    return SearchEntry.id.in_(rows.where(literal_column(INDEX).op("MATCH")(query)))


def _in_vector(query: str) -> ColumnElement[bool]:
    vector = literal_column(f"{SearchEntry.__tablename__}.{VECTOR}")
    return vector.op("@@", return_type=Boolean())(cast(query, postgresql.TSQUERY))


def _folded(text: str, most: int) -> str:
    """Full width becomes half width, capitals small; marks and invisible signs go."""
    alike = unicodedata.normalize("NFKC", text[:most]).lower()
    return "".join(c for c in alike if not _is_dropped(unicodedata.category(c)))[:most]


def _is_dropped(category: str) -> bool:
    return category[0] == "M" or category == "Cf"


def _spelled(run: str) -> list[str]:
    """Spell one run: c and five hex digits a character of each pair, or w and the word."""
    if not re.match(f"[{_HAN}]", run):
        return ["w" + _UNPLAIN.sub(lambda m: f"z{ord(m[0]):05x}", run[:MAX_WORD])]
    codes = [f"{ord(c):05x}" for c in run]
    # The last character stands alone too, so that every character begins some token.
    return [f"c{one}{two}" for one, two in pairwise(codes)] + [f"c{codes[-1]}"]


def _phrase(word: str) -> tuple[list[str], bool]:
    """Return the tokens that must follow one another, and whether the last need only begin so."""
    *before, last = _RUN.findall(word)
    end = _spelled(last)
    is_pairs = len(end) > 1
    whole = [token for run in before for token in _spelled(run)]
    return whole + (end[:-1] if is_pairs else end), not is_pairs

"""The form with which words are published or withheld."""

from wtforms import BooleanField, HiddenField

from portal.forms import PortalForm


class WordsForm(PortalForm):
    """What the moderator has looked at, and whether it was looked at closely."""

    seen = HiddenField()
    is_sure = BooleanField()

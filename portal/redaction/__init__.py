"""Finding personal data in a letter or an answer, so that it can be masked before publication.

Personal information may be published only with the separate consent of the person
(个人信息保护法, art. 25), and authorities must de-identify what they show (art. 51).
This package *proposes*; a person decides. A miss publishes somebody's data and a false alarm
costs one click, so doubtful cases are proposed. Left alone are public numbers (110, 12345,
95xxx, 400 and 800 lines), money, dates, document and case numbers, the portal's own
references, roads, buildings as places of a fault, and offices in public buildings.

kinds       what can be found, its label and its mask
reading     the text as the finders read it, and the way back to the original's characters
digits      groups of digits, and which of them may be one number
numbers     telephones, ID cards and bank cards, in digits or spelled out
contacts    e-mail, plates, accounts of QQ and WeChat, passports
addresses   flats, rooms and doors of houses
surnames    surnames, and the words that only look like names
names       names after and before titles, and at the end of a letter
proposals   all of these in turn; masking what was chosen

Each finder runs in turn and blanks what it found, so findings never overlap. No finder
looks back or ahead farther than a fixed number of characters, and numbers are judged as
groups of digits, never by nested regular expressions: the time needed grows in proportion
to the length of the text.

Not looked for: names without any word that announces them, nicknames (老王, 小李), names in
Latin letters, and numbers of which the writer has already starred out a part.
"""

from portal.redaction.kinds import KIND_LABELS, MASKS, Kind
from portal.redaction.proposals import Proposal, apply, propose

__all__ = ["KIND_LABELS", "MASKS", "Kind", "Proposal", "apply", "propose"]

"""The drawings of the invented county: flat shapes on a canvas of 800 by 500 pixels."""

from collections.abc import Callable

from PIL import ImageDraw

SKY, GRASS, EARTH, STONE, WATER = "#cfe3ee", "#8fb27a", "#b08a5e", "#b9b7b0", "#7f9fb0"
WHITE, BRICK, GLASS, LEAF, STEEL = "#f4f1ea", "#b9603f", "#6f95a8", "#567d46", "#c9862b"
ASPHALT, NIGHT, LIGHT, MUD, RUST = "#6d7075", "#24303a", "#f0d27a", "#a9894f", "#c7a04a"

Pen = ImageDraw.ImageDraw


def _wasteland(pen: Pen) -> None:
    """Draw bare ground with puddles and a heap."""
    pen.rectangle((0, 250, 800, 500), fill=EARTH)
    for x, y, w in ((90, 390, 190), (430, 340, 130), (560, 430, 170)):
        pen.ellipse((x, y, x + w, y + w // 4), fill=WATER)
    pen.polygon(((300, 260), (380, 180), (470, 260)), fill=STONE)
    for x in (40, 70, 640, 690, 740):
        pen.line((x, 270, x - 8, 238), fill=LEAF, width=5)
        pen.line((x, 270, x + 9, 240), fill=LEAF, width=5)


def _square(pen: Pen) -> None:
    """Draw a playing court with trees and benches."""
    pen.rectangle((0, 230, 800, 500), fill=GRASS)
    pen.polygon(((180, 280), (620, 280), (760, 470), (40, 470)), fill=BRICK)
    pen.line(((180, 280), (620, 280), (760, 470), (40, 470), (180, 280)), fill=WHITE, width=5)
    pen.line(((400, 280), (400, 470)), fill=WHITE, width=4)
    pen.ellipse((340, 340, 460, 410), outline=WHITE, width=4)
    for x in (70, 150, 650, 730):
        pen.rectangle((x - 5, 190, x + 5, 250), fill=EARTH)
        pen.ellipse((x - 38, 110, x + 38, 205), fill=LEAF)
    for x in (260, 480):
        pen.rectangle((x, 246, x + 70, 256), fill=STEEL)


def _site(pen: Pen) -> None:
    """Draw a building in its shell, with scaffold and crane."""
    pen.rectangle((0, 380, 800, 500), fill=EARTH)
    pen.rectangle((180, 150, 540, 390), fill=STONE)
    for row in range(3):
        for column in range(5):
            x, y = 205 + column * 66, 175 + row * 72
            pen.rectangle((x, y, x + 40, y + 44), fill=EARTH)
    for x in range(170, 560, 42):
        pen.line((x, 140, x, 392), fill=STEEL, width=3)
    for y in range(150, 391, 60):
        pen.line((170, y, 550, y), fill=STEEL, width=3)
    pen.line((650, 390, 650, 60), fill=BRICK, width=9)
    pen.line((470, 70, 740, 70), fill=BRICK, width=7)
    pen.line((520, 70, 520, 130), fill=BRICK, width=3)


def _school(pen: Pen) -> None:
    """Draw a finished school building with a field before it."""
    pen.rectangle((0, 340, 800, 500), fill=GRASS)
    pen.rectangle((110, 130, 690, 350), fill=WHITE)
    pen.rectangle((95, 112, 705, 132), fill=BRICK)
    for row in range(3):
        for column in range(8):
            x, y = 135 + column * 68, 150 + row * 62
            pen.rectangle((x, y, x + 46, y + 40), fill=GLASS)
    pen.rectangle((372, 280, 428, 350), fill=BRICK)
    pen.ellipse((160, 380, 640, 480), outline=BRICK, width=14)


def _road(pen: Pen) -> None:
    """Draw a country road with a hedge on either side."""
    pen.rectangle((0, 210, 800, 500), fill=GRASS)
    pen.polygon(((300, 210), (500, 210), (800, 500), (0, 500)), fill=ASPHALT)
    for y in range(230, 500, 60):
        pen.line((400, y, 400, y + 28), fill=WHITE, width=4 + (y - 200) // 60)


def _pothole(pen: Pen) -> None:
    """Draw a hole in the road, with water in it."""
    _road(pen)
    pen.ellipse((300, 350, 540, 430), fill=EARTH)
    pen.ellipse((325, 365, 515, 420), fill=WATER)


def _pothole_near(pen: Pen) -> None:
    """Draw the same hole from near, with a motorcycle beside it."""
    pen.rectangle((0, 0, 800, 500), fill=ASPHALT)
    pen.ellipse((80, 180, 560, 460), fill=EARTH)
    pen.ellipse((140, 220, 500, 430), fill=WATER)
    for x in (560, 690):
        pen.ellipse((x, 90, x + 100, 190), outline=NIGHT, width=14)
    pen.polygon(((600, 130), (660, 80), (750, 130)), fill=BRICK)
    pen.rectangle((640, 140, 710, 165), fill=WHITE)


def _lamp(pen: Pen) -> None:
    """Draw a street at night whose lamps are dark."""
    pen.rectangle((0, 0, 800, 500), fill=NIGHT)
    pen.polygon(((340, 230), (460, 230), (760, 500), (40, 500)), fill="#333d47")
    for x, top in ((120, 90), (240, 140), (560, 140), (680, 90)):
        pen.line((x, top, x, 440 - top // 2), fill=STONE, width=7)
        pen.rectangle((x - 16, top - 10, x + 16, top + 6), fill="#4b5560")
    pen.rectangle((386, 190, 414, 214), fill=LIGHT)


def _house(pen: Pen) -> None:
    """Draw an old house of earth with a crack in its wall and a torn roof."""
    pen.rectangle((0, 380, 800, 500), fill=GRASS)
    pen.rectangle((180, 230, 620, 400), fill=EARTH)
    pen.polygon(((150, 240), (400, 110), (650, 240)), fill=STONE)
    pen.polygon(((470, 150), (540, 180), (500, 205)), fill=NIGHT)
    pen.line(((300, 235), (316, 280), (298, 320), (322, 398)), fill=NIGHT, width=6)
    pen.rectangle((430, 300, 500, 400), fill=NIGHT)


def _river(pen: Pen) -> None:
    """Draw a river that runs yellow past a heap of sand."""
    pen.rectangle((0, 220, 800, 500), fill=GRASS)
    pen.polygon(((0, 330), (800, 270), (800, 430), (0, 480)), fill=MUD)
    pen.polygon(((520, 270), (620, 150), (730, 262)), fill="#d8c08a")
    pen.line(((610, 262), (560, 300)), fill=STONE, width=12)


def _toilet(pen: Pen) -> None:
    """Draw a small house with two doors that are barred."""
    pen.rectangle((0, 380, 800, 500), fill=STONE)
    pen.rectangle((200, 170, 600, 390), fill=WHITE)
    pen.rectangle((180, 140, 620, 172), fill=BRICK)
    for x in (250, 450):
        pen.rectangle((x, 220, x + 100, 390), fill=GLASS)
        pen.line((x - 10, 250, x + 110, 340), fill=STEEL, width=14)
        pen.line((x + 110, 250, x - 10, 340), fill=STEEL, width=14)


def _basin(pen: Pen) -> None:
    """Draw a tap over a basin of yellow water."""
    pen.rectangle((0, 0, 800, 500), fill=WHITE)
    pen.rectangle((360, 60, 400, 160), fill=STONE)
    pen.rectangle((360, 150, 470, 180), fill=STONE)
    pen.rectangle((440, 180, 470, 300), fill=RUST)
    pen.ellipse((180, 250, 640, 460), fill=GLASS)
    pen.ellipse((220, 275, 600, 430), fill=RUST)


def _papers(pen: Pen) -> None:
    """Draw two sheets with lines and a red seal."""
    pen.rectangle((0, 0, 800, 500), fill=EARTH)
    for x, y in ((140, 60), (300, 90)):
        pen.rectangle((x, y, x + 320, y + 370), fill=WHITE)
        for line in range(y + 50, y + 320, 34):
            pen.line((x + 30, line, x + 280, line), fill=STONE, width=6)
    pen.ellipse((500, 350, 590, 440), outline="#b3141b", width=8)


SCENES: dict[str, Callable[[Pen], None]] = {
    "wasteland": _wasteland,
    "square": _square,
    "site": _site,
    "school": _school,
    "pothole": _pothole,
    "pothole_near": _pothole_near,
    "lamp": _lamp,
    "house": _house,
    "river": _river,
    "toilet": _toilet,
    "basin": _basin,
    "papers": _papers,
}

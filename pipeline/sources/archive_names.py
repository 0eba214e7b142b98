"""The encoding of names in a zip that does not say it: told by the characters they would have.

Old zips hold names as the packing computer wrote them: in cp437, says the format, but in fact in
the code page of its language. The encoding that gives the likeliest characters is right.
"""

import math
import re
from collections.abc import Callable, Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path
from string import ascii_letters

from features.errors import BadInput
from pipeline.runtime.messages import shown

MANY = 5000  # distinct names of files and folders: enough to know an encoding by
ASCII = 1 / 95
RARE = 1e-7  # a character that is hardly ever part of a name
ODD = math.log(0.003)  # what letters hardly ever do: such as a small one before a capital

# East Asian code pages: (first, last, how likely each is) of characters that are common in names,
# as bytes; their second bytes are no lower than the first one's. Where a standard has levels, the
# characters of level 1 are those in daily use.
COMMON = {
    "cp932": (
        (0x829F, 0x82F1, 0.6 / 170),  # hiragana
        (0x8340, 0x8396, 0.6 / 170),  # katakana
        (0x815B, 0x815B, 0.6 / 170),  # the long vowel
        (0x889F, 0x88FC, 0.15 / 2965),  # kanji of level 1
        (0x8940, 0x9872, 0.15 / 2965),
        (0x824F, 0x829A, 0.05 / 62),  # wide digits and letters
        (0xA1, 0xDF, 0.005 / 63),  # narrow katakana
    ),
    "gbk": ((0xB0A1, 0xD7F9, 0.35 / 3755), (0xD8A1, 0xF7FE, 0.02 / 3008)),
    "cp950": ((0xA440, 0xC67E, 0.35 / 5401), (0xC940, 0xF9D5, 0.03 / 7652)),
    "cp949": (),
}
COMMON["big5hkscs"] = COMMON["cp950"]  # with characters that only Hong Kong uses
# Characters of which the names of things are often made, in Chinese and Japanese, and how likely
# each of them is.
FAMILIAR_IN = {
    "cp932": 0.15 / 250,
    **dict.fromkeys(("gbk", "cp950", "big5hkscs"), 0.6 / 400),
}
FAMILIAR = frozenset(
    "的一不在有人大中上下小多地年月日生出子好手口心目耳面头頭足身体體产產品名家国國本"
    "学學校老男女父母兄弟童文字书書画畫图圖像形色白黑红紅绿綠蓝藍黄黃青紫灰金银銀铜銅"
    "铁鐵钢鋼水火土木石山田河海江湖天空云雲雨雪冰风風光星阳陽电電气氣油花草树樹叶葉林"
    "竹松梅桃李杏梨果瓜豆米麦麥茶菜菊兰蘭莲蓮玫瑰葡萄莓香蕉苹蘋橘橙柠檬芒西番茄胡萝蘿"
    "卜蔔葱蔥蒜姜薑椒菇牛羊马馬猪豬狗犬猫貓鸡雞鸭鴨鹅鵝鸟鳥鱼魚龙龍虎狮獅象熊猴狼狐鹿"
    "兔鼠蛇龟龜蛙虫蟲蜂蝶蚁蟻蜘蛛虾蝦蟹贝貝鲸鯨鲨鯊鹰鷹雀肉蛋奶酒糖盐鹽饭飯麵包饼餅饺"
    "餃糕粥汤湯咖啡烤炒车車船舟飞飛机機汽自行轮輪路道桥橋站灯燈城市村房屋楼樓门門窗床"
    "桌椅台柜箱衣服裙裤褲鞋帽袋表錶镜鏡眼刀杯碗瓶盘盤纸紙布塑料膠玻璃属屬池球正常异異"
    "合格良坏壞优優差划劃刮痕裂缺陷伤傷破损損污锈鏽孔训訓练練测測试試验驗证證集类類别"
    "別数數据據其他胸肺炎肝骨脑腦血病癌医醫院阴陰性笑哭怒悲喜乐樂惊驚恐爱愛脸臉儿兒婴"
    "嬰妇婦友公害可回收垃圾厨廚余餘干湿濕前后後左右东東南北高低长長短新旧舊明暗冷热熱"
    "春夏秋冬早晚二三四五六七八九十"
)
# A Korean syllable is as likely as its three parts: how often each is found in a thousand
# syllables of names, roughly, in the order of Unicode.
FIRST = (130, 8, 55, 70, 6, 75, 55, 50, 4, 95, 4, 195, 95, 3, 30, 16, 20, 30, 60)
VOWEL = (205, 55, 6, 1, 95, 40, 45, 6, 95, 16, 2, 15, 15, 75, 5, 1, 10, 12, 110, 15, 180)
LAST = (
    *(490, 85, 2, 1, 130, 1, 2, 3, 80, 3, 1, 1, 1, 1),
    *(1, 1, 45, 28, 2, 15, 4, 105, 3, 3, 1, 3, 5, 1),
)
CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
LATIN = "àáâãäåæçèéêëìíîïñòóôöøùúûüß"
SELDOM_LATIN = "õðþýÿıœšž"


def east_asian(page: str, character: str) -> float:
    """How likely a character is in names of an East Asian code page."""
    if page == "cp949" and "가" <= character <= "힣":
        syllable, last = divmod(ord(character) - ord("가"), len(LAST))
        first, vowel = divmod(syllable, len(VOWEL))
        return FIRST[first] * VOWEL[vowel] * LAST[last] / 1e9
    code = int.from_bytes(character.encode(page), "big")
    for start, end, likely in COMMON[page]:
        if start <= code <= end and code & 0xFF >= start & 0xFF:
            return FAMILIAR_IN[page] if character in FAMILIAR else likely
    return RARE


def cyrillic(page: str, character: str) -> float:
    return 0.9 / 66 if character.lower() in CYRILLIC else RARE


def latin(page: str, character: str) -> float:
    """Of accented letters there are some in names, never many."""
    if character.lower() in SELDOM_LATIN:
        return 0.01 / 18
    return 0.1 / 64 if character.lower() in LATIN else RARE


# Where two are as likely, the earlier one is taken.
PAGES: dict[str, Callable[[str, str], float]] = {
    "cp437": latin,
    "cp850": latin,
    "cp1252": latin,
    "cp866": cyrillic,
    **dict.fromkeys(COMMON, east_asian),
}
BESIDE_ASCII = re.compile(r"(?<=[A-Za-z])(?=[^\0-\x7f])|(?<=[^\0-\x7f])(?=[A-Za-z])")
WORD = re.compile(r"[^\W\d_]+")


def likeliest(names: Iterable[bytes]) -> str:
    """The encoding of all these names: UTF-8 where they are that, else the likeliest code page."""
    fitting, parts = ["utf-8", *PAGES], dict[bytes, None]()
    for name in names:
        if name.isascii():
            continue
        for part in name.split(b"/"):  # in none of the encodings a byte within a character
            if part.isascii() or part in parts:
                continue
            fitting = [encoding for encoding in fitting if fits(part, encoding)]
            if len(parts) < MANY:
                parts[part] = None
    if fitting[0] == "utf-8":
        return "utf-8"
    return max(fitting, key=lambda page: sum(score(part.decode(page), page) for part in parts))


def checked(encoding: str) -> str:
    """The encoding, as the config names it. Raises BadInput where it is not one for names."""
    try:
        known = ascii_letters.encode().decode(encoding) == ascii_letters
    except (LookupError, ValueError):
        known = False
    if not known:
        raise BadInput(
            f"config: archive_encoding: {shown(encoding)} is no encoding of names: mend it, such "
            "as cp932 or gbk, or remove it"
        )
    return encoding


def decoded(path: Path, name: bytes, encoding: str) -> str:
    """The name as a text. Raises BadInput where it is not in that encoding."""
    if not fits(name, encoding):
        raise BadInput(
            f"{path}: the name {ascii(name)[1:]} is not in {encoding}: name another encoding as "
            "archive_encoding in the config, or remove that key"
        )
    return name.decode(encoding)


def fits(name: bytes, encoding: str) -> bool:
    """Whether the name can be read, and no other is read as the same text."""
    try:
        return name.decode(encoding).encode(encoding) == name
    except UnicodeError:
        return False


def score(text: str, page: str) -> float:
    """The logarithm of how likely the text is as a name in the language of the code page."""
    total = sum(likelihood(page, character) for character in text)
    if PAGES[page] is not latin:
        total += ODD * len(BESIDE_ASCII.findall(text))
    if PAGES[page] is not east_asian:
        total += ODD * sum(odd_letters(word) for word in WORD.findall(text))
    return total


@cache
def likelihood(page: str, character: str) -> float:
    return math.log(ASCII if character.isascii() else PAGES[page](page, character))


def odd_letters(word: str) -> int:
    """What is odd about a word that is not plain ASCII: capitals after small ones, hardly any."""
    if word.isascii():
        return 0
    return sum(a.islower() and b.isupper() for a, b in pairwise(word)) + (len(word) < 3)

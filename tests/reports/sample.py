"""The content of a report about a place that does not exist, in any size."""

import copy
from decimal import Decimal

PURPOSES = [
    ("attractiveness", "吸引力", "Attractiveness"),
    ("environment", "环境保护与改善", "Preservation and improvement of environment"),
    ("resilience", "韧性", "Resilience"),
    ("responsible-resource-use", "负责任的资源利用", "Responsible resource use"),
    ("social-cohesion", "社会凝聚力", "Social cohesion"),
    ("well-being", "福祉", "Well-being"),
]
ISSUES = [
    ("governance-empowerment-engagement", "治理、赋权与参与", "Governance, empowerment and engagement"),
    ("education-capacity-building", "教育与能力建设", "Education and capacity building"),
    ("innovation-creativity-research", "创新、创意与研究", "Innovation, creativity and research"),
    ("health-care-community", "社区健康与照护", "Health and care in the community"),
    ("culture-community-identity", "文化与社区认同", "Culture and community identity"),
    ("living-together", "共同生活、相互依存与互助", "Living together, interdependence and mutuality"),
    ("economy-production-consumption", "经济与可持续生产和消费", "Economy and sustainable production and consumption"),
    ("living-working-environment", "生活与工作环境", "Living and working environment"),
    ("safety-security", "安全与保障", "Safety and security"),
    ("community-infrastructures", "社区基础设施", "Community infrastructures"),
    ("mobility", "出行与交通", "Mobility"),
    ("biodiversity-ecosystem-services", "生物多样性与生态系统服务", "Biodiversity and ecosystem services"),
]
NAMES = [
    ("可再生能源使用率", "Renewable energy in final use", "%", "%", 1),
    ("单位地区生产总值碳排放", "Carbon emission per unit of GDP", "吨 CO₂/百万美元", "t CO₂/MUSD", 1),
    ("日人均生活耗水量", "Daily water use per person", "升", "L", 0),
    ("常住人口", "Resident population", "人", "persons", 0),
    ("空气质量优良天数", "Days with good air", "天/年", "days/year", 0),
    ("细颗粒物（PM2.5）年均浓度", "Fine particles (PM2.5), yearly mean", "微克/立方米", "µg/m³", 1),
    ("公共建筑单位面积年能耗", "Energy use of public buildings", "吉焦/平方米·年", "GJ/m²/year", 2),
]
PACES = ["reached", "on-track", "on-track", "behind", "off-track", "no-target", "too-little-data"]
WORST_FIRST = ("off-track", "behind", "on-track", "reached")
YEARS = range(2019, 2025)


def text(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def figure(period: int, value: str | None, qualifier: str = "=") -> dict:
    return {"period": str(period), "value": value, "qualifier": qualifier}


def row(number: int, **changes: object) -> dict:
    """One series of the sample: a plausible walk of six years with a gap in 2021."""
    zh, en, unit_zh, unit_en, decimals = NAMES[number % len(NAMES)]
    start, step = Decimal(12 + number * 3), Decimal("1.25") * (1 + number % 3)
    values = [str(start + step * n) for n in range(len(YEARS))]
    history = [figure(year, None if year == 2021 else value) for year, value in zip(YEARS, values, strict=True)]
    goal = {"operator": "≥", "value": str(start + step * 7), "year": 2027 if number % 2 else None}
    return {
        "code": f"SH-{number + 1:02}",
        "indicator": f"sample-{number + 1}",
        "name": text(zh, en),
        "unit": text(unit_zh, unit_en),
        "issue": ISSUES[number % len(ISSUES)][0],
        "purposes": [PURPOSES[number % len(PURPOSES)][0]],
        "decimals": decimals,
        "value": values[-1],
        "qualifier": "=",
        "flag": "A",
        "reason": "",
        "note": "",
        "source": "示例港湾统计年鉴",
        "pace": PACES[number % len(PACES)],
        "target": None if PACES[number % len(PACES)] == "no-target" else goal,
        "baseline": figure(2019, values[0]) if number % 2 else None,
        "history": history,
        "definition": 1,
        "demo": True,
    } | changes


def missing(number: int, reason: str = "not-collected", flag: str = "L") -> dict:
    """A series without a figure this year, with the reason."""
    whole = row(number)
    history = [*whole["history"][:-1], figure(2024, None)]
    return whole | {"value": None, "reason": reason, "flag": flag, "pace": "no-data", "history": history}


FACTS = [
    {
        "kind": "figure",
        "name": text("陆域面积", "Land area"),
        "value": "30",
        "qualifier": "=",
        "unit": text("平方公里", "km²"),
        "year": 2020,
        "source": "示例港湾统计年鉴 2020",
        "phrase": "区域面积：30平方公里",
        "doubt": "",
        "corrected": None,
    },
    {
        "kind": "figure",
        "name": text("绿色建筑面积", "Floor area of green buildings"),
        "value": "20000000",
        "qualifier": ">",
        "unit": text("平方米", "m²"),
        "year": None,
        "source": "",
        "phrase": "建成2000多万平方米的绿色建筑",
        "doubt": "数值偏大，发布前需核实。",
        "corrected": "2000000",
    },
    {
        "kind": "background",
        "name": text(
            "示例港湾是一个虚构的试点，仅用于检验报告的排版。", "Sample Harbour is an invented pilot that serves to check the report."
        ),
        "value": None,
        "qualifier": "=",
        "unit": text("", ""),
        "year": None,
        "source": "",
        "phrase": "",
        "doubt": "",
        "corrected": None,
    },
]


def matrix(rows: list[dict]) -> list[dict]:
    """Each issue and purpose with the paces of the rows that serve both; one cell justified, the rest blind."""
    cells = []
    for issue, *_ in ISSUES:
        for place, (purpose, *_) in enumerate(PURPOSES):
            found = [r for n, r in enumerate(rows) if r["issue"] == issue and (n + place) % 3]
            pace: dict[str, int] = {}
            for one in found:
                pace[one["pace"]] = pace.get(one["pace"], 0) + 1
            justified = (issue, purpose) == ("culture-community-identity", "resilience")
            cells.append(
                {
                    "issue": issue,
                    "purpose": purpose,
                    "pace": {} if justified else pace,
                    "status": next((p for p in WORST_FIRST if p in pace), "no-data"),
                    "actions": 0 if justified else place % 3 * bool(found),
                    "justified": justified,
                }
            )
    return cells


def content(count: int = 63, **changes: object) -> dict:
    """The whole content with `count` series; every seventh has no figure this year."""
    rows = [missing(n) if n % 7 == 6 else row(n) for n in range(count)]
    named = [{"key": key, "order": n, "name": text(zh, en)} for n, (key, zh, en) in enumerate(PURPOSES, 1)]
    issues = [{"key": key, "order": n, "name": text(zh, en)} for n, (key, zh, en) in enumerate(ISSUES, 1)]
    return {
        "schema": "i37-report/1",
        "kind": "annual",
        "number": "sample-harbour-2024-1",
        "pilot": {
            "slug": "sample-harbour",
            "name": text("示例港湾区", "Sample Harbour District"),
            "short_name": text("示例港湾", "Sample Harbour"),
            "community": text("虚构社区", "invented community"),
            "place": text("示例省示例市", "Sample City, Sample Province"),
        },
        "year": 2024,
        "composed": "2025-05-16T06:30:00+00:00",
        "release": "sample-harbour/2024/r1" if rows else "",
        "revision": 12,
        "audience": "internal",
        "demo": True,
        "facts": copy.deepcopy(FACTS) if rows else [],
        "purposes": named,
        "issues": issues,
        "matrix": matrix(rows),
        "charts": [r["code"] for r in rows],
        "rows": rows,
        "cycle": cycle(rows) if rows else None,
        "notes": [
            text(
                "数值按各序列的小数位四舍五入，计算值由精确分数得出。",
                "Figures are rounded half up to the decimals of their series; computed figures are exact fractions.",
            ),
            text("二氧化碳排放以 CO₂ 当量计。", "Emission is counted as CO₂ equivalent."),
        ],
    } | changes


def cycle(rows: list[dict]) -> dict:
    """A cycle in Act with one objective for each of the first three series."""
    objectives = [
        {
            "statement": text(f"到 2027 年改善“{r['name']['zh']}”", f"Improve “{r['name']['en']}” by 2027"),
            "series": r["code"],
            **{key: r[key] for key in ("value", "qualifier", "decimals", "unit", "target", "pace")},
        }
        for r in rows[:3]
    ]
    return {"number": 1, "name": text("2024 年周期", "Cycle 2024"), "stage": "act", "objectives": objectives}

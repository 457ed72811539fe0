"""Curves on paper: no label stands over another, and every line is told apart."""

from datetime import timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pypdfium2
from hypothesis import given
from hypothesis import strategies as st

from reports.kit.chart_labels import Box, free_place
from reports.kit.charts import DASHES, LINES, Chart, Rule, Trace, draw_chart
from reports.kit.paper import RIGHT
from tests.reports.kit.conftest import written
from tests.world import NOON

WITHIN = (55.0, 485.0)
labels = st.lists(
    st.tuples(st.floats(55, 300), st.floats(100, 220), st.floats(40, 150)), max_size=10
)


@given(wanted=labels)
def test_labels_never_overlap_and_stay_inside(wanted: list[tuple[float, float, float]]) -> None:
    taken: list[Box] = []
    for x, y, wide in wanted:
        taken.append(free_place(x, y, wide, WITHIN, taken))

    for number, one in enumerate(taken):
        assert WITHIN[0] <= one[0]
        assert one[2] <= WITHIN[1] + 0.2
        for other in taken[number + 1 :]:
            beside = one[2] <= other[0] or other[2] <= one[0]
            assert beside or one[3] <= other[1] or other[3] <= one[1]


def test_a_label_that_is_alone_stays_where_it_belongs() -> None:
    assert free_place(60, 120, 80, WITHIN, [])[:2] == (60, 120)
    far = [(60.0, 160.0, 140.0, 168.0)]
    assert free_place(60, 120, 80, WITHIN, far)[:2] == (60, 120)


def test_four_lines_differ_in_colour_and_in_dashes() -> None:
    assert len({line.hexval() for line in LINES}) == len(set(DASHES)) == 4


def test_the_legend_of_many_probes_stays_on_the_page() -> None:
    at = NOON.timestamp()
    chart = Chart(
        title="Temperature",
        unit="°C",
        since=NOON,
        until=NOON + timedelta(hours=1),
        zone=ZoneInfo("Europe/Zurich"),
        traces=[
            Trace(
                label=f"P-{number} (Under the lid, the warmest place)",
                points=[(at, -150.0 - number, None, None), (at + 600, -151.0, None, None)],
            )
            for number in range(4)
        ],
        rules=[
            Rule(label=f"{value} °C", value=value, since=NOON, until=NOON + timedelta(hours=1))
            for value in (-150.0, -150.2, -150.4)
        ],
    )

    page = pypdfium2.PdfDocument(BytesIO(written(lambda paper: draw_chart(paper, chart))))[0]

    text = page.get_textpage()
    rights = [text.get_charbox(number)[2] for number in range(text.count_chars())]
    assert max(rights) <= page.get_width() - RIGHT + 1
    said = text.get_text_range()
    assert all(f"P-{number} (Under the lid" in said for number in range(4))
    assert "Dashed in red: limits." in said

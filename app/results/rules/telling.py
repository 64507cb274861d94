"""How a count is told: finished values for the pictures of a result page.

Reads the details kept with a version (`Result.as_dict()`), never votes. Shares of a bar are in
percent; figures are shown whole, as halves, or with two decimals.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from app.consultations.rules import Definition, PaperOption, PaperSection
from app.results.rules.drawing import draw_flow
from app.results.rules.views import Bar, Move, OptionView, RoundView, Row, SectionView, TieView

WISHES = 12
ROOM = Fraction(26, 25)  # behind the longest bar, so that the line that is needed can be seen
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def show_figure(value: Fraction) -> str:
    """A figure for a page: whole, a half, or two decimals."""
    whole, rest = divmod(value, 1)
    if not rest:
        return f"{int(value):,}"
    if rest == Fraction(1, 2):
        return f"{whole:,}½" if whole else "½"
    return f"{float(round(value, 2)):,.2f}"


def tell_options(section: PaperSection, language: str) -> dict[str, OptionView]:
    """The options of a section as they are drawn, in printed order."""
    return {
        option.key: _tell_option(option, place, language)
        for place, option in enumerate(section.options)
    }


def _tell_option(option: PaperOption, place: int, language: str) -> OptionView:
    kind, _, number = option.picture.partition("-")
    is_wish = kind == "wish" and number.isdigit() and 1 <= int(number) <= WISHES
    return OptionView(
        key=option.key,
        label=option.words.get(language, option.label),
        text=option.easy_read,
        letter=LETTERS[place % len(LETTERS)],
        wish=int(number) if is_wish else None,
        picture="" if kind == "wish" else option.picture,
        colour=int(number) if is_wish else place % WISHES + 1,
    )


def tell_sections(
    definition: Definition, details: Mapping[str, Any], language: str
) -> tuple[SectionView, ...]:
    """Every section of a version, ready to be drawn."""
    return tuple(
        _tell_section(section, details[section.key], tell_options(section, language))
        for section in definition.sections
    )


def _tell_section(
    section: PaperSection, count: Mapping[str, Any], options: dict[str, OptionView]
) -> SectionView:
    teller = _Teller(section, count, options)
    bars = teller.tell_bars()
    rounds = teller.tell_rounds() if len(count["rounds"]) > 1 else ()
    by_key = {bar.option.key: bar for bar in bars}
    figures = {
        name: show_figure(Fraction(count[name]))
        for name in ("cast", "valid", "blank", "spoilt", "exhausted")
    }
    return SectionView(
        key=section.key,
        question=section.question,
        rule=section.rule.value,
        unit=count["unit"],
        seats=section.seats,
        most=section.most,
        winners=tuple(by_key[key] for key in count["winners"]),
        bars=bars,
        rounds=rounds,
        ties=tuple(teller.tell_tie(tie) for one in count["rounds"] for tie in one["ties"]),
        is_ranked=section.is_ranked,
        **figures,
    )


class _Teller:
    """One section's count with what every round needs at hand."""

    def __init__(
        self, section: PaperSection, count: Mapping[str, Any], options: dict[str, OptionView]
    ) -> None:
        self.section, self.options = section, options
        self.winners: Sequence[str] = count["winners"]
        self.rounds: Sequence[Mapping[str, Any]] = count["rounds"]
        figures = [
            Fraction(figure)
            for one in self.rounds
            for figure in (*one["tallies"].values(), one["needed"] or 0)
        ]
        longest = max(figures, default=Fraction(0)) or Fraction(1)
        self.top = longest * ROOM if len(self.rounds) > 1 else longest

    def share(self, value: Fraction) -> float:
        """In percent of the longest bar."""
        return round(float(100 * value / self.top), 2)

    def tell_bars(self) -> tuple[Bar, ...]:
        """Every option with the most it can say for itself, winners first."""
        best = {
            key: (place, Fraction(figure))
            for place, one in enumerate(self.rounds, start=1)
            for key, figure in one["tallies"].items()
        }
        last = {key: place for key, (place, _) in best.items()}
        order = sorted(
            best,
            key=lambda key: (
                self.winners.index(key) if key in self.winners else len(self.winners),
                -last[key],
                -best[key][1],
                self.section.tie_order.index(key),
            ),
        )
        return tuple(
            Bar(
                self.options[key], self.share(best[key][1]), show_figure(best[key][1]),
                key in self.winners, last[key],
            )
            for key in order
        )  # fmt: skip

    def tell_rounds(self) -> tuple[RoundView, ...]:
        """Round by round: who stood where, who left, where the votes went."""
        told, came, came_from = [], dict[str, Fraction](), None
        elected: list[str] = []
        for one in self.rounds:
            told.append(self._tell_round(one, came, came_from, elected))
            elected += one["elected"]
            moved: Mapping[str, Mapping[str, Any]] = one["moved"] or {}
            came_from = next(iter(moved), None)
            came = {key: Fraction(value) for gone in moved.values() for key, value in gone.items()}
        return tuple(told)

    def _tell_round(
        self,
        one: Mapping[str, Any],
        came: Mapping[str, Fraction],
        came_from: str | None,
        elected: Sequence[str],
    ) -> RoundView:
        tallies = {key: Fraction(figure) for key, figure in one["tallies"].items()}
        source = next(iter(one["moved"] or {}), None)
        moves = self._moves(one, source)
        needed = Fraction(one["needed"] or 0)
        gone = sum((value for _, value in moves), Fraction(0))
        return RoundView(
            number=one["number"],
            rows=tuple(self._rows(one, tallies, came, elected)),
            needed=show_figure(needed) if needed else "",
            needed_at=self.share(needed),
            elected=tuple(self.options[key] for key in one["elected"]),
            has_enough=all(tallies[key] >= needed for key in one["elected"]),
            source=self.options[source] if source else None,
            came_from=self.options[came_from] if came_from else None,
            is_out=source in one["out"],
            source_text=show_figure(gone),
            moves=tuple(Move(option, show_figure(value)) for option, value in moves),
            flow=draw_flow([float(value) for _, value in moves]) if gone else None,
            ties=tuple(self.tell_tie(tie) for tie in one["ties"]),
        )

    def _rows(
        self,
        one: Mapping[str, Any],
        tallies: Mapping[str, Fraction],
        came: Mapping[str, Fraction],
        elected: Sequence[str],
    ) -> list[Row]:
        order = sorted(tallies, key=lambda key: (-tallies[key], self.section.tie_order.index(key)))
        states = dict.fromkeys(elected, "kept")
        states |= dict.fromkeys(one["elected"], "elected") | dict.fromkeys(one["out"], "out")
        return [
            Row(
                self.options[key], self.share(tallies[key]), self.share(new), show_figure(new),
                show_figure(tallies[key]), states.get(key, ""),
            )
            for key in order
            for new in (came.get(key, Fraction(0)),)
        ]  # fmt: skip

    def _moves(
        self, one: Mapping[str, Any], source: str | None
    ) -> list[tuple[OptionView | None, Fraction]]:
        if source is None:
            return []
        went = [(self.options[key], Fraction(value)) for key, value in one["moved"][source].items()]
        found: list[tuple[OptionView | None, Fraction]] = [
            *sorted(went, key=lambda pair: (-pair[1], pair[0].letter))
        ]
        lost = Fraction((one["dropped"] or {}).get(source, 0))
        return [pair for pair in [*found, (None, lost)] if pair[1]]

    def tell_tie(self, tie: Mapping[str, Any]) -> TieView:
        """A tie with the announced order beside it."""
        return TieView(
            between=tuple(self.options[key] for key in tie["between"]),
            chosen=self.options[tie["chosen"]],
            about=tie["about"],
            by=tie["by"],
            round=tie["round"],
            order=tuple(
                self.options[key] for key in self.section.tie_order if key in tie["between"]
            ),
        )

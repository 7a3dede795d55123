"""What rules may take of a page before they are left out of it."""

from __future__ import annotations

from ...reading.clock import Clock

# What the patterns of a rule may take on all lines of a page, and those of all shipped rules, or of all others, in
# seconds of a processor. The shipped ones take about a second for two million characters.
RULE_TIMEOUT, PAGE_TIMEOUT = 1.0, 4.0
# Steps that a rule that is not shipped, and all such together, may take on a page, beside the search for what `match`
# names and the time of patterns. To look at a line is a step, and so is to look for one phrase in it; a step takes a
# microsecond or two. Shipped ones may take any number.
MOST_STEPS_OF_A_RULE, MOST_STEPS = 1_000_000, 4_000_000
# A clock counts under these names, which are no ids of rules, what all of a sort take together.
_OWN, _SHIPPED = " own", " shipped"


class OutOfTime(Exception):
    """A rule took too long on one line, or all memory; or it has no time left on the page, or those of its sort."""


class Budget:
    """What one rule may take of a page. One that is `own`, see `CompiledRule`, may come from a stranger: such rules
    have a time of their own, so that the others keep theirs.
    """

    __slots__ = ("_sort", "rule")

    def __init__(self, rule: str, own: bool = False) -> None:
        self.rule, self._sort = rule, _OWN if own else _SHIPPED

    def check(self, clock: Clock) -> None:
        """Raises OutOfTime if no time is left for patterns."""
        of_rule, of_all = clock.seconds.get(self.rule, 0.0), clock.seconds.get(self._sort, 0.0)
        if of_rule > RULE_TIMEOUT or of_all > PAGE_TIMEOUT:
            share = clock.share()
            if of_rule * share > RULE_TIMEOUT or of_all * share > PAGE_TIMEOUT:
                raise OutOfTime

    def spend(self, clock: Clock, seconds: float) -> None:
        """Note what a search took. Raises OutOfTime if nothing is left."""
        taken = clock.seconds
        taken[self._sort] = taken.get(self._sort, 0.0) + seconds
        taken[self.rule] = taken.get(self.rule, 0.0) + seconds
        self.check(clock)

    def spend_steps(self, clock: Clock, steps: int) -> bool:
        """Note some steps, and tell whether any are left."""
        if self._sort == _SHIPPED:
            return True
        taken = clock.steps
        taken[self._sort] = of_all = taken.get(self._sort, 0) + steps
        taken[self.rule] = of_rule = taken.get(self.rule, 0) + steps
        return of_rule <= MOST_STEPS_OF_A_RULE and of_all <= MOST_STEPS

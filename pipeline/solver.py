"""HiGHS as both the protection and the attack use it: silent, on one thread, and the same every time."""

from __future__ import annotations

from typing import Any

import highspy


class Solver(highspy.Highs):
    """A solver of mixed-integer programs that proves its optimum and writes nothing."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        for option, value in (("threads", 1), ("random_seed", 1), ("mip_rel_gap", 0.0)):
            self.setOptionValue(option, value)

    def enableCallbacks(self) -> Any:  # noqa: N802 the library's name; called first of all, and it greets unless told not to
        self.setOptionValue("output_flag", False)  # noqa: FBT003 the library's own signature
        return super().enableCallbacks()  # type: ignore[no-untyped-call]

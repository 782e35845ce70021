"""`python -m dashboard.terminal.sample_run`: make and load the first run's sample. No Streamlit."""

from __future__ import annotations

import sys

from analytics.errors import RefusedError
from dashboard.access.auth import LOCAL_USER
from dashboard.terminal.progress import progress_line
from dashboard.words.i18n import Translator, reader_language
from dashboard.words.literal import in_terminal
from data.environment import warehouse_path
from data.errors import DengtaError
from data.kept.private import keep_others_out
from services.warehouse.first_run import make_and_load_sample


def main() -> int:
    """Exit 0 when loaded; else one sentence and the refusal's code."""
    t = Translator(reader_language())
    keep_others_out()
    try:
        make_and_load_sample(warehouse_path(), LOCAL_USER, progress=progress_line(t))
    except (DengtaError, RefusedError) as refusal:
        sys.stderr.write(in_terminal(t.error(refusal)) + "\n")
        return refusal.exit_code
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

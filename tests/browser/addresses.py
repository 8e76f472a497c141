"""One address of every kind of page on the illustrative place, by template."""

import os
import re

CHOSEN = "COMMUNITY_BUDGET_BROWSER"

KINDS = {
    "index": "/",
    "a-to-z": "/a-to-z",
    "accessibility": "/accessibility",
    "agencies/compare": "/agencies/compare?one=wexmoor-council&other=thornshire-police",
    "agencies/index": "/agencies",
    "agencies/{agency_id}": "/agencies/wexmoor-council",
    "agreements/index": "/agreements",
    "agreements/{agreement_id}": "/agreements/wexmoor-laa",
    "areas/compare": "/areas/compare?one=X05000005&other=X05000006",
    "areas/index": "/areas",
    "areas/{area_id}": "/areas/X05000005",
    "asks/{ask_id}": "/asks/adult-skills-budget",
    "cohorts/index": "/cohorts",
    "cohorts/{cohort_id}": "/cohorts/complex-families",
    "corrections": "/corrections",
    "credits": "/credits",
    "glossary": "/glossary",
    "how-figures-are-made": "/how-figures-are-made",
    "indicators/index": "/indicators",
    "indicators/{indicator_id}": "/indicators/proven-reoffending",
    "lessons/index": "/lessons",
    "lessons/{lesson_id}": "/lessons/cause-not-wall",
    "money": "/money",
    "payments/{file_id}/{line}": "/payments/wexmoor-council_spend-2024-05/2",
    "pots": "/pots",
    "privacy": "/privacy",
    "programmes/{programme_id}": "/programmes/family-partnership",
    "projects/index": "/projects",
    "projects/{project_id}": "/projects/telecare-pilot",
    "providers/index": "/providers",
    "providers/{provider_id}": "/providers/second-bridge-services",
    "quality": "/quality",
    "questions": "/questions",
    "savings": "/savings",
    "search": "/search?words=east",
    "themes/compare": "/themes/compare",
    "themes/index": "/themes",
    "themes/{theme_id}": "/themes/strong-families",
}
EMPTY = {
    "an agency that publishes nothing": "/agencies/treasury-department",
    "a search that finds nothing": "/search?words=xyzzy",
    "a choice without money": "/areas/X05000005?agency=treasury-department",
    "a choice that is none": "/areas/X05000005?tier=later",
    "nothing of this kind": "/areas/X09999999",
}
OTHERWISE = {
    "a search for an amount": "/search?words=%C2%A31,033",
}
"""Kinds that look different by what is chosen."""
DATASETTE = {
    "files to take away": "/downloads",
    "questions and tables": "/community-budget",
    "a table": "/community-budget/agencies?_facet=agency_type",
    "a table, as pages lead to it": "/community-budget/spend?area_id=X05000005&payment_date__gte=2024-04-01&payment_date__lte=2025-03-31&_sort_desc=payment_date",
    "a row": "/community-budget/spend/wexmoor-council_spend-2024-05,2",
    "a question with a long answer": "/community-budget/progress_of_indicators?_from=101",
    "a question": "/community-budget/contributions_promised_and_paid?fy=2024-2025",
}


def is_wanted_whole() -> bool:
    """Whether every look and every link is wanted, as `make browser` does, and not a few of each kind."""
    return bool(os.environ.get(CHOSEN))


def kind_of(path: str) -> str:
    """Which kind of page an address is of: a template's, or Datasette's own by its table and form."""
    for kind in KINDS:
        address = f"/{kind}".removesuffix("index")
        if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(address.rstrip("/") or "/")), path.partition("?")[0]):
            return kind
    return "/".join(path.partition("?")[0].split("/")[: 3 if path.startswith("/community-budget") else 2])

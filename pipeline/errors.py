"""What can go wrong with the program or its use.

PipelineError
├── SiteError          site: the folder is not a site, or a part of it is missing
├── DescriptionError   describe: the description that files are to join cannot be read
├── ChangedError       check: somebody wrote to a file of a package while it was read
├── StandardError      standard: a descriptor, rule or derived table is not as it must be
├── ConservationError  reconcile: a penny was received that is neither published nor held back
├── DisclosureError    attack: a hidden count could be worked out from what would be published
├── ReleaseError       release, releases: a release cannot be made, found or switched to
└── ServeError         serve: the site cannot be served

What is wrong with data is never an exception that leaves a stage: it is a `Problem`.
"""


class PipelineError(Exception):
    """The program or its input failed; the message is one sentence that says what to do."""


class SiteError(PipelineError):
    """The folder is not a site, or a part of it is missing."""


class DescriptionError(PipelineError):
    """The description that stands in a package's folder cannot be read, so nothing can be added to it."""


class ChangedError(PipelineError):
    """A file of a package was written to while it was read, so that what was judged may not be what was hashed."""


class StandardError(PipelineError):
    """A descriptor, a rule or a derived table of the standard is not as it must be."""


class ConservationError(PipelineError):
    """What was received is not what was published plus what was held back."""


class ReleaseError(PipelineError):
    """A release cannot be made, found or switched to."""


class ServeError(PipelineError):
    """The site cannot be served."""


class DisclosureError(PipelineError):
    """A hidden count could be worked out from what would be published."""

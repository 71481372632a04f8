# SPDX-License-Identifier: MIT
"""What the server of one test is told."""


def setting(*settings):
    """The server of a test is configured so."""
    def mark(test):
        test.settings = settings
        return test
    return mark

"""What a report says: `composing.compose` turns a company's material into a finished HTML document.

Nothing is imported here, so that the charts, which the contents are drawn with, can use the contents' formats.
"""

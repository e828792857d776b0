"""Keeps what must not be read out of logs.

One code for all that brings the output of jobs into logs: it lies beside scripts that are folders, and at the top of one that
has to be a single file. Needs nothing, and Python 3.6 or newer.
"""


class Masked:
    """Says "***" in the place of texts that must not be read.

    What may be the beginning of such a text waits for what follows it, so a text that comes in pieces is found.
    """

    def __init__(self, masked):
        self.masked = [text.encode() for text in masked if text]
        self.held = b""

    def shown(self, piece):
        """What may be written of all that was read; an empty piece says that nothing follows."""
        text = self.held + piece
        spans = self.spans(text)
        until = self.beginning(text) if piece else len(text)
        for start, end in spans:
            if start < until < end:
                until = start
        self.held = text[until:]
        shown = []
        at = 0
        for start, end in spans:
            if end <= until:
                shown += [text[at:start], b"***"]
                at = end
        return b"".join(shown + [text[at:until]])

    def spans(self, text):
        """Where masked texts stand, those that overlap as one."""
        found = []
        for masked in self.masked:
            at = text.find(masked)
            while at >= 0:
                found.append((at, at + len(masked)))
                at = text.find(masked, at + 1)
        spans = []
        for start, end in sorted(found):
            if spans and start < spans[-1][1]:
                spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
            else:
                spans.append((start, end))
        return spans

    def beginning(self, text):
        """Where the end of the text begins that may be the beginning of a masked one."""
        first = len(text)
        for masked in self.masked:
            at = text.find(masked[:1], max(0, len(text) - len(masked) + 1))
            while 0 <= at < first:
                if masked.startswith(text[at:]):
                    first = at
                at = text.find(masked[:1], at + 1)
        return first

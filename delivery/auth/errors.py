"""Why a try could not be signed in, or its answer not be believed."""

from __future__ import annotations

from delivery.outcomes import DeliveryErrorCode


class SignInError(Exception):
    """No sign-in, or no proof: a code of the closed list and a sentence for the customer, without a secret."""

    def __init__(self, code: DeliveryErrorCode, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence

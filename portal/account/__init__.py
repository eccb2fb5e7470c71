"""Account settings: the organisation, its members, its API keys, and how to use the API."""

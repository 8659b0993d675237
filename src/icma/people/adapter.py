"""allauth, told that accounts are made by mail code and that nothing is taken from headers."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    pass

"""Kerberos for calls that sign in with a user and a password (SPNEGO, RFC 4559), with mutual authentication.

The work is done by MIT's library through the gssapi package, in a helper process of its own: its calls cannot be given
a deadline, its configuration is one for the whole process, and a process can be ended. Only the key servers that
KERBEROS_KDCS names are ever asked: a realm that somebody else named must not lead us to a server of theirs.
"""

from lasso.kerberos.negotiation import KerberosError, Negotiation
from lasso.kerberos.realms import PrincipalError, principal_of, why_unavailable

__all__ = ["KerberosError", "Negotiation", "PrincipalError", "principal_of", "why_unavailable"]

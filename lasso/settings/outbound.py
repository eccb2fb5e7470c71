"""What leaves: deliveries and mail."""

from __future__ import annotations

from datetime import timedelta

from lasso.email_url import parse_email_url
from lasso.env import Environment

env = Environment()

# --- Delivery ---------------------------------------------------------------------------------------------------------

# Hosts and networks that outgoing calls may reach although they are not public: the demo's receiver, or a customer's
# network on a machine of one's own. Empty: public addresses only.
OUTBOUND_ALLOWED_HOSTS = env.words("OUTBOUND_ALLOWED_HOSTS")
OUTBOUND_ALLOWED_NETWORKS = env.networks("OUTBOUND_ALLOWED_NETWORKS")
# Certificates that outgoing calls trust besides the public ones: a PEM file with a company's own authority.
OUTBOUND_CA_FILE = env.text("OUTBOUND_CA_FILE")
# Other ports are refused: what listens below 1024 is seldom a webhook, and a mail server reads HTTP as mail.
OUTBOUND_PORTS = env.ports("OUTBOUND_PORTS", "80,443,1024-65535")
# One call: look-up, connection, TLS, request and answer together.
# A process that is asked to end has 25 s. Well below a delivery's lease (delivery.claiming), too.
OUTBOUND_LONGEST_DEADLINE = timedelta(seconds=20)
OUTBOUND_DEADLINE = env.duration(
    "OUTBOUND_DEADLINE", timedelta(seconds=15), least=timedelta(seconds=1), most=OUTBOUND_LONGEST_DEADLINE
)
# The realms whose users may sign in by Kerberos, and their servers: REALM=host, or REALM=host:port.
KERBEROS_KDCS = env.pairs("KERBEROS_KDCS", example="CORP.EXAMPLE.COM=kdc.corp.example.com")
# Calls to one endpoint that may be under way at once, where the endpoint has no limit of its own.
DELIVERY_LANES_PER_ENDPOINT = env.integer("DELIVERY_LANES_PER_ENDPOINT", 4, least=1, most=64)
# How long a delivery is kept after it settled, with its body and its attempts.
DELIVERY_RETENTION = env.duration("DELIVERY_RETENTION", timedelta(days=90), least=timedelta(days=2))
# Calls that one delivery worker makes at once, to all endpoints together: its threads. The Procfile reads it too.
DELIVERY_THREADS = env.integer("DELIVERY_THREADS", 32, least=2, most=1000)

# --- Mail -------------------------------------------------------------------------------------------------------------

# smtp://user:password@host:port, smtps:// for TLS from the start, smtp+tls:// for STARTTLS; empty: mail is printed.
MAIL_SERVER = parse_email_url(env.text("EMAIL_URL"))
EMAIL_BACKEND = MAIL_SERVER.backend
EMAIL_HOST = MAIL_SERVER.host
EMAIL_PORT = MAIL_SERVER.port
EMAIL_HOST_USER = MAIL_SERVER.user
EMAIL_HOST_PASSWORD = MAIL_SERVER.password
EMAIL_USE_TLS = MAIL_SERVER.uses_starttls
EMAIL_USE_SSL = MAIL_SERVER.uses_tls
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Lasso <lasso@localhost>")

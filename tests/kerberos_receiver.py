"""A receiver that really verifies Negotiate with a keytab, run as a program by an interpreter that has gssapi.

Prints its port, then one line of JSON for each call: who signed in (null when nobody did). `--mode` says how it
misbehaves: "honest" proves who it is; "silent" takes the ticket and proves nothing; "forged" answers with a token of
its own making; "refuses" answers 401.
"""

from __future__ import annotations

import argparse
import json
import sys
from base64 import b64decode, b64encode
from http.server import BaseHTTPRequestHandler, HTTPServer

import gssapi


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--keytab", required=True)
    parser.add_argument("--mode", default="honest", choices=["honest", "silent", "forged", "refuses"])
    options = parser.parse_args()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            user, reply = accept(options.keytab, self.headers.get("Authorization", ""))
            sys.stdout.write(json.dumps(user) + "\n")
            sys.stdout.flush()
            self.send_response(401 if user is None or options.mode == "refuses" else 200)
            if options.mode == "forged":
                reply = b64encode(b64decode(reply)[:-1] + b"\0").decode("ascii")
            if options.mode in {"honest", "forged"} and reply:
                self.send_header("WWW-Authenticate", f"Negotiate {reply}")
            elif user is None or options.mode == "refuses":
                self.send_header("WWW-Authenticate", "Negotiate")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


def accept(keytab: str, authorization: str) -> tuple[str | None, str]:
    """Who signed in, and our proof for them; (None, "") for nobody."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "negotiate":
        return None, ""
    credentials = gssapi.Credentials(usage="accept", store={"keytab": keytab})
    context = gssapi.SecurityContext(creds=credentials, usage="accept")
    try:
        reply = context.step(b64decode(token))
    except gssapi.exceptions.GSSError:
        return None, ""
    return str(context.initiator_name), b64encode(reply or b"").decode("ascii")


if __name__ == "__main__":
    main()

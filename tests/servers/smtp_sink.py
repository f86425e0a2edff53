"""A real SMTP server for the tests: STARTTLS and sign-in are required, mails are readable over HTTP.

usage: smtp_sink.py SMTP_PORT HTTP_PORT CERT KEY      user bot, password mail-pass-1
GET /mails gives JSON; DELETE /mails empties it; POST / with "451 4.3.0 later" makes the next mail fail so.
"""
import email
import email.policy
import json
import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

mails: list[dict] = []
next_failure: list[str] = []


class Receiver:
    async def handle_DATA(self, server, session, envelope):
        if next_failure:
            return next_failure.pop()
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        body = message.get_body(preferencelist=("plain", "html"))
        mails.append({
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "subject": message["subject"], "id": message["message-id"],
            "text": body.get_content() if body else "", "tls": session.ssl is not None,
            "user": session.auth_data.login.decode() if session.auth_data else None,
        })
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and data.login == b"bot" and data.password == b"mail-pass-1"
    return AuthResult(success=good, handled=False, auth_data=data if good else None)


class Reader(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, value):
        body = json.dumps(value, ensure_ascii=False).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(mails)

    def do_DELETE(self):
        mails.clear()
        self.answer([])

    def do_POST(self):
        next_failure[:] = [self.rfile.read(int(self.headers.get("content-length", 0))).decode()]
        self.answer(next_failure)


smtp_port, http_port, cert, key = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(cert, key)
Controller(Receiver(), hostname="127.0.0.1", port=smtp_port, tls_context=context, require_starttls=True, authenticator=authenticate,
           auth_required=True, auth_require_tls=True, decode_data=False, enable_SMTPUTF8=True).start()
ThreadingHTTPServer(("127.0.0.1", http_port), Reader).serve_forever()

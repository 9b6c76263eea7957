#!/usr/bin/env bash
# Package: libcurl3-gnutls 7.88.1 of Debian 12 (through git, which is linked with it).
#
# Guess, written down first: a client that trusts the default bundle, /etc/ssl/certs/
# ca-certificates.crt, opens that one file for a connection, or once for the process.
#
# Seen: each TLS connection opens every file of /etc/ssl/certs. Debian builds this libcurl with a
# default folder (CAPATH) and without a default file, and GnuTLS, unlike OpenSSL, has no look-up by
# hash: it parses the whole folder, for each connection anew. Each authority is there three times:
# as a PEM file, under the name of its hash, and in the bundle. A service that sends one request to
# each of many receivers pays that each time, and one that Landlock or AppArmor confines to the
# bundle trusts nobody.
# Remedy: CURLOPT_CAINFO set to the bundle, and CURLOPT_CAPATH to NULL.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
set -euo pipefail

folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$folder"' EXIT
cd "$folder"

version=7.88.1-10+deb12u15
apt-get download -q "libcurl3-gnutls=$version" git strace libunwind8 >download.log 2>&1 ||
  { tail -n 3 download.log >&2; exit 2; }
for package in *.deb; do dpkg-deb -x "$package" root; done
libraries=$folder/root/usr/lib/$(uname -m)-linux-gnu
export LD_LIBRARY_PATH=$libraries GIT_EXEC_PATH=$folder/root/usr/lib/git-core
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_TERMINAL_PROMPT=0
unset GIT_SSL_CAINFO GIT_SSL_CAPATH SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE

# Whatever certificate: the authorities are read before it is looked at.
LD_LIBRARY_PATH='' openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out certificate.pem \
  -subj /CN=localhost -days 2 >openssl.log 2>&1
LD_LIBRARY_PATH='' python3 - >port <<'PYTHON' &
import http.server, ssl, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *arguments): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("certificate.pem", "key.pem")
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)
server.serve_forever()
PYTHON
server=$!
until [ -s port ]; do kill -0 "$server" 2>/dev/null || exit 2; done

"$folder/root/usr/bin/strace" -f -qq -e trace=openat,open -o calls \
  "$folder/root/usr/bin/git" ls-remote "https://localhost:$(cat port)/a" >git.log 2>&1 || true

bundle=$(grep -c '"/etc/ssl/certs/ca-certificates.crt"' calls || true)
others=$(grep '"/etc/ssl/certs/' calls | grep -vc 'ca-certificates.crt"' || true)
there=$(find /etc/ssl/certs -maxdepth 1 \( -type f -o -type l \) ! -name ca-certificates.crt |
  wc -l)
echo "libcurl3-gnutls $version: bundle opened $bundle times, and $others of $there other files"
[ "$bundle" -ge 1 ] && [ "$there" -gt 10 ] && [ "$others" -ge $((there * 9 / 10)) ]

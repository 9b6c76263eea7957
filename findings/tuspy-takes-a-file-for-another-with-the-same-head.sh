#!/usr/bin/env bash
# Package: tuspy 1.1.0 for Python (against the server of resumable-upload 0.3.0).
#
# Guess, written down first: a client that keeps the address of an upload, to resume it later, knows
# a file by its name and time or by all that is in it, so that two files do not share one upload.
#
# Seen: with store_url tuspy knows a file by its length and the digest of its first 65,536 bytes.
# The second of two files that are alike in these (images of disks, recordings that begin with
# silence, databases, containers with room in front) gets the finished upload of the first: upload()
# returns without an error, no byte is sent, and the second file is nowhere. The address is not
# forgotten when the upload is complete. A file that was changed behind its head between two
# attempts is joined: the old beginning, the new rest.
# Remedy: a fingerprinter that digests the whole file, or its name, time and inode, and
# url_storage.remove_item after each success.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi tuspy==1.1.0 resumable-upload==0.3.0
cat >uploads.py <<'PYTHON'
import http.server, resumable_upload, sys
class Handler(resumable_upload.TusHTTPRequestHandler):
    tus_server = resumable_upload.TusServer(
        storage=resumable_upload.SQLiteStorage(db_path="uploads.db", upload_dir="uploads"))
    def log_message(self, *arguments): pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
PYTHON
port=$(free_port)
python3 uploads.py "$port" >log 2>&1 &
server=$!
answers "http://127.0.0.1:$port/"
head -c 70000 /dev/zero | tee one.img >two.img
head -c 200000 /dev/urandom >>one.img
head -c 200000 /dev/urandom >>two.img
cat >try.py <<'PYTHON'
import sys
from tusclient.client import TusClient
from tusclient.storage.filestorage import FileStorage
for name in "one.img", "two.img":
    uploader = TusClient(sys.argv[1]).uploader(
        name, store_url=True, url_storage=FileStorage("urls.json"), metadata={"filename": name})
    start = uploader.offset
    uploader.upload()
    print(f"{name}: from {start} to {uploader.offset}, no error")
PYTHON
python3 try.py "http://127.0.0.1:$port/files" | tee seen
stored=$(find uploads -type f -size +100k | wc -l)
echo "files on the server: $stored, the second among them:" \
  "$(find uploads -type f -exec cmp -s {} two.img \; -print | wc -l)"
[ "$stored" = 1 ] && grep -q '^two.img: from 270000 to 270000, no error$' seen

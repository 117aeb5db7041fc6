"""Google Cloud Storage's XML API, as far as publishing uses it, on a free port of loopback, which it prints; it ends
when its standard input does.

This is our own: of the servers that speak as Google does, none that PyPI or npm have honours preconditions in the XML
API. It is written from Google's reference (cloud.google.com/storage/docs/xml-api) and refuses what Google refuses:

- `x-goog-if-generation-match` (reference-headers): 412 unless the object has that generation; 0 means that there is none.
- Parts of a multipart upload below 5 MiB but the last, unknown uploads, and parts whose entity tag is another
  (multipart-uploads, post-object-complete).
- Metadata above 8 KiB (quotas), names above 1,024 bytes (objects), bodies without a length (411).
- Transcoding: an object kept with `Content-Encoding: gzip` is unpacked, without a length, for whoever does not send
  `Accept-Encoding: gzip` (transcoding).
"""

import base64
import gzip
import hashlib
import itertools
import sys
import threading
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree
from xml.sax.saxutils import escape

KEPT = ("cache-control", "content-disposition", "content-encoding", "content-language", "content-type")
LEAST_PART = 5 << 20
NAMESPACE = "http://doc.s3.amazonaws.com/2006-03-01"

lock = threading.RLock()
numbers = itertools.count(1_700_000_000_000_000)
buckets = {}
uploads = {}


class Refused(Exception):
    def __init__(self, status, code):
        self.status, self.code = status, code


class Object:
    def __init__(self, said, body):
        self.said, self.body = said, body
        self.generation = next(numbers)
        self.tag = f'"{hashlib.md5(body).hexdigest()}"'


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def handle_any(self):
        body = b""
        try:
            if self.command in ("PUT", "POST"):
                length = self.headers.get("Content-Length")
                if length is None:
                    raise Refused(411, "MissingContentLength")
                body = self.rfile.read(int(length))
                if len(body) < int(length):
                    self.close_connection = True
                    return
            url = urlsplit(self.path)
            bucket, _, name = unquote(url.path)[1:].partition("/")
            query = {key: values[0] for key, values in parse_qs(url.query, keep_blank_values=True).items()}
            with lock:
                answer = self.bucket(bucket, query) if not name else self.object(bucket, name, query, body)
            self.answer(*answer)
        except Refused as why:
            text = f"<?xml version='1.0' encoding='UTF-8'?><Error><Code>{why.code}</Code></Error>"
            self.answer(why.status, {"Content-Type": "application/xml"}, text.encode())

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = handle_any

    def answer(self, status, headers, body, length=True):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if length:
            self.send_header("Content-Length", str(len(body)))
        else:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def bucket(self, bucket, query):
        if self.command == "PUT":
            buckets[bucket] = {}
            return 200, {}, b""
        if bucket not in buckets:
            raise Refused(404, "NoSuchBucket")
        if self.command != "GET":
            raise Refused(405, "MethodNotAllowed")
        if "uploads" in query:
            ids = "".join(f"<Upload><UploadId>{one}</UploadId></Upload>" for one in uploads)
            return xml("ListMultipartUploadsResult", ids)
        prefix, most = query.get("prefix", ""), min(int(query.get("max-keys", 1000)), 1000)
        after = max(query.get("continuation-token", ""), query.get("start-after", ""))
        names = sorted(name for name in buckets[bucket] if name.startswith(prefix) and name > after)
        out = f"<Name>{bucket}</Name><Prefix>{escape(prefix)}</Prefix>"
        out += f"<IsTruncated>{'true' if len(names) > most else 'false'}</IsTruncated>"
        if len(names) > most:
            out += f"<NextContinuationToken>{escape(names[most - 1])}</NextContinuationToken>"
        for name in names[:most]:
            one = buckets[bucket][name]
            out += (
                f"<Contents><Key>{escape(name)}</Key><Generation>{one.generation}</Generation>"
                f"<LastModified>2026-11-22T12:00:00.000Z</LastModified><ETag>{one.tag}</ETag><Size>{len(one.body)}</Size></Contents>"
            )
        return xml("ListBucketResult", out)

    def object(self, bucket, name, query, body):
        if bucket not in buckets:
            raise Refused(404, "NoSuchBucket")
        if len(name.encode()) > 1024:
            raise Refused(400, "KeyTooLongError")
        objects = buckets[bucket]
        if self.command == "POST" and "uploads" in query:
            upload = f"upload-{next(numbers)}"
            uploads[upload] = (name, self.said(), {})
            return xml("InitiateMultipartUploadResult", f"<Bucket>{bucket}</Bucket><Key>{escape(name)}</Key><UploadId>{upload}</UploadId>")
        if "uploadId" in query:
            return self.part(objects, name, query, body)
        if self.command in ("GET", "HEAD"):
            return self.read(objects, name)
        self.check(objects, name)
        if self.command == "DELETE":
            if objects.pop(name, None) is None:
                raise Refused(404, "NoSuchKey")
            return 204, {}, b""
        if self.command != "PUT":
            raise Refused(405, "MethodNotAllowed")
        source = self.headers.get("x-goog-copy-source")
        if source is None:
            objects[name] = Object(self.said(), body)
            return 200, self.names(objects[name]), b""
        there, _, key = unquote(source).lstrip("/").partition("/")
        if key not in buckets.get(there, {}):
            raise Refused(404, "NoSuchKey")
        objects[name] = Object(buckets[there][key].said, buckets[there][key].body)
        status, headers, out = xml("CopyObjectResult", f"<ETag>{objects[name].tag}</ETag>")
        return status, {**headers, **self.names(objects[name])}, out

    def part(self, objects, name, query, body):
        upload = uploads.get(query["uploadId"])
        if upload is None or upload[0] != name:
            raise Refused(404, "NoSuchUpload")
        if self.command == "PUT":
            number = int(query["partNumber"])
            if not 1 <= number <= 10_000:
                raise Refused(400, "InvalidArgument")
            upload[2][number] = body
            return 200, {"ETag": tag(body)}, b""
        if self.command == "DELETE":
            del uploads[query["uploadId"]]
            return 204, {}, b""
        wanted = []
        for part in ElementTree.fromstring(body).iter():
            if part.tag.split("}")[-1] == "Part":
                fields = {child.tag.split("}")[-1]: child.text for child in part}
                wanted.append((int(fields["PartNumber"]), fields["ETag"].strip('"')))
        if not wanted or [number for number, _ in wanted] != sorted({number for number, _ in wanted}):
            raise Refused(400, "InvalidPartOrder")
        for number, told in wanted:
            if number not in upload[2] or tag(upload[2][number]).strip('"') != told:
                raise Refused(400, "InvalidPart")
        if any(len(upload[2][number]) < LEAST_PART for number, _ in wanted[:-1]):
            raise Refused(400, "EntityTooSmall")
        objects[name] = Object(upload[1], b"".join(upload[2][number] for number, _ in wanted))
        del uploads[query["uploadId"]]
        status, headers, out = xml("CompleteMultipartUploadResult", f"<Key>{escape(name)}</Key><ETag>{objects[name].tag}</ETag>")
        return status, {**headers, **self.names(objects[name])}, out

    def read(self, objects, name):
        found = objects.get(name)
        if found is None:
            raise Refused(404, "NoSuchKey")
        headers = {**found.said, **self.names(found), "Last-Modified": formatdate(usegmt=True)}
        headers["x-goog-stored-content-length"] = str(len(found.body))
        headers["x-goog-stored-content-encoding"] = found.said.get("content-encoding", "identity")
        packed = found.said.get("content-encoding") == "gzip"
        if packed and "gzip" not in self.headers.get("Accept-Encoding", "") and "no-transform" not in found.said.get("cache-control", ""):
            headers.pop("content-encoding")
            return 200, headers, gzip.decompress(found.body), False
        return 200, headers, found.body

    def check(self, objects, name):
        wanted = self.headers.get("x-goog-if-generation-match")
        now = objects[name].generation if name in objects else 0
        if wanted is not None and int(wanted) != now:
            raise Refused(412, "PreconditionFailed")

    def said(self):
        headers = {name.lower(): value for name, value in self.headers.items()}
        said = {name: headers[name] for name in KEPT if name in headers}
        mine = {name: value for name, value in headers.items() if name.startswith("x-goog-meta-")}
        if sum(len(name) - 12 + len(value) for name, value in mine.items()) > 8 << 10:
            raise Refused(400, "MetadataTooLarge")
        return {**said, **mine}

    def names(self, found):
        digest = base64.b64encode(hashlib.md5(found.body).digest()).decode()
        return {"ETag": found.tag, "x-goog-generation": str(found.generation), "x-goog-metageneration": "1", "x-goog-hash": f"md5={digest}"}


def tag(body):
    return f'"{hashlib.md5(body).hexdigest()}"'


def xml(name, inner):
    text = f"<?xml version='1.0' encoding='UTF-8'?><{name} xmlns='{NAMESPACE}'>{inner}</{name}>"
    return 200, {"Content-Type": "application/xml; charset=UTF-8"}, text.encode()


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


if __name__ == "__main__":
    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()

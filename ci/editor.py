"""Asks a language server about the cases of `ci/editor`, and for its complaints about every example.

usage: editor.py SERVER ROOT WORK

A case says in its first line what it expects at its cursor, `/*|*/`: `//@ completes NAME`, or `//@ shows TEXT` of the name
before it.
"""

import json
import pathlib
import queue
import subprocess
import sys
import threading

server, root, work = sys.argv[1], pathlib.Path(sys.argv[2]).resolve(), pathlib.Path(sys.argv[3]).resolve()
CURSOR = "/*|*/"


class Server:
    def __init__(self, projects):
        self.process = subprocess.Popen(
            [server], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=root
        )
        self.answers = queue.Queue()
        self.ready = threading.Event()
        self.asked = 0
        threading.Thread(target=self.read, daemon=True).start()
        document = {
            "completion": {"completionItem": {"snippetSupport": False}},
            "hover": {"contentFormat": ["plaintext"]},
            "diagnostic": {},
        }
        self.ask("initialize", {
            "processId": None,
            "rootUri": root.as_uri(),
            "capabilities": {"experimental": {"serverStatusNotification": True}, "textDocument": document},
            "initializationOptions": {
                "checkOnSave": False,
                "linkedProjects": [str(project) for project in projects],
                "procMacro": {"enable": True},
                "cargo": {"buildScripts": {"enable": True}, "allTargets": True},
            },
        })
        self.tell("initialized", {})

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def tell(self, method, params):
        self.send({"method": method, "params": params})

    def ask(self, method, params):
        self.asked += 1
        self.send({"id": self.asked, "method": method, "params": params})
        while True:
            answer = self.answers.get(timeout=300)
            if answer["id"] == self.asked:
                # The server asks for patience when a file has just changed.
                if answer.get("error", {}).get("code") in (-32801, -32802):
                    return self.ask(method, params)
                return answer.get("result")

    def read(self):
        while True:
            length = 0
            while header := self.process.stdout.readline().strip():
                if header.lower().startswith(b"content-length:"):
                    length = int(header.split(b":")[1])
            if not length:
                return
            message = json.loads(self.process.stdout.read(length))
            if "method" in message and "id" in message:
                self.send({"id": message["id"], "result": None})
            elif "id" in message:
                self.answers.put(message)
            elif message["method"] == "experimental/serverStatus" and message["params"].get("quiescent"):
                self.ready.set()

    def open(self, path, text):
        document = {"uri": path.as_uri(), "languageId": "rust", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})
        return {"uri": path.as_uri()}


def completions(asked, document, line, column):
    answer = asked.ask("textDocument/completion", {
        "textDocument": document, "position": {"line": line, "character": column},
    }) or []
    items = answer["items"] if isinstance(answer, dict) else answer
    return [item["label"].split("(")[0] for item in items]


def hover(asked, document, line, column):
    answer = asked.ask("textDocument/hover", {
        "textDocument": document, "position": {"line": line, "character": max(0, column - 2)},
    })
    return answer["contents"]["value"] if answer else ""


def complaints(asked, document):
    report = asked.ask("textDocument/diagnostic", {"textDocument": document}) or {}
    return [
        f"{item['range']['start']['line'] + 1}: {item['message'].splitlines()[0]}"
        for item in report.get("items", [])
        if item.get("severity", 1) <= 2
    ]


cases = sorted((root / "ci/editor").glob("*.rs"))
examples = sorted((root / "examples").rglob("*.rs"))
bins = work / "src/bin"
bins.mkdir(parents=True, exist_ok=True)
(work / "Cargo.toml").write_text(
    '[package]\nname = "cases"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n'
    f'[dependencies]\ncsp = {{ package = "csp-rs", path = "{root}" }}\n'
)
(work / "Cargo.lock").write_bytes((root / "Cargo.lock").read_bytes())
for case in cases:
    (bins / case.name).write_text(case.read_text().replace(CURSOR, ""))

asked = Server([root / "Cargo.toml", work / "Cargo.toml"])
opened = [(case, asked.open(bins / case.name, case.read_text().replace(CURSOR, ""))) for case in cases]
if not asked.ready.wait(600):
    sys.exit("the server does not get ready")
failed = 0
for case, document in opened:
    text = case.read_text()
    kind, expected = text.splitlines()[0].removeprefix("//@ ").split(" ", 1)
    before = text[: text.index(CURSOR)]
    line, column = before.count("\n"), len(before) - before.rfind("\n") - 1
    if kind == "completes":
        found = completions(asked, document, line, column)
        right, shown = expected in found, f"{len(found)} names"
        wrong = []
    else:
        shown = hover(asked, document, line, column).strip().splitlines()[:1]
        shown = shown[0] if shown else "nothing"
        right = shown == expected
        wrong = complaints(asked, document)
    right = right and not wrong
    failed += not right
    print(f"{'ok  ' if right else 'FAIL'} {case.stem:26} {kind} {expected}: {shown} {'; '.join(wrong)}")
for example in examples:
    wrong = complaints(asked, asked.open(example, example.read_text()))
    failed += bool(wrong)
    print(f"{'FAIL' if wrong else 'ok  '} {example.relative_to(root)} {'; '.join(wrong)}")
asked.process.kill()
print(f"{len(cases)} cases, {len(examples)} files of examples, {failed} failed")
sys.exit(1 if failed else 0)

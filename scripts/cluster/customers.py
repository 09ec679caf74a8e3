"""Customers of a cluster's shop, who come at their own times whatever the shop does, note every answer, and send an order that was not answered once more
with the same key, through the other HAProxy.

Their notes are what the ledger is compared with afterwards. They share no code with the shop, its load generator or its audit.
"""

import asyncio
import dataclasses
import json
import random
import re
import threading
import time
import uuid

SKUS = [f"CLUSTER-{number}" for number in range(40)]
# How long a customer waits for an answer, in seconds: for an order longer than a replica holds it (postgres.hold).
PATIENCE = {"buy": 25.0, "browse": 3.0}
HEAD = re.compile(rb"HTTP/1\.1 (\d{3}) ")
LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)\r\n")
RETRY_AFTER = re.compile(rb"(?i)\r\nretry-after: *(\d+)\r\n")


@dataclasses.dataclass
class Operation:
    """What became of one thing that a customer wanted. Times are of time.time()."""

    kind: str
    due: float
    key: str = ""
    ended: float = 0.0
    is_done: bool = False
    order: str = ""
    # Of each attempt: the status and the code of a refusal, or what was seen instead of an answer.
    attempts: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Answer:
    """An answer of the shop; status 0 where there was none, with what was seen instead."""

    status: int = 0
    body: bytes = b""
    words: str = ""
    retry_after: float = 0.0

    @property
    def code(self):
        """The code of a refusal by the shop; HAProxy's own refusals have none."""
        return json.loads(self.body).get("code", "") if self.status >= 400 and self.body[:1] == b"{" else ""


async def exchange(door, request, patience):
    """Sends a request on a connection of its own."""
    writer = None
    try:
        async with asyncio.timeout(patience):
            reader, writer = await asyncio.open_connection(door.host, door.port)
            writer.write(request)
            received = await reader.read(-1)
    except TimeoutError:
        return Answer(words=f"no answer in {patience:g} s")
    except OSError as error:
        return Answer(words=error.strerror or type(error).__name__)
    finally:
        if writer:
            writer.close()
    head, _, body = received.partition(b"\r\n\r\n")
    head += b"\r\n"
    status, length = HEAD.match(head), LENGTH.search(head)
    if not status or (length and len(body) != int(length[1])):
        return Answer(words="the connection ended in the middle")
    wait = RETRY_AFTER.search(head)
    return Answer(int(status[1]), body, retry_after=float(wait[1]) if wait else 0.0)


class Customers:
    """Arrivals by chance at two rates, on a thread of their own."""

    def __init__(self, doors, buying, browsing, retries=1, seed=1):
        self.doors, self.retries = doors, retries
        self.rates = {"buy": buying, "browse": browsing}
        self.random = random.Random(seed)
        self.operations, self.lock = [], threading.Lock()
        # The requests of orders that nobody acknowledged, by key.
        self.unanswered = {}
        self.is_leaving = threading.Event()
        self.run_id = uuid.uuid4().hex[:8]
        self.count = 0
        self.thread = threading.Thread(target=lambda: asyncio.run(self.come()))

    def start(self):
        """Customers come from now on."""
        self.thread.start()

    def leave(self):
        """No more customers come; waits until all were served or gave up. Returns their operations."""
        self.is_leaving.set()
        self.thread.join()
        return self.operations

    def ended_since(self, moment, kind):
        """The operations of a kind that were wanted after a moment and have ended, in the order in which they ended."""
        with self.lock:
            return [one for one in self.operations if one.kind == kind and one.due > moment]

    async def come(self):
        """Lets customers arrive until they leave, and waits for the last."""
        async with asyncio.TaskGroup() as group:
            for kind, rate in self.rates.items():
                if rate:
                    group.create_task(self.arrive(kind, rate, group))

    async def arrive(self, kind, rate, group):
        """Customers of one kind, whose arrivals do not wait for answers."""
        due = time.time()
        while not self.is_leaving.is_set():
            due += self.random.expovariate(rate)
            await asyncio.sleep(max(0, due - time.time()))
            group.create_task(self.serve(Operation(kind, due)))

    def request(self, operation):
        """The bytes of a request; the same for each attempt."""
        common = "Host: shop\r\nConnection: close\r\n"
        if operation.kind == "browse":
            return f"GET /v1/products/{self.random.choice(SKUS)} HTTP/1.1\r\n{common}\r\n".encode()
        self.count += 1
        operation.key = f"{self.run_id}-{self.count}"
        first, second = self.random.sample(SKUS, 2)
        order = {
            "currency": "GBP",
            "customer": {"email": f"{operation.key}@example.com"},
            "lines": [{"sku": first, "quantity": 1}, {"sku": second, "quantity": 2}],
        }
        body = json.dumps(order)
        head = f"POST /v1/orders HTTP/1.1\r\n{common}Idempotency-Key: {operation.key}\r\nContent-Type: application/json\r\n"
        return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()

    async def serve(self, operation):
        """One customer, to the end. An order is tried once more; a page that does not come is an error at once."""
        request, wanted = self.request(operation), 201 if operation.kind == "buy" else 200
        door = self.random.randrange(len(self.doors))
        for attempt in range(1 + (self.retries if operation.kind == "buy" else 0)):
            if attempt:
                # As the shop asked; a client without such a word comes back soon.
                await asyncio.sleep(answer.retry_after + self.random.uniform(0.05, 0.1))
            answer = await exchange(self.doors[(door + attempt) % len(self.doors)], request, PATIENCE[operation.kind])
            operation.attempts.append(answer.words or f"{answer.status} {answer.code}".rstrip())
            if answer.status == wanted:
                operation.is_done = True
                operation.order = json.loads(answer.body)["id"] if operation.kind == "buy" else ""
                break
        operation.ended = time.time()
        with self.lock:
            self.operations.append(operation)
            if operation.kind == "buy" and not operation.is_done:
                self.unanswered[operation.key] = request

    def settle(self):
        """Sends each order that was not acknowledged again until it is, so that every order has a known effect; returns how many there were."""

        async def once_more(operation):
            end = time.time() + 60
            request = self.unanswered[operation.key]
            while (answer := await exchange(self.doors[0], request, PATIENCE["buy"])).status != 201:
                if time.time() > end:
                    raise RuntimeError(f"an order is not settled: {answer.status} {answer.words}")
                await asyncio.sleep(0.5)
            operation.order = json.loads(answer.body)["id"]

        async def all_of(operations):
            await asyncio.gather(*(once_more(operation) for operation in operations))

        open_ones = [one for one in self.operations if one.kind == "buy" and not one.is_done]
        asyncio.run(all_of(open_ones))
        return len(open_ones)

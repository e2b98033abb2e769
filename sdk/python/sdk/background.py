"""A bounded queue that a thread of its own sends, so that nobody waits for the learning system."""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
import weakref
from collections import deque
from dataclasses import dataclass, field
from typing import Callable, Deque, Dict, Optional
from uuid import uuid4

from .errors import LearningError, RateLimitError
from .transport import Transport, backoff, is_worth_a_retry

logger = logging.getLogger("sdk")

# Seconds that the end of the program waits for what is still queued.
EXIT_TIMEOUT = 5.0
# Seconds between attempts while the server is down, at most.
LONGEST_PAUSE = 60.0

_living: weakref.WeakSet[BackgroundSender] = weakref.WeakSet()


@dataclass
class Job:
    """One POST. The same key goes with all its tries."""

    path: str
    body: bytes
    user_id: str
    idempotency_key: str = field(default_factory=lambda: str(uuid4()))


class BackgroundSender:
    """Sends jobs in order, one at a time.

    A rate limit holds back only the user that it is for. While the server is down all wait: a job is given up only
    when the server refuses it, or when newer ones need its place. Of a full queue the oldest job is dropped, since a
    live monitor is for what happens now.
    """

    def __init__(
        self, transport: Transport, size: int = 1_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        if size < 1:
            raise ValueError("The queue must hold at least one message.")
        self._transport = transport
        self._size = size
        self._clock = clock
        self.dropped = 0
        """Messages that were given up: refused by the server, pushed out by newer ones, or left at the end."""
        self._reset()
        _living.add(self)

    def _reset(self) -> None:
        self._changed = threading.Condition()
        self._waiting: Deque[Job] = deque()
        self._in_flight: Optional[Job] = None
        self._thread: Optional[threading.Thread] = None
        self._closed = False
        self._ending = False
        self._failures = 0
        self._pause_until = float("-inf")
        self._user_until: Dict[str, float] = {}
        self._told: Optional[str] = None
        self._has_warned = False

    def after_fork(self) -> None:
        """A child starts empty: what was queued is its parent's to send, and threads do not survive a fork."""
        closed = self._closed
        self._reset()
        self._closed = closed

    def put(self, job: Job) -> bool:
        """Queues a job. False when it cannot be sent any more; never raises, never waits for the network."""
        with self._changed:
            if self._closed or not self._start():
                self._drop("the sender is closed")
                return False
            if len(self._waiting) >= self._size:
                self._waiting.popleft()
                self._drop(f"the queue is full ({self._size})")
            self._waiting.append(job)
            self._changed.notify_all()
            return True

    def _start(self) -> bool:
        if self._thread is not None:
            return True
        thread = threading.Thread(target=self._run, name="earshot-sdk", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            # The program is ending.
            return False
        self._thread = thread
        return True

    def _drop(self, why: str) -> None:
        self.dropped += 1
        if not self._has_warned:
            self._has_warned = True
            logger.warning("Messages are lost: %s. `dropped` counts them; this is said once.", why)

    def flush(self, timeout: float) -> bool:
        """Waits until nothing is left, at most `timeout` seconds. Whether nothing is left."""
        with self._changed:
            return self._changed.wait_for(
                lambda: not self._waiting and self._in_flight is None, max(0.0, timeout)
            )

    def close(self, timeout: float) -> bool:
        """Takes no more, tries what is left for `timeout` seconds, then ends. Whether all went out."""
        with self._changed:
            self._closed = self._ending = True
            self._changed.notify_all()
        is_done = self.flush(timeout)
        with self._changed:
            for _ in range(len(self._waiting)):
                self._drop("the program ended first")
            self._waiting.clear()
            self._changed.notify_all()
        return is_done

    def _run(self) -> None:
        changed = self._changed
        while True:
            with changed:
                job = self._next()
                while job is None:
                    if self._closed and not self._waiting:
                        return
                    changed.wait(self._seconds_to_next())
                    job = self._next()
                self._in_flight = job
            keep = self._send(job)
            with changed:
                self._in_flight = None
                if keep and self._ending:
                    # The last attempt was made.
                    self._drop("the program ended first")
                elif keep and len(self._waiting) < self._size:
                    self._waiting.appendleft(job)
                elif keep:
                    self._drop(f"the queue is full ({self._size})")
                changed.notify_all()

    def _next(self) -> Optional[Job]:
        now = self._clock()
        if not self._ending and now < self._pause_until:
            return None
        if not self._user_until or self._ending:
            return self._waiting.popleft() if self._waiting else None
        self._user_until = {user: until for user, until in self._user_until.items() if until > now}
        for index, job in enumerate(self._waiting):
            if job.user_id not in self._user_until:
                del self._waiting[index]
                return job
        return None

    def _seconds_to_next(self) -> Optional[float]:
        if not self._waiting:
            return None
        now = self._clock()
        moments = [self._pause_until] if now < self._pause_until else list(self._user_until.values())
        return max(0.01, min(moments, default=now) - now)

    def _send(self, job: Job) -> bool:
        """Whether the job is to be kept for another try."""
        try:
            self._transport.once("POST", job.path, body=job.body, idempotency_key=job.idempotency_key)
        except RateLimitError as error:
            with self._changed:
                wait = LONGEST_PAUSE if error.retry_after is None else max(error.retry_after, 0.1)
                self._user_until[job.user_id] = self._clock() + wait
            self._tell(error, "is kept until the limit is over")
            return True
        except LearningError as error:
            if is_worth_a_retry(error):
                asked = getattr(error, "retry_after", None) or 0.0
                wait = min(LONGEST_PAUSE, max(asked, backoff(0) * 2 ** min(self._failures, 10)))
                with self._changed:
                    self._failures += 1
                    self._pause_until = self._clock() + wait
                self._tell(error, "is kept until the server is back")
                return True
            self._give_up(error)
            return False
        except Exception as error:
            # The thread must outlive any surprise.
            self._give_up(error)
            return False
        self._failures = 0
        self._told = None
        return False

    def _give_up(self, error: Exception) -> None:
        with self._changed:
            self.dropped += 1
        self._tell(error, "is given up")

    def _tell(self, error: Exception, fate: str) -> None:
        # Once for a row of equal failures: a server that is down must not fill the log.
        kind = f"{type(error).__name__} {getattr(error, 'status', None)}"
        level = logging.DEBUG if kind == self._told else logging.WARNING
        self._told = kind
        logger.log(level, "A message %s: %s", fate, error)


def _at_exit() -> None:
    until = time.monotonic() + EXIT_TIMEOUT
    for sender in list(_living):
        sender.close(max(0.0, until - time.monotonic()))


def _after_fork() -> None:
    for sender in list(_living):
        sender.after_fork()


atexit.register(_at_exit)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)

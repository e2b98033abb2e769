"""Sending without anybody waiting."""

import os
import subprocess
import sys
import textwrap
import threading
import time
import unittest

from sdk import AIUserLearningSDK, ChatMessage
from stand_in import LOGGED, Answer, StandIn

QUEUED = {"success": True, "queued": True}


def sdk_for(server, **options):
    return AIUserLearningSDK(server.url, enabled=True, background=True, **options)


def texts(server):
    return [request.body["message"] for request in server.requests]


class Background(unittest.TestCase):
    def test_messages_arrive_in_order_and_with_the_time_they_were_said_at(self):
        with StandIn(Answer(body=LOGGED)) as server, sdk_for(server) as sdk:
            for number in range(20):
                self.assertEqual(
                    sdk.log_message(ChatMessage("a", str(number), metadata={"n": number})), QUEUED
                )
            self.assertEqual(sdk.bulk_upload("a", ["x"]), QUEUED)
            self.assertTrue(sdk.flush(5))
            said = [request.body["message"] for request in server.requests[:20]]
            self.assertEqual(said, [str(number) for number in range(20)])
            self.assertEqual(server.requests[20].path, "/webhook/chat/bulk")
            self.assertEqual(server.requests[3].body["metadata"]["n"], 3)
            self.assertRegex(server.requests[3].body["metadata"]["timestamp"], r"^\d{4}-\d\d-\d\dT[\d:.]+Z$")
            self.assertEqual(sdk.dropped, 0)

    def test_nobody_waits_and_flush_tells_that_something_is_left(self):
        with StandIn() as server:
            server._answers = [Answer(body=LOGGED, before=server.release.wait)]
            sdk = sdk_for(server)
            started = time.monotonic()
            sdk.log_message(ChatMessage("a", "b"))
            self.assertFalse(sdk.flush(0.05))
            self.assertLess(time.monotonic() - started, 2)
            server.release.set()
            self.assertTrue(sdk.flush(5))
            self.assertTrue(sdk.close())

    def test_a_server_that_comes_back_gets_what_was_said_meanwhile_with_the_same_keys(self):
        with StandIn(Answer(503), Answer(body=LOGGED)) as server, sdk_for(server) as sdk:
            with self.assertLogs("sdk", "WARNING") as logs:
                sdk.log_message(ChatMessage("a", "one"))
                sdk.log_message(ChatMessage("b", "two"))
                self.assertTrue(sdk.flush(5))
            self.assertEqual(texts(server), ["one", "one", "two"])
            keys = [request.headers["Idempotency-Key"] for request in server.requests]
            self.assertEqual(keys[0], keys[1])
            self.assertNotEqual(keys[1], keys[2])
            self.assertEqual((len(logs.output), sdk.dropped), (1, 0))

    def test_a_rate_limit_holds_back_only_its_user(self):
        said = threading.Event()
        limited = Answer(429, {"error": "Rate limit exceeded", "retry_after": 0.8}, before=said.wait)
        with StandIn(limited, Answer(body=LOGGED)) as server, sdk_for(server) as sdk:
            with self.assertLogs("sdk", "WARNING"):
                for user, text in (("busy", "1"), ("busy", "2"), ("calm", "3")):
                    sdk.log_message(ChatMessage(user, text))
                said.set()
                self.assertTrue(sdk.flush(5))
            self.assertEqual(texts(server), ["1", "3", "1", "2"])

    def test_a_refused_message_is_given_up_and_the_next_one_is_sent(self):
        with StandIn(Answer(400, {"error": "no"}), Answer(body=LOGGED)) as server, sdk_for(server) as sdk:
            with self.assertLogs("sdk", "WARNING") as logs:
                sdk.log_message(ChatMessage("a", "refused"))
                sdk.log_message(ChatMessage("a", "taken"))
                self.assertTrue(sdk.flush(5))
            self.assertEqual((texts(server), sdk.dropped), (["refused", "taken"], 1))
            self.assertNotIn("refused,", logs.output[0])

    def test_what_cannot_be_sent_raises_nothing(self):
        with StandIn() as server, sdk_for(server) as sdk, self.assertLogs("sdk", "WARNING"):
            not_queued = {"success": False, "queued": False}
            for wrong in (
                None,
                {"user_id": "a"},
                ChatMessage("a", "\ud800"),
                ChatMessage("a", "b", metadata=[1]),
            ):
                self.assertEqual(sdk.log_message(wrong), not_queued)
            self.assertEqual(sdk.bulk_upload("a", "text"), not_queued)
            self.assertEqual(sdk.bulk_upload("a", None), not_queued)
            self.assertEqual(server.requests, [])

    def test_a_full_queue_drops_the_oldest_counts_them_and_warns_once(self):
        with StandIn() as server:
            arrived = threading.Event()
            server._answers = [Answer(body=LOGGED, before=lambda: (arrived.set(), server.release.wait()))]
            sdk = sdk_for(server, queue_size=3)
            sdk.log_message(ChatMessage("a", "on its way"))
            self.assertTrue(arrived.wait(5))
            with self.assertLogs("sdk", "WARNING") as logs:
                for number in range(10):
                    self.assertEqual(sdk.log_message(ChatMessage("a", str(number))), QUEUED)
            self.assertEqual((sdk.dropped, len(logs.output)), (7, 1))
            server.release.set()
            self.assertTrue(sdk.flush(5))
            self.assertEqual(texts(server), ["on its way", "7", "8", "9"])

    def test_closed_it_takes_no_more_and_says_so_by_its_answer(self):
        with StandIn(Answer(body=LOGGED)) as server:
            sdk = sdk_for(server)
            sdk.log_message(ChatMessage("a", "b"))
            self.assertTrue(sdk.close())
            self.assertEqual(texts(server), ["b"])
            with self.assertLogs("sdk", "WARNING"):
                self.assertEqual(sdk.log_message(ChatMessage("a", "c")), {"success": False, "queued": False})
            self.assertTrue(sdk.close())

    def test_closing_is_bounded_and_counts_what_is_left(self):
        with StandIn() as server:
            server._answers = [Answer(before=server.release.wait)]
            sdk = sdk_for(server)
            with self.assertLogs("sdk", "WARNING"):
                for _ in range(5):
                    sdk.log_message(ChatMessage("a", "b"))
                started = time.monotonic()
                self.assertFalse(sdk.close(0.1))
            self.assertLess(time.monotonic() - started, 2)
            self.assertGreaterEqual(sdk.dropped, 4)

    def test_threads_may_share_it(self):
        with StandIn(Answer(body=LOGGED)) as server, sdk_for(server) as sdk:

            def talk(name):
                for number in range(10):
                    sdk.log_message(ChatMessage(name, f"{name}{number}"))

            threads = [threading.Thread(target=talk, args=(name,)) for name in "abcd"]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertTrue(sdk.flush(10))
            self.assertEqual(
                sorted(texts(server)), sorted(f"{name}{n}" for name in "abcd" for n in range(10))
            )

    def run_program(self, server, program):
        source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(program), server.url],
            env={
                **os.environ,
                "PYTHONPATH": source,
                "EARSHOT_ENABLED": "true",
                "POLLY_MONITOR_ENABLED": "true",
            },
            capture_output=True,
            text=True,
            timeout=30,
        )
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_a_program_that_just_ends_has_sent_everything(self):
        with StandIn(Answer(body=LOGGED)) as server:
            self.run_program(
                server,
                """
                import sys
                from sdk import AIUserLearningSDK, ChatMessage
                sdk = AIUserLearningSDK(sys.argv[1], background=True)
                for number in range(30):
                    sdk.log_message(ChatMessage("a", str(number)))
            """,
            )
            self.assertEqual(texts(server), [str(number) for number in range(30)])

    @unittest.skipUnless(hasattr(os, "fork"), "this system has no fork")
    def test_a_forked_child_sends_its_own_and_nothing_twice(self):
        with StandIn(Answer(body=LOGGED)) as server:
            self.run_program(
                server,
                """
                import os, sys, warnings
                warnings.simplefilter("ignore")
                from sdk import AIUserLearningSDK, ChatMessage
                sdk = AIUserLearningSDK(sys.argv[1], background=True)
                for number in range(10):
                    sdk.log_message(ChatMessage("a", f"parent {number}"))
                child = os.fork()
                if child == 0:
                    sdk.log_message(ChatMessage("b", "child"))
                    os._exit(0 if sdk.flush(10) else 1)
                sys.exit(os.waitpid(child, 0)[1])
            """,
            )
            self.assertEqual(sorted(texts(server)), ["child", *(f"parent {number}" for number in range(10))])

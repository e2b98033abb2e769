"""Faults of the network and of servers."""

import logging
import socket
import time
import unittest
from email.utils import formatdate

from sdk import (
    AIUserLearningSDK,
    AuthenticationError,
    ChatMessage,
    ConnectionFailedError,
    LearningError,
    NotFoundError,
    RateLimitError,
    RequestTimeoutError,
    ServerError,
    UserNotFoundError,
    ValidationError,
)
from stand_in import LOGGED, Answer, StandIn

HELLO = ChatMessage("user123", "I love playing guitar", "Great!", "s1", {"source": "gradio"})
KEY = "a-very-secret-key"


class Faults(unittest.TestCase):
    def sdk(self, server, **options):
        self.slept = []
        url = server if isinstance(server, str) else server.url
        return AIUserLearningSDK(url, KEY, sleep=self.slept.append, enabled=True, **options)

    def test_a_message_goes_out_as_documented_and_the_answer_comes_back_as_it_is(self):
        with StandIn(Answer(body=LOGGED)) as server:
            self.assertEqual(self.sdk(server).log_message(HELLO), LOGGED)
            self.assertEqual(self.sdk(server).log_message(ChatMessage("user123", "Hi")), LOGGED)
        first, second = server.requests
        self.assertEqual((first.method, first.path), ("POST", "/webhook/chat/message"))
        self.assertEqual(
            first.body,
            {
                "user_id": "user123",
                "message": "I love playing guitar",
                "response": "Great!",
                "session_id": "s1",
                "metadata": {"source": "gradio"},
            },
        )
        self.assertEqual(first.headers["Content-Type"], "application/json")
        self.assertEqual(first.headers["Authorization"], f"Bearer {KEY}")
        self.assertEqual(second.body, {"user_id": "user123", "message": "Hi"})
        self.assertNotEqual(first.headers["Idempotency-Key"], second.headers["Idempotency-Key"])

    def test_a_busy_server_is_asked_again_with_the_same_key_and_longer_and_longer_waits(self):
        busy = [Answer(status, {"error": "busy"}) for status in (502, 503, 504)]
        with StandIn(*busy, Answer(body=LOGGED)) as server:
            self.assertEqual(self.sdk(server).log_message(HELLO), LOGGED)
        self.assertEqual(len({request.headers["Idempotency-Key"] for request in server.requests}), 1)
        self.assertEqual(len({str(request.body) for request in server.requests}), 1)
        for wait, least in zip(self.slept, (0.25, 0.5, 1.0)):
            self.assertTrue(least <= wait <= least * 2, self.slept)
        self.assertEqual(len(self.slept), 3)

    def test_after_the_last_try_the_error_tells_status_and_body(self):
        with StandIn(Answer(503, {"error": "draining"})) as server, self.assertRaises(ServerError) as caught:
            self.sdk(server, retries=2).log_message(HELLO)
        self.assertEqual((caught.exception.status, caught.exception.body), (503, {"error": "draining"}))
        self.assertEqual(len(server.requests), 3)

    def test_a_server_that_failed_is_not_asked_again(self):
        with StandIn(Answer(500, b"<h1>oops</h1>")) as server, self.assertRaises(ServerError) as caught:
            self.sdk(server).log_message(HELLO)
        self.assertEqual((caught.exception.body, len(server.requests)), ("<h1>oops</h1>", 1))

    def test_a_rate_limit_is_waited_for_as_long_as_the_server_says(self):
        date = formatdate(time.time() + 20, usegmt=True)
        limited = [
            Answer(429, {"error": "Rate limit exceeded"}, {"Retry-After": "7"}),
            Answer(429, {"error": "Rate limit exceeded", "retry_after": 9}),
            Answer(429, {}, {"Retry-After": date}),
        ]
        with StandIn(*limited, Answer(body=LOGGED)) as server:
            self.sdk(server).log_message(HELLO)
        self.assertEqual(self.slept[:2], [7, 9])
        self.assertTrue(15 < self.slept[2] <= 20, self.slept)

    def test_a_long_rate_limit_is_told_at_once(self):
        limited = Answer(429, {"error": "Rate limit exceeded", "retry_after": 300}, {"Retry-After": "300"})
        with StandIn(limited) as server, self.assertRaises(RateLimitError) as caught:
            self.sdk(server).log_message(HELLO)
        self.assertEqual((caught.exception.retry_after, caught.exception.status), (300, 429))
        self.assertIn("300 s", str(caught.exception))
        self.assertEqual((self.slept, len(server.requests)), ([], 1))

    def test_refusals_are_not_sent_again_and_have_names(self):
        for status, error in (
            (400, ValidationError),
            (401, AuthenticationError),
            (403, AuthenticationError),
            (404, NotFoundError),
            (409, LearningError),
            (413, ValidationError),
            (422, ValidationError),
        ):
            with self.subTest(status), StandIn(Answer(status, {"error": "the reason"})) as server:
                with self.assertRaises(error) as caught:
                    self.sdk(server).log_message(HELLO)
                self.assertEqual((caught.exception.status, len(server.requests)), (status, 1))
                self.assertIn("the reason", str(caught.exception))

    def test_an_unknown_user_and_a_wrong_address_are_two_things(self):
        unknown = Answer(404, {"error": "User user123 not found"})
        with StandIn(unknown) as server:
            with self.assertRaises(UserNotFoundError):
                self.sdk(server).get_user_insights("user123")
            self.assertEqual(self.sdk(server).get_personalization_context("user123"), "")
        with (
            StandIn(Answer(404, {"error": "Not Found"})) as server,
            self.assertRaises(NotFoundError) as caught,
        ):
            self.sdk(server).get_personalization_context("user123")
        self.assertNotIsInstance(caught.exception, UserNotFoundError)
        self.assertIn(server.url, str(caught.exception))

    def test_a_silent_server_times_out_and_is_asked_again(self):
        with StandIn() as server:
            server._answers = [Answer(before=server.release.wait), Answer(body=LOGGED)]
            self.assertEqual(self.sdk(server, timeout=0.2).log_message(HELLO), LOGGED)
            server._answers = [Answer(before=server.release.wait)]
            with self.assertRaises(RequestTimeoutError):
                self.sdk(server, timeout=0.1, retries=0).log_message(HELLO)

    def test_an_answer_that_only_drips_times_out_too(self):
        def drops():
            while not server.release.wait(0.05):
                yield b" "

        with StandIn() as server:
            server._answers = [Answer(body=drops())]
            with self.assertRaises(RequestTimeoutError):
                self.sdk(server, timeout=0.3, retries=0).log_message(HELLO)

    def test_an_answer_that_is_cut_short_is_asked_for_again(self):
        with StandIn(Answer(body=LOGGED, cut=9), Answer(body=LOGGED)) as server:
            self.assertEqual(self.sdk(server).log_message(HELLO), LOGGED)
        self.assertEqual(len(server.requests), 2)

    def test_broken_json_is_an_error(self):
        for body in (b'{"success": tr', b"<html>", b"[]", b"", b"\xff"):
            with self.subTest(body), StandIn(Answer(body=body)) as server:
                with self.assertRaises(LearningError) as caught:
                    self.sdk(server).log_message(HELLO)
                self.assertEqual((caught.exception.status, len(server.requests)), (200, 1))

    def test_nobody_there_is_tried_again_then_told(self):
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{bound.getsockname()[1]}"
            with self.assertRaises(ConnectionFailedError) as caught:
                self.sdk(url).log_message(HELLO)
            self.assertEqual(len(self.slept), 3)
            self.assertIn(url, str(caught.exception))
            self.assertIsNone(caught.exception.status)
            self.assertIs(self.sdk(url).health_check(), False)

    def test_a_redirect_is_not_followed_for_it_would_carry_the_key_away(self):
        with StandIn(Answer(body=LOGGED)) as elsewhere:
            for status in (301, 302, 307, 308):
                with StandIn(Answer(status, {}, {"Location": elsewhere.url})) as server:
                    with self.assertRaises(LearningError) as caught:
                        self.sdk(server).get_user_insights("user123")
                    self.assertEqual(caught.exception.status, status)
            self.assertEqual(elsewhere.requests, [])

    def test_the_key_is_in_no_error_no_log_and_no_picture_of_the_object(self):
        echo = Answer(401, {"error": f"Bearer {KEY} is wrong"})
        with StandIn(echo) as server, self.assertLogs("sdk", logging.DEBUG) as logs:
            sdk = self.sdk(server)
            with self.assertRaises(AuthenticationError) as caught:
                sdk.log_message(HELLO)
        error = caught.exception
        told = " ".join([str(error), repr(error), str(error.body), repr(sdk), *logs.output])
        self.assertNotIn(KEY, told)
        self.assertNotIn(HELLO.message, told)

    def test_ids_and_queries_are_quoted(self):
        with StandIn() as server:
            self.sdk(server).get_user_insights("a/b ü?&", ["interests", "behavior"], 5, "medium")
            self.sdk(server).get_user_insights("a", "interests, behavior")
        first, second = (request.path for request in server.requests)
        self.assertEqual(
            first,
            "/webhook/chat/insights/a%2Fb%20%C3%BC%3F%26?limit=5&confidence=medium&categories=interests%2Cbehavior",
        )
        self.assertTrue(second.endswith("limit=10&confidence=low&categories=interests%2Cbehavior"), second)

    def test_health_is_only_what_calls_itself_healthy(self):
        for answer, healthy in (
            (Answer(body={"status": "healthy"}), True),
            (Answer(body={"status": "ill"}), False),
            (Answer(body=b"<html>"), False),
            (Answer(503, {"status": "healthy"}), False),
        ):
            with StandIn(answer) as server:
                self.assertIs(self.sdk(server).health_check(), healthy)
                self.assertEqual(len(server.requests), 1)

    def test_the_context_does_not_wait_longer_than_a_prompt_can(self):
        limited = Answer(429, {"error": "Rate limit exceeded", "retry_after": 20})
        with StandIn(limited) as server, self.assertRaises(RateLimitError):
            self.sdk(server).get_personalization_context("user123")
        self.assertEqual((self.slept, len(server.requests)), ([], 1))

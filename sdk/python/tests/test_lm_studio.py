"""Completions, whole and in chunks, against a stand-in of LM Studio."""

import json
import socket
import threading
import unittest

from sdk import LMStudioError, LMStudioIntegration, ValidationError, quick_lm_studio_setup
from stand_in import Answer, StandIn
from test_gradio import CONTEXT, Broken, Recorder

ASKED = [{"role": "user", "content": "Hello"}]
REPLY = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "model": "llama-2-7b-chat",
    "choices": [
        {"index": 0, "message": {"role": "assistant", "content": "Hi there"}, "finish_reason": "stop"}
    ],
    "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
}


def chunk(text, **more):
    return {"model": "llama-2-7b-chat", "choices": [{"index": 0, "delta": {"content": text}}], **more}


def line(value):
    return f"data: {json.dumps(value)}\n\n".encode()


class LMStudio(unittest.TestCase):
    def setUp(self):
        self.sdk = Recorder()

    def ask(self, server, messages=None, **options):
        integration = LMStudioIntegration(self.sdk, f"{server.url}/v1")
        return integration.enhanced_chat_completion(
            messages=messages or ASKED, user_id="user123", model="llama-2-7b-chat", **options
        )

    def test_a_completion_knows_its_user_and_is_logged(self):
        with StandIn(Answer(body=REPLY)) as server:
            self.assertEqual(self.ask(server, session_id="s", temperature=0.2, max_tokens=9), REPLY)
        request = server.requests[0]
        self.assertEqual((request.method, request.path), ("POST", "/v1/chat/completions"))
        self.assertEqual(
            request.body,
            {
                "model": "llama-2-7b-chat",
                "messages": [{"role": "system", "content": CONTEXT}, *ASKED],
                "temperature": 0.2,
                "max_tokens": 9,
            },
        )
        logged = self.sdk.logged[0]
        self.assertEqual((logged.user_id, logged.message, logged.response), ("user123", "Hello", "Hi there"))
        self.assertEqual(logged.session_id, "s")
        self.assertEqual(
            (logged.metadata["model"], logged.metadata["source"]), ("llama-2-7b-chat", "lm_studio")
        )
        self.assertEqual(logged.metadata["tokens_used"], REPLY["usage"])
        self.assertIsInstance(logged.metadata["latency_ms"], int)

    def test_a_system_message_that_is_there_is_added_to_and_the_callers_is_left_alone(self):
        parts = [{"type": "text", "text": "Be kind."}]
        for content, merged in (
            ("Be kind.", f"Be kind.\n\n{CONTEXT}"),
            ("", CONTEXT),
            (parts, [*parts, {"type": "text", "text": CONTEXT}]),
        ):
            given = [{"role": "system", "content": content}, *ASKED]
            with StandIn(Answer(body=REPLY)) as server:
                self.ask(server, given)
            self.assertEqual(
                server.requests[0].body["messages"], [{"role": "system", "content": merged}, *ASKED]
            )
            self.assertEqual(given, [{"role": "system", "content": content}, *ASKED])

    def test_nothing_known_adds_nothing(self):
        self.sdk = Recorder(context="")
        with StandIn(Answer(body=REPLY)) as server:
            self.ask(server)
        self.assertEqual(server.requests[0].body["messages"], ASKED)

    def test_the_last_words_of_the_user_are_logged_whatever_follows_them(self):
        talk = [
            {"role": "user", "content": "First"},
            {"role": "assistant", "content": "Yes?"},
            {
                "role": "user",
                "content": [{"type": "text", "text": "Look"}, {"type": "image_url", "image_url": {}}],
            },
            {"role": "tool", "content": "42"},
        ]
        with StandIn(Answer(body=REPLY)) as server:
            self.ask(server, talk)
        self.assertEqual(self.sdk.logged[0].message, "Look")

    def test_a_turn_that_only_calls_tools_is_not_logged(self):
        calls = {"choices": [{"message": {"role": "assistant", "content": None, "tool_calls": [{}]}}]}
        with StandIn(Answer(body=calls)) as server:
            self.assertEqual(self.ask(server), calls)
        self.assertEqual(self.sdk.logged, [])

    def test_chunks_come_as_they_are_made_and_are_logged_at_the_end(self):
        next_one = threading.Event()
        end = {"choices": [], "usage": {"total_tokens": 5}}

        def pieces():
            yield b": a comment\n\nevent: message\n" + line(chunk("Hi "))
            next_one.wait(5)
            whole = line(chunk("thére"))
            yield whole[:20]
            yield whole[20:] + b"data:" + json.dumps(end).encode() + b"\r\n\r\ndata: [DONE]\n\n"

        with StandIn(Answer(body=pieces(), headers={"Content-Type": "text/event-stream"})) as server:
            chunks = self.ask(server, stream=True)
            self.assertEqual(next(chunks), chunk("Hi "))
            self.assertEqual(self.sdk.logged, [])
            next_one.set()
            self.assertEqual(list(chunks), [chunk("thére"), end])
        self.assertIs(server.requests[0].body["stream"], True)
        self.assertEqual([m.response for m in self.sdk.logged], ["Hi thére"])
        self.assertEqual(self.sdk.logged[0].metadata["tokens_used"], {"total_tokens": 5})

    def test_a_stream_that_is_left_or_breaks_is_logged_as_far_as_it_came(self):
        wrong = line({"error": {"message": "out of memory"}})
        for tail, message in (
            (wrong, "out of memory"),
            (b"data: {\n\n", "no JSON"),
            (b"data: 1\n\n", "no JSON"),
        ):
            with StandIn(Answer(body=line(chunk("Hi")) + tail)) as server:
                with self.assertRaisesRegex(LMStudioError, message):
                    list(self.ask(server, stream=True))
        with StandIn(Answer(body=line(chunk("Hi")), cut=99)) as server:
            stream = self.ask(server, stream=True)
            next(stream)
            stream.close()
        self.assertEqual([m.response for m in self.sdk.logged], ["Hi"] * 4)

    def test_refusals_say_what_lm_studio_said_and_nothing_is_logged(self):
        with StandIn(Answer(404, {"error": {"message": "Model not loaded"}})) as server:
            with self.assertRaisesRegex(LMStudioError, "Model not loaded") as caught:
                self.ask(server)
            self.assertEqual((caught.exception.status, len(server.requests)), (404, 1))
        for answer in (
            Answer(body=b"<html>"),
            Answer(503, b"", {"Retry-After": "1"}),
            Answer(body=REPLY, cut=5),
        ):
            with StandIn(answer) as server, self.assertRaises(LMStudioError):
                self.ask(server)
            self.assertEqual(len(server.requests), 1)
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))
            nobody = LMStudioIntegration(self.sdk, f"http://127.0.0.1:{bound.getsockname()[1]}")
            for stream in (False, True):
                with self.assertRaisesRegex(LMStudioError, "Is its server started"):
                    nobody.enhanced_chat_completion(ASKED, "user123", stream=stream)
        self.assertEqual(self.sdk.logged, [])

    def test_a_learning_system_that_fails_does_not_break_the_chat(self):
        self.sdk = Broken()
        with StandIn(Answer(body=REPLY)) as server, self.assertLogs("sdk", "WARNING"):
            self.assertEqual(self.ask(server), REPLY)
            self.assertEqual(server.requests[0].body["messages"], ASKED)

    def test_the_learning_key_never_goes_to_lm_studio(self):
        with StandIn() as learning, StandIn(Answer(body=REPLY)) as studio:
            for key, sent in ((None, None), ("own-key", "Bearer own-key")):
                lm = quick_lm_studio_setup(
                    learning_url=learning.url,
                    lm_studio_url=studio.url,
                    api_key="learning-key",
                    lm_studio_api_key=key,
                    enabled=True,
                )
                lm.enhanced_chat_completion(messages=ASKED, user_id="user123", model="llama-2-7b-chat")
                self.assertTrue(lm.sdk.close())
                self.assertEqual(studio.requests[-1].headers["Authorization"], sent)
        self.assertEqual(studio.requests[0].path, "/v1/chat/completions")
        self.assertEqual([r.headers["Authorization"] for r in learning.requests], ["Bearer learning-key"] * 4)

    def test_a_single_message_is_no_list(self):
        with StandIn() as server, self.assertRaises(ValidationError):
            self.ask(server, ASKED[0])

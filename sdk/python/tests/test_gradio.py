"""Chat functions of every form."""

import functools
import unittest

from sdk import AIUserLearningSDK, GradioIntegration, quick_gradio_setup
from sdk.context import HEADING
from stand_in import LOGGED, Answer, StandIn, insights

CONTEXT = f"{HEADING}\n- Plays guitar (high confidence)"


def user(text):
    return {"role": "user", "content": text}


def bot(text):
    return {"role": "assistant", "content": text}


class Recorder(AIUserLearningSDK):
    """An SDK without a network."""

    def __init__(self, context=CONTEXT):
        super().__init__("http://localhost:1", enabled=True)
        self.logged, self.asked, self.context = [], [], context

    def log_message(self, chat_message):
        self.logged.append(chat_message)
        return dict(LOGGED)

    def get_personalization_context(self, user_id):
        self.asked.append(user_id)
        return self.context


class Broken(Recorder):
    def log_message(self, chat_message):
        raise RuntimeError("down")

    def get_personalization_context(self, user_id):
        self.asked.append(user_id)
        raise RuntimeError("down")


class Gradio(unittest.TestCase):
    def setUp(self):
        self.sdk = Recorder()
        self.chat = GradioIntegration(self.sdk, "user123")

    def test_an_exchange_is_answered_remembered_and_logged(self):
        answer = self.chat.chat_with_learning(
            message="Hi", chatbot_response_fn=lambda message: f"You said {message}"
        )
        self.assertEqual(answer, ("You said Hi", [user("Hi"), bot("You said Hi")]))
        logged = self.sdk.logged[0]
        self.assertEqual((logged.user_id, logged.message, logged.response), ("user123", "Hi", "You said Hi"))
        self.assertEqual(logged.metadata, {"source": "gradio"})
        self.assertEqual(self.sdk.asked, [])

    def test_the_function_gets_what_its_parameters_ask_for(self):
        before = [user("a"), bot("b")]

        class Callable:
            def __call__(self, message, history):
                return message, history

            def method(self, message, context):
                return message, context

        def nothing_else(message, temperature=0.5):
            return message, temperature

        def both(message, history, context):
            return message, history, context

        def turned(message, context, history=None):
            return message, context, history

        def named(message, *, context=None, history=None, mood="calm"):
            return message, context, history, mood

        def later(message, temperature=0.5, context=""):
            return message, temperature, context

        for function, expected in (
            (lambda message: message, "Hi"),
            (lambda words, past: (words, past), ("Hi", before)),
            (lambda message, history: (message, history), ("Hi", before)),
            (lambda message, context: (message, context), ("Hi", CONTEXT)),
            (lambda message, user_context: (message, user_context), ("Hi", CONTEXT)),
            (lambda *everything: everything, ("Hi", before)),
            (functools.partial(both, context="own"), ("Hi", before, "own")),
            (Callable(), ("Hi", before)),
            (Callable().method, ("Hi", CONTEXT)),
            (nothing_else, ("Hi", 0.5)),
            (both, ("Hi", before, CONTEXT)),
            (turned, ("Hi", CONTEXT, before)),
            (named, ("Hi", CONTEXT, before, "calm")),
            (later, ("Hi", 0.5, CONTEXT)),
        ):
            with self.subTest(function):
                self.assertEqual(self.chat.chat_with_learning("Hi", function, before)[0], expected)

    def test_a_history_comes_back_in_the_form_it_came_in_and_unchanged(self):
        def rude(message, history):
            history.clear()
            return "d"

        for before, more in (
            ([], [user("c"), bot("d")]),
            ([user("a"), bot([{"type": "text", "text": "b"}])], [user("c"), bot("d")]),
            ([["a", "b"]], [["c", "d"]]),
            ([("a", None)], [("c", "d")]),
        ):
            copy = list(before)
            self.assertEqual(self.chat.chat_with_learning("c", rude, before), ("d", copy + more))
            self.assertEqual(before, copy)

    def test_without_a_history_each_user_and_session_has_its_own(self):
        def count(message, history):
            return f"{len(history)} before"

        ask = self.chat.chat_with_learning
        self.assertEqual(ask("a", count)[0], "0 before")
        self.assertEqual(
            ask("b", count), ("2 before", [user("a"), bot("0 before"), user("b"), bot("2 before")])
        )
        self.assertEqual(ask("c", count, user_id="other")[0], "0 before")
        self.assertEqual(ask("d", count, session_id="s")[0], "0 before")
        self.assertEqual(ask("e", count, history=[])[0], "0 before")
        self.assertEqual(ask("f", count)[0], "4 before")
        self.assertEqual(GradioIntegration(self.sdk, "user123").chat_with_learning("g", count)[0], "0 before")
        self.assertEqual(self.sdk.logged[3].session_id, "s")

    def test_a_function_that_yields_is_logged_once_when_it_ends(self):
        def growing(message, history):
            yield "Hel"
            self.assertEqual(self.sdk.logged, [])
            yield "Hello"

        self.assertEqual(self.chat.chat_with_learning("Hi", growing), ("Hello", [user("Hi"), bot("Hello")]))
        self.sdk.logged.clear()
        steps = list(self.chat.stream_with_learning("Hi", growing, []))
        self.assertEqual(steps, [("Hel", [user("Hi"), bot("Hel")]), ("Hello", [user("Hi"), bot("Hello")])])
        self.assertEqual([(m.message, m.response) for m in self.sdk.logged], [("Hi", "Hello")])

    def test_a_stream_that_is_left_is_logged_as_far_as_it_came(self):
        stream = self.chat.stream_with_learning("Hi", lambda message: iter(["Hel", "Hello"]))
        next(stream)
        stream.close()
        self.assertEqual(self.sdk.logged[0].response, "Hel")

    def test_what_the_function_raises_is_raised_and_the_message_logged(self):
        def fails(message):
            raise KeyError("model")

        with self.assertRaises(KeyError):
            self.chat.chat_with_learning("Hi", fails)
        self.assertEqual((self.sdk.logged[0].message, self.sdk.logged[0].response), ("Hi", None))
        self.assertEqual(self.chat.chat_with_learning("Ho", lambda message, history: len(history))[0], 0)

    def test_an_async_function_is_refused_in_words(self):
        async def later(message):
            return message

        with self.assertRaisesRegex(TypeError, "async"):
            self.chat.chat_with_learning("Hi", later)

    def test_messages_and_replies_of_many_parts_are_logged_as_text(self):
        picture = {"text": "Look", "files": ["cat.png"]}
        reply = {
            "role": "assistant",
            "content": [{"type": "text", "text": "A cat"}, {"type": "file", "file": {}}],
        }
        answer = self.chat.chat_with_learning(picture, lambda message: reply)
        self.assertEqual(answer, (reply, [user("Look"), reply]))
        self.chat.chat_with_learning({"text": "", "files": ["cat.png"]}, lambda message: "A cat")
        self.assertEqual([(m.message, m.response) for m in self.sdk.logged], [("Look", "A cat")])

    def test_a_learning_system_that_fails_does_not_break_the_chat_nor_slow_it_again(self):
        sdk = Broken()
        chat = GradioIntegration(sdk)
        with self.assertLogs("sdk", "WARNING"):
            for _ in range(3):
                self.assertEqual(
                    chat.chat_with_learning("Hi", lambda message, context: f"<{context}>")[0], "<>"
                )
        self.assertEqual(len(sdk.asked), 1)

    def test_the_quick_setup_logs_behind_the_answer(self):
        with StandIn(Answer(body=insights(("Plays guitar", "high", 4))), Answer(body=LOGGED)) as server:
            chat = quick_gradio_setup(base_url=server.url, user_id="gradio_user", enabled=True)
            response, _ = chat.chat_with_learning("Hi", lambda message, context: context)
            self.assertEqual(response, CONTEXT)
            self.assertTrue(chat.sdk.close())
        self.assertEqual(server.requests[0].path.split("?")[0], "/webhook/chat/insights/gradio_user")
        self.assertEqual(server.requests[1].body["message"], "Hi")

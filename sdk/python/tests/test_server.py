"""Every call against a real server, whose address is in EARSHOT_TEST_URL."""

import os
import unittest
from uuid import uuid4

from sdk import (
    AIUserLearningSDK,
    ChatMessage,
    UserNotFoundError,
    ValidationError,
    quick_gradio_setup,
    quick_lm_studio_setup,
)
from stand_in import Answer, StandIn
from test_lm_studio import REPLY

URL = os.environ.get("EARSHOT_TEST_URL")


@unittest.skipUnless(URL, "EARSHOT_TEST_URL names no server")
class RealServer(unittest.TestCase):
    def setUp(self):
        self.sdk = AIUserLearningSDK(URL, enabled=True)
        # A user of its own for each test: limits and facts are counted by user.
        self.user = f"user-{uuid4()}"

    def say(self, message, response="I see.", **more):
        return self.sdk.log_message(ChatMessage(self.user, message, response, **more))

    def test_health(self):
        self.assertIs(self.sdk.health_check(), True)

    def test_a_message_teaches_and_is_read_back(self):
        result = self.say("I love playing guitar", session_id="s1", metadata={"source": "test"})
        self.assertEqual(
            set(result), {"success", "user_id", "interaction_id", "learned_facts_count", "message"}
        )
        self.assertIs(result["success"], True)
        self.assertIsInstance(result["user_id"], int)
        self.assertIsInstance(result["interaction_id"], int)
        self.assertGreaterEqual(result["learned_facts_count"], 1)
        insights = self.sdk.get_user_insights(self.user)
        self.assertEqual(
            set(insights), {"user_id", "username", "facts", "recent_interactions", "analytics", "suggestions"}
        )
        self.assertEqual((insights["user_id"], insights["username"]), (result["user_id"], self.user))
        fact = insights["facts"][0]
        self.assertEqual(
            set(fact), {"category", "type", "key", "value", "confidence", "evidence_count", "last_updated"}
        )
        self.assertIn("guitar", str(insights["facts"]))
        self.assertEqual([it["content"] for it in insights["recent_interactions"]], ["I love playing guitar"])
        self.assertEqual(insights["analytics"]["total_interactions"], 1)

    def test_insights_are_narrowed(self):
        self.say("I love jazz music")
        self.say("I love cooking")
        every = self.sdk.get_user_insights(self.user)["facts"]
        self.assertGreaterEqual(len(every), 2)
        self.assertEqual(len(self.sdk.get_user_insights(self.user, limit=1)["facts"]), 1)
        for categories in (["interests", "behavior"], "interests,behavior"):
            facts = self.sdk.get_user_insights(self.user, categories=categories)["facts"]
            self.assertTrue({fact["category"] for fact in facts} <= {"interests", "behavior"})
        high = self.sdk.get_user_insights(self.user, min_confidence="high")["facts"]
        self.assertEqual([fact for fact in high if fact["confidence"] != "high"], [])

    def test_values_out_of_range_are_refused(self):
        self.say("Hello")
        for options in (
            {"limit": 0},
            {"limit": 101},
            {"min_confidence": "sure"},
            {"categories": ["nonsense"]},
        ):
            with self.subTest(options), self.assertRaises(ValidationError) as caught:
                self.sdk.get_user_insights(self.user, **options)
            self.assertEqual(caught.exception.status, 400)
        with self.assertRaises(ValidationError):
            self.say(" ")
        with self.assertRaises(ValidationError):
            self.say("a" * 10_001)

    def test_an_unknown_user(self):
        with self.assertRaises(UserNotFoundError) as caught:
            self.sdk.get_user_insights(self.user)
        self.assertEqual(caught.exception.body, {"error": f"User {self.user} not found"})
        self.assertEqual(self.sdk.get_personalization_context(self.user), "")

    def test_a_bulk_of_texts_and_dicts(self):
        dated = {
            "message": "I like programming",
            "timestamp": "2025-01-01T12:01:00Z",
            "response": "Nice.",
            "metadata": {"session": "session1"},
        }
        result = self.sdk.bulk_upload(self.user, ["Hello there", dated])
        self.assertEqual(
            set(result), {"success", "user_id", "interactions_created", "facts_learned", "processing_time_ms"}
        )
        self.assertEqual((result["success"], result["interactions_created"]), (True, 2))
        self.assertGreaterEqual(result["facts_learned"], 1)
        recent = self.sdk.get_user_insights(self.user)["recent_interactions"]
        self.assertEqual({it["content"] for it in recent}, {"Hello there", "I like programming"})
        with self.assertRaises(ValidationError) as caught:
            self.sdk.bulk_upload(self.user, ["fine", " "])
        self.assertIn("1", str(caught.exception))

    def test_the_context_is_ready_for_a_prompt(self):
        self.say("I love playing guitar")
        context = self.sdk.get_personalization_context(self.user)
        self.assertIn("guitar", context)
        self.assertLessEqual(len(context), 2_000)

    def test_any_id_and_any_text(self):
        self.user = f"ünï/{uuid4()} ?&#+%"
        self.say("日本 😀 I love tea")
        insights = self.sdk.get_user_insights(self.user)
        self.assertEqual(insights["username"], self.user)
        self.assertEqual(insights["recent_interactions"][0]["content"], "日本 😀 I love tea")

    def test_the_background_arrives(self):
        with AIUserLearningSDK(URL, enabled=True, background=True) as sdk:
            for number in range(5):
                sdk.log_message(ChatMessage(self.user, f"Message {number}"))
            sdk.bulk_upload(self.user, ["Message 5"])
            self.assertTrue(sdk.flush())
        self.assertEqual(sdk.dropped, 0)
        insights = self.sdk.get_user_insights(self.user)
        self.assertEqual(insights["analytics"]["total_interactions"], 6)

    def test_gradio(self):
        chat = quick_gradio_setup(base_url=URL, user_id=self.user, enabled=True)
        chat.chat_with_learning("I love playing guitar", lambda message, history: "Great!")
        self.assertTrue(chat.sdk.flush())
        response, history = chat.chat_with_learning("What now?", lambda message, context: f"Given: {context}")
        self.assertTrue(chat.sdk.close())
        self.assertIn("guitar", response)
        self.assertEqual(len(history), 4)
        self.assertEqual(self.sdk.get_user_insights(self.user)["analytics"]["total_interactions"], 2)

    def test_lm_studio(self):
        self.say("I love playing guitar")
        with StandIn(Answer(body=REPLY)) as studio:
            lm = quick_lm_studio_setup(learning_url=URL, lm_studio_url=f"{studio.url}/v1", enabled=True)
            hello = [{"role": "user", "content": "Hello"}]
            self.assertEqual(lm.enhanced_chat_completion(hello, self.user, "llama-2-7b-chat"), REPLY)
            self.assertTrue(lm.sdk.close())
        self.assertIn("guitar", studio.requests[0].body["messages"][0]["content"])
        recent = self.sdk.get_user_insights(self.user)["recent_interactions"]
        self.assertEqual(recent[0]["content"], "Hello")

"""Every call of the document's reference, with the parameters and names that stand there."""

import os

from sdk import AIUserLearningSDK, ChatMessage

sdk = AIUserLearningSDK(base_url=os.environ["EARSHOT_TEST_URL"], api_key="your-api-key")
message = ChatMessage(
    user_id="reference",
    message="Hello world",
    response="Hi there!",
    session_id="session_123",
    metadata={"source": "gradio"},
)
print(sorted(sdk.log_message(message)))
print(sorted(sdk.bulk_upload("reference", ["I love playing guitar", "I like programming"])))
print(sorted(sdk.get_user_insights("reference", categories=None, limit=10, min_confidence="low")))
print("guitar" in sdk.get_personalization_context("reference"), sdk.health_check())
